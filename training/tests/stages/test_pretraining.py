from dataclasses import replace

import pytest
import torch
from bag_maker import wandering
from conftest import CONFIG

from rehearse_training.config import Config, load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.losses.registry import NONE, methods
from rehearse_training.stages.checkpoint import identity_of, same_identity
from rehearse_training.stages.pretraining import build_world_model, pretrain
from rehearse_training.stages.schedule import learning_rate


METHODS = [name for name in methods() if name != NONE]


def with_objective(config: Config, **settings) -> Config:
    return replace(config, objective=replace(config.objective, **settings))


@pytest.fixture
def observations(tmp_path, config):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(3.0, seed=i).write(bags / f"{i}.mcap")
    return load_observations([bags], config, tmp_path / "cache")


class Stopped(Exception):
    pass


@pytest.mark.parametrize("anti_collapse", METHODS)
def test_a_resumed_run_equals_one_that_was_never_stopped(tmp_path, config, observations, monkeypatch, anti_collapse):
    config = with_objective(config, anti_collapse=anti_collapse, straightening=0.1, time_similarity=0.1)
    rows, _ = observations.split(config.held_out_fraction, 0)
    whole, _ = pretrain(observations, rows, config, 0, tmp_path / "whole.pt")

    import rehearse_training.stages.pretraining as module

    save = module.save_checkpoint

    def save_and_stop(state, path):
        save(state, path)
        raise Stopped

    monkeypatch.setattr(module, "save_checkpoint", save_and_stop)
    with pytest.raises(Stopped):
        pretrain(observations, rows, config, 0, tmp_path / "part.pt")
    monkeypatch.undo()
    assert torch.load(tmp_path / "part.pt")["step"] == config.schedule.checkpoint_every
    resumed, report = pretrain(observations, rows, config, 0, tmp_path / "part.pt")
    assert report["steps"] == config.schedule.steps
    for (name, a), (_, b) in zip(whole.state_dict().items(), resumed.state_dict().items(), strict=True):
        assert torch.equal(a, b), name
    ends = [torch.load(tmp_path / file)["weights"] for file in ("whole.pt", "part.pt")]
    assert ends[0].keys() == ends[1].keys()
    for name, a in ends[0].items():
        assert torch.equal(a, ends[1][name]), name


