from dataclasses import replace

import pytest
import torch
from bag_maker import wandering

from rehearse_training.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.pretraining import learning_rate, pretrain


@pytest.fixture
def observations(tmp_path, config):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(3.0, seed=i).write(bags / f"{i}.mcap")
    return load_observations([bags], config, tmp_path / "cache")


class Stopped(Exception):
    pass


def test_a_resumed_run_equals_one_that_was_never_stopped(tmp_path, config, observations, monkeypatch):
    rows, _ = observations.split(config.held_out_fraction, 0)
    whole, _ = pretrain(observations, rows, config, 0, tmp_path / "whole.pt")

    import rehearse_training.pretraining as module

    save = module._save

    def save_and_stop(state, path):
        save(state, path)
        raise Stopped

    monkeypatch.setattr(module, "_save", save_and_stop)
    with pytest.raises(Stopped):
        pretrain(observations, rows, config, 0, tmp_path / "part.pt")
    monkeypatch.undo()
    assert torch.load(tmp_path / "part.pt")["step"] == config.schedule.checkpoint_every
    resumed, report = pretrain(observations, rows, config, 0, tmp_path / "part.pt")
    assert report["steps"] == config.schedule.steps
    for (name, a), (_, b) in zip(whole.state_dict().items(), resumed.state_dict().items(), strict=True):
        assert torch.equal(a, b), name


def test_the_seed_decides_everything(tmp_path, config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    first, second, other = (pretrain(observations, rows, config, seed, tmp_path / f"{i}.pt")[0] for i, seed in enumerate((0, 0, 1)))
    equal = [torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters())]
    assert all(equal)
    assert not torch.equal(next(first.parameters()), next(other.parameters()))


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path, config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    pretrain(observations, rows, config, 0, tmp_path / "a.pt")
    other = replace(config, objective=replace(config.objective, anti_collapse="sigreg"))
    with pytest.raises(TrainingError) as caught:
        pretrain(observations, rows, other, 0, tmp_path / "a.pt")
    assert caught.value.code == "RH-TRAIN-RESUME"


@pytest.mark.parametrize("anti_collapse", ["vicreg", "sigreg"])
def test_the_loss_falls(tmp_path, config, observations, anti_collapse):
    rows, _ = observations.split(config.held_out_fraction, 0)
    config = replace(config, objective=replace(config.objective, anti_collapse=anti_collapse), schedule=replace(config.schedule, steps=150, log_every=150))
    _, few = pretrain(observations, rows, replace(config, schedule=replace(config.schedule, steps=2)), 0, tmp_path / "few.pt")
    _, many = pretrain(observations, rows, config, 0, tmp_path / "many.pt")
    assert many["terms"]["total"] < 0.8 * few["terms"]["total"]
    assert many["collapse"]["min_std"] > few["collapse"]["min_std"]


def test_the_learning_rate_warms_up_and_fades(config):
    schedule = replace(config.schedule, steps=100, warm_up=0.1, learning_rate=1.0)
    rates = [learning_rate(schedule, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1) and max(rates) == pytest.approx(1.0)
    assert rates[55] == pytest.approx(0.5, abs=0.02) and rates[-1] < 0.01
