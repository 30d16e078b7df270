"""Models that look back: what a context is, that training, imagination and graphs mean the same by it, and what it is for."""

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch
from bag_maker import wandering
from int8 import int8_bound

from rehearse_training.config import ModelSize, load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.export.golden import check_parity
from rehearse_training.export.graphs import export_graphs
from rehearse_training.export.fixture import SIZE, tiny_networks, write_fixture
from rehearse_training.export.import_folder import load_networks
from rehearse_training.stages.latents import encode, imagine
from rehearse_training.networks.predictors.mlp import ContextPredictor
from rehearse_training.networks.predictors.predictor import pack_context
from rehearse_training.stages.checkpoint import identity_of
from rehearse_training.stages.pretraining import build_world_model, pretrain

FRAMES, LATENT, ACTION = 3, 5, 4


@pytest.fixture
def predictor():
    torch.manual_seed(1)
    return ContextPredictor(LATENT, ACTION, ModelSize(context=FRAMES, predictor_hidden=7, predictor_blocks=1))


@pytest.fixture
def observations(tmp_path, config):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(4.0, seed=i).write(bags / f"{i}.mcap")
    return load_observations([bags], config, tmp_path / "cache")


def looking_back(config, frames=FRAMES):
    return replace(config, model=replace(config.model, context=frames))


@torch.no_grad()
def test_a_rollout_is_the_network_on_the_last_frames_and_blocks_step_by_step(predictor):
    rng = np.random.default_rng(0)
    latents = [rng.standard_normal((2, LATENT)).astype(np.float32) for _ in range(FRAMES)]
    blocks = [rng.standard_normal((2, ACTION)).astype(np.float32) for _ in range(FRAMES - 1)]
    actions = rng.standard_normal((2, 5, ACTION)).astype(np.float32)
    context = pack_context(torch.from_numpy(np.stack(latents, axis=1)), torch.from_numpy(np.stack(blocks, axis=1)))
    assert context.shape == (2, FRAMES * LATENT + (FRAMES - 1) * ACTION)
    imagined = predictor.rollout(context, torch.from_numpy(actions)).numpy()
    weights = {name: value.numpy() for name, value in predictor.state_dict().items()}
    silu = lambda x: x / (1 + np.exp(-x))  # noqa: E731
    for step in range(actions.shape[1]):
        a, b, c = latents[-3:]
        row = np.concatenate([c, 3 * (b - a), 3 * (c - b), *blocks[-2:], actions[:, step]], axis=1)
        hidden = silu(row @ weights["first.weight"].T + weights["first.bias"])
        hidden = hidden + silu(hidden @ weights["blocks.0.weight"].T + weights["blocks.0.bias"])
        wanted = c + hidden @ weights["last.weight"].T + weights["last.bias"]
        np.testing.assert_allclose(imagined[:, step], wanted, atol=1e-5)
        latents.append(imagined[:, step])
        blocks.append(actions[:, step])


@pytest.fixture(scope="module")
def exported():
    from conftest import CONFIG

    networks = tiny_networks(load_config(CONFIG), seed=3, size=replace(SIZE, context=FRAMES))
    return networks, export_graphs(networks)


def test_every_graph_equals_pytorch(exported):
    networks, graphs = exported
    _, worst = check_parity(networks, graphs, None, trials=3)
    assert "gradient" in worst
    assert max(difference for name, difference in worst.items() if name != "outcomes_int8") < 1e-5
    assert worst["outcomes_int8"] < int8_bound(0.03)


def test_the_gradient_is_that_of_finite_differences(exported):
    networks, graphs = exported
    sessions = {name: onnxruntime.InferenceSession(graph.SerializeToString()) for name, graph in graphs.items()}
    rng = np.random.default_rng(0)
    size, latent = networks.world_model.context_size, networks.world_model.latent_size
    context = rng.standard_normal((1, size)).astype(np.float32)
    actions = rng.uniform(-1, 1, (2, 4, 8)).astype(np.float32)
    goal = np.array([[0.5, -1.0]], dtype=np.float32)
    weights = np.array([0.2, 0.5, 1.5, 0.7], dtype=np.float32)

    def weighted_cost(actions):
        (latents,) = sessions["rollout"].run(None, {"latent": context, "actions": actions})
        (distance,) = sessions["cost_to_go"].run(None, {"latents": latents.reshape(-1, latent), "goal": goal})
        return distance.reshape(2, 4) @ weights

    cost, gradient = sessions["gradient"].run(None, {"latent": context, "actions": actions, "goal": goal, "weights": weights})
    np.testing.assert_allclose(cost, weighted_cost(actions), atol=1e-5)
    for n, h, a in [(0, 0, 0), (0, 3, 7), (1, 1, 3), (1, 0, 5)]:
        step = np.zeros_like(actions)
        step[n, h, a] = 0.05
        difference = (weighted_cost(actions + step) - weighted_cost(actions - step))[n] / 0.1
        assert gradient[n, h, a] == pytest.approx(difference, abs=2e-4)