def test_the_teacher_is_in_the_checkpoint_and_the_student_is_the_world_models_encoder(tmp_path, config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    config = with_objective(config, anti_collapse="ema", ema_decay=0.9)
    fresh = build_world_model(observations, rows, config, 0).encoder.state_dict()
    world_model, _ = pretrain(observations, rows, config, 0, tmp_path / "a.pt")
    weights = torch.load(tmp_path / "a.pt")["weights"]
    for name, student in world_model.encoder.state_dict().items():
        assert torch.equal(student, weights[f"world_model.encoder.{name}"])
    name = "head.1.weight"
    begin, student, teacher = fresh[name], world_model.encoder.state_dict()[name], weights[f"teacher.{name}"]
    assert not torch.equal(student, begin)
    assert 0 < (teacher - begin).norm() < (student - begin).norm()  # it lags behind


SAY = {"vicreg": (), "sigreg": (), "mcr2": ("coding_rate", "radius"), "mmcr": ("capacity", "radius"), "infonce": ("contrastive", "temperature", "radius"), "ema": ("ema_decay", "radius")}


@pytest.mark.parametrize("anti_collapse", METHODS)
def test_settings_without_a_say_are_not_part_of_a_checkpoints_identity(config, anti_collapse):
    config = with_objective(config, anti_collapse=anti_collapse)
    identity = identity_of(config, 0, "")
    for name in ("coding_rate", "capacity", "contrastive", "temperature", "ema_decay", "radius"):
        same = identity == identity_of(with_objective(config, **{name: 0.5}), 0, "")
        assert same == (name not in SAY[anti_collapse]), name
    assert identity != identity_of(with_objective(config, straightening=0.1), 0, "")
    assert identity != identity_of(config, 1, "") and identity != identity_of(config, 0, "other data")


# As the first checkpoints of these configurations say it: settings that came later are not in it, others have old names.
FIRST = {
    "rooms.yaml": "[{'image_latent': 32, 'patch_channels': 48, 'merge_channels': 64, 'encoder_hidden': 160, 'predictor_hidden': 256, 'predictor_blocks': 2, 'head_hidden': 128, "
    "'decoder_channels': 48}, {'anti_collapse': 'vicreg', 'prediction': 10.0, 'variance': 10.0, 'covariance': 1.0, 'sigreg': 1.0, 'variance_in_time': 0.0, 'covariance_in_time': 0.0, "
    "'std_in_time': 0.4, 'inverse_dynamics': 2.0, 'odometry': 10.0}, {'block': 4, 'period_s': 0.05, 'axes': ({'name': 'linear.x', 'unit': 'm/s', 'range': (-0.3, 0.6)}, "
    "{'name': 'angular.z', 'unit': 'rad/s', 'range': (-2.0, 2.0)}), 'command_timeout_s': 0.5}, {'steps': 5000, 'batch': 64, 'targets': (1, 2, 4, 8), 'learning_rate': 0.002, "
    "'weight_decay': 0.0001, 'warm_up': 0.05, 'clip': 1.0}]",
    "pusht.yaml": "[{'layout': 'vector', 'image_latent': 24, 'cells': 8, 'cell_channels': 8, 'patch_channels': 48, 'merge_channels': 64, 'encoder_hidden': 256, 'predictor': 'bodies', "
    "'frame': 'block', 'waves': 4, 'driven': 'agent', 'predictor_hidden': 256, 'predictor_blocks': 2, 'head_hidden': 256, 'decoder_channels': 24}, {'anti_collapse': 'vicreg', "
    "'prediction': 10.0, 'variance': 10.0, 'covariance': 1.0, 'sigreg': 0.09, 'variance_in_time': 0.0, 'covariance_in_time': 0.0, 'std_in_time': 0.4, 'inverse_dynamics': 2.0, "
    "'odometry': 0.0, 'grounding': 20.0, 'grounding_seen': 200.0}, {'block': 5, 'period_s': 0.1, 'axes': ({'name': 'linear.x', 'unit': 'm/s', 'range': (-0.4, 0.4)}, "
    "{'name': 'linear.y', 'unit': 'm/s', 'range': (-0.4, 0.4)}), 'command_timeout_s': 0.5}, {'steps': 6000, 'batch': 96, 'targets': (1, 2), 'learning_rate': 0.002, "
    "'weight_decay': 0.0001, 'warm_up': 0.05, 'clip': 1.0}]",
}


@pytest.mark.parametrize("name", FIRST)
def test_the_first_checkpoints_go_on(name):
    shipped = load_config(CONFIG.parent / name)
    saved = {"seed": 0, "config": FIRST[name], "data": "d"}
    assert same_identity(saved, identity_of(shipped, 0, "d"))
    assert same_identity(saved, identity_of(replace(shipped, schedule=replace(shipped.schedule, log_every=7)), 0, "d"))
    for other in (
        with_objective(shipped, prediction=1.0),
        with_objective(shipped, straightening=0.1),
        replace(shipped, model=replace(shipped.model, predictor_hidden=64)),
        replace(shipped, schedule=replace(shipped.schedule, restarts=True)),
        replace(shipped, action=replace(shipped.action, block=3)),
    ):
        assert not same_identity(saved, identity_of(other, 0, "d"))
    assert not same_identity(saved, identity_of(shipped, 1, "d")) and not same_identity(saved, identity_of(shipped, 0, "e"))


def test_one_target_is_enough(tmp_path, config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    _, report = pretrain(observations, rows, replace(config, schedule=replace(config.schedule, targets=(1,))), 0, tmp_path / "a.pt")
    assert report["terms"]["odometry"] > 0


def test_the_seed_decides_everything(tmp_path, config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    first, second, other = (pretrain(observations, rows, config, seed, tmp_path / f"{i}.pt")[0] for i, seed in enumerate((0, 0, 1)))
    equal = [torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters())]
    assert all(equal)
    assert not torch.equal(next(first.parameters()), next(other.parameters()))


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path, config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    pretrain(observations, rows, config, 0, tmp_path / "a.pt")
    other = with_objective(config, anti_collapse="sigreg")
    with pytest.raises(TrainingError) as caught:
        pretrain(observations, rows, other, 0, tmp_path / "a.pt")
    assert caught.value.code == "RH-TRAIN-RESUME"


@pytest.mark.parametrize("anti_collapse", METHODS)
def test_the_loss_falls(tmp_path, config, observations, anti_collapse):
    rows, _ = observations.split(config.held_out_fraction, 0)
    config = replace(with_objective(config, anti_collapse=anti_collapse), schedule=replace(config.schedule, steps=150, log_every=150))
    _, few = pretrain(observations, rows, replace(config, schedule=replace(config.schedule, steps=2)), 0, tmp_path / "few.pt")
    _, many = pretrain(observations, rows, config, 0, tmp_path / "many.pt")
    assert many["terms"]["total"] < 0.8 * few["terms"]["total"]
    assert many["collapse"]["min_std"] > few["collapse"]["min_std"]


def test_the_learning_rate_warms_up_and_fades(config):
    schedule = replace(config.schedule, steps=100, warm_up=0.1, learning_rate=1.0)
    rates = [learning_rate(schedule, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1) and max(rates) == pytest.approx(1.0)
    assert rates[55] == pytest.approx(0.5, abs=0.02) and rates[-1] < 0.01