def test_a_folder_says_how_far_its_model_looks_back_and_gives_its_weights_back(tmp_path, config):
    import yaml

    from rehearse_training.config import ImageFormat

    write_fixture(tmp_path, replace(config, image=ImageFormat(64, 64, "rgb8")), seed=0, size=replace(SIZE, context=FRAMES))
    assert yaml.safe_load((tmp_path / "model.yaml").read_text())["latent"] == {"layout": "vector", "size": 12, "image_size": 10, "context": FRAMES}
    networks = load_networks(tmp_path)
    assert isinstance(networks.world_model.predictor, ContextPredictor)
    session = onnxruntime.InferenceSession((tmp_path / "rollout.onnx").read_bytes())
    context, actions = torch.randn(1, networks.world_model.context_size), torch.randn(1, 5, 8)
    (found,) = session.run(None, {"latent": context.numpy(), "actions": actions.numpy()})
    np.testing.assert_allclose(found, networks.world_model.predictor.rollout(context, actions).numpy(), atol=1e-5)


def test_imagination_starts_from_the_rows_before(config, observations):
    rows, _ = observations.split(config.held_out_fraction, 0)
    world_model = build_world_model(observations, rows, looking_back(config), 0)
    starts = observations.windows(rows, FRAMES - 1 + 2)[:3]
    imagined, targets = imagine(world_model, observations, starts, 2)
    window = observations.follow(starts, FRAMES - 1 + 2)
    assert (targets == window[:, FRAMES:]).all()
    with torch.no_grad():
        seen = torch.stack([encode(world_model, observations, window[:, i]) for i in range(FRAMES)], dim=1)
        actions = torch.from_numpy(observations.action[window[:, :-1]])
        assert torch.equal(imagined, world_model.predictor.rollout(pack_context(seen, actions[:, : FRAMES - 1]), actions[:, FRAMES - 1 :]))


@pytest.mark.parametrize("speeds", [("linear.x", "angular.z"), ()])
def test_the_loss_falls_with_and_without_measured_speeds(tmp_path, config, speeds):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(4.0, seed=i).write(bags / f"{i}.mcap")
    config = replace(looking_back(config), proprioception=speeds)
    observations = load_observations([bags], config, tmp_path / "cache")
    assert observations.proprioception.shape[1] == len(speeds)
    rows, _ = observations.split(config.held_out_fraction, 0)
    config = replace(config, schedule=replace(config.schedule, steps=250, log_every=250))
    _, few = pretrain(observations, rows, replace(config, schedule=replace(config.schedule, steps=2)), 0, tmp_path / "few.pt")
    world_model, many = pretrain(observations, rows, config, 0, tmp_path / "many.pt")
    assert {"inverse_dynamics", "odometry"} <= set(many["terms"])
    assert many["terms"]["total"] < 0.8 * few["terms"]["total"]
    assert world_model.latent_size == config.model.image_latent + len(speeds)


def test_commands_stand_in_for_speeds_that_are_not_measured(config):
    from rehearse_training.networks.world_model import WorldModel
    from rehearse_training.losses.objective import Pretraining

    blind = replace(config, proprioception=(), schedule=replace(config.schedule, targets=(1, 3)))
    pretraining = Pretraining(WorldModel(16, 16, 0, 8, config.model), blind)
    # Of two axes, four control periods a step, three steps.
    actions = torch.arange(24.0).reshape(1, 3, 8)
    first, second = pretraining._motions(torch.zeros(1, 4, 0), actions)
    assert first.tolist() == [[[3.0, 4.0]]] and second.tolist() == [[[11.0, 12.0], [19.0, 20.0]]]


def test_of_two_identical_pictures_only_the_frame_before_tells_the_speed(predictor):
    """What a context is for: a present frame that is the same, and another past, is another future."""
    now, block = torch.randn(1, LATENT), torch.zeros(1, FRAMES - 1, ACTION)
    come = [pack_context(torch.stack([now - 2 * way, now - way, now], dim=1), block) for way in (torch.full((1, LATENT), 0.1), torch.full((1, LATENT), -0.1))]
    ahead = [predictor.rollout(context, torch.zeros(1, 1, ACTION)) for context in come]
    assert (ahead[0] - ahead[1]).abs().max() > 1e-3


def test_a_context_is_part_of_a_checkpoints_identity_and_none_is_not(config):
    assert "context" not in identity_of(config, 0, "")["config"]
    assert identity_of(config, 0, "") != identity_of(looking_back(config), 0, "")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (["model.context=0"], "model.context is 0"),
        (["model.context=3", "schedule.restarts=true"], "with schedule.restarts"),
        (["model.context=3", "refinement.steps=10"], "with refinement"),
        (["model.context=3", "model.layout=patches", "model.predictor=cells"], "with model.predictor cells"),
    ],
)
def test_what_does_not_go_with_it_is_refused(changes, what):
    from conftest import CONFIG

    with pytest.raises(TrainingError, match=what) as caught:
        load_config(CONFIG, changes)
    assert caught.value.code == "RH-CONFIG-VALUE"
