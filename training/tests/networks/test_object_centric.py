"""The object-centric predictor, latents that begin with their numbers, and the predictor trained further on frozen latents."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from pusher import NAMES, TOLERANCES, folder_of_bags
from int8 import int8_bound

from rehearse_training.networks.predictors.object_centric import ObjectCentricPredictor
from rehearse_training.config import GoalCost, ModelSize, Refinement, EncoderFineTune, load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.export.golden import check_parity
from rehearse_training.export.graphs import Networks, export_graphs
from rehearse_training.stages.goal_costs import build_goal_cost
from rehearse_training.data.labels import names_of
from rehearse_training.stages.latents import encode, imagine
from rehearse_training.losses.grounding import SlotGrounding
from rehearse_training.networks.decoder import Decoder
from rehearse_training.networks.heads import Readouts
from rehearse_training.stages.grounding_values import normalised_values
from rehearse_training.stages.pretraining import build_world_model, pretrain
from rehearse_training.stages.refinement import refine_encoder, refine_predictor

SIZE = ModelSize(image_latent=8, predictor="object_centric", frame="block", predictor_hidden=16, predictor_blocks=1)
WAVED = replace(SIZE, fourier_features=3, actuated_body="agent")
LATENT = 10  # 6 numbers, 2 free, 2 speeds
SPREAD = torch.tensor([0.2, 0.2, 0.2, 0.2, 0.7, 0.7])
MEAN = torch.tensor([0.01, -0.02, 0.03, 0.0, 0.1, -0.1])


def predictor_of(size: ModelSize = SIZE, ticks: int = 2, names=NAMES) -> ObjectCentricPredictor:
    torch.manual_seed(1)
    predictor = ObjectCentricPredictor(LATENT, 2 * ticks, ticks, 2, names, ((-0.04, 0.04),) * 2, size)
    predictor.fit_frame(MEAN, SPREAD, torch.zeros(2), torch.full((2,), 0.3))
    return predictor


def latents_of(agent: torch.Tensor, block: torch.Tensor, angle: torch.Tensor, speed: torch.Tensor) -> torch.Tensor:
    """places and speed [N, 2] in SI, angle [N] -> latents [N, D] whose free part is nought"""
    values = torch.cat([agent, block, angle.cos()[:, None], angle.sin()[:, None]], dim=1)
    return torch.cat([(values - MEAN) / SPREAD, torch.zeros(len(agent), 2), speed / 0.3], dim=1)


def turned(points: torch.Tensor, by: float) -> torch.Tensor:
    matrix = torch.tensor([[math.cos(by), -math.sin(by)], [math.sin(by), math.cos(by)]])
    return points @ matrix.T


@pytest.mark.parametrize("by", [0.4, -2.5])
@pytest.mark.parametrize("size", [SIZE, WAVED])
def test_what_comes_of_a_push_is_the_same_wherever_it_happens(size, by):
    """With no ear for where on the table, turning and moving all of the scene turns and moves what is predicted."""
    predictor = predictor_of(size)
    with torch.no_grad():
        predictor.first.weight[:, : LATENT + 2] = 0  # the latent and the action as the table sees them
        predictor.last.weight.mul_(100)
        agent, block, angle, speed, actions = 0.1 * torch.randn(5, 2), 0.1 * torch.randn(5, 2), torch.randn(5), 0.2 * torch.randn(5, 2), torch.randn(5, 4)
        shift = torch.tensor([0.05, -0.1])
        here = predictor(latents_of(agent, block, angle, speed), actions)
        moved = latents_of(turned(agent, by) + shift, turned(block, by) + shift, angle + by, turned(speed, by))
        there = predictor(moved, turned(actions.reshape(-1, 2), by).reshape(5, 4))

        def values(latents: torch.Tensor) -> torch.Tensor:
            return latents[:, :6] * SPREAD + MEAN

        now, then = values(here), values(there)
        assert (now[:, 2:4] - block).norm(dim=1).min() > 1e-3  # something is predicted at all
        torch.testing.assert_close(turned(now[:, :2], by) + shift, then[:, :2], atol=1e-5, rtol=0)
        torch.testing.assert_close(turned(now[:, 2:4], by) + shift, then[:, 2:4], atol=1e-5, rtol=0)
        torch.testing.assert_close(turned(now[:, 4:], by), then[:, 4:], atol=1e-5, rtol=0)
        torch.testing.assert_close(turned(here[:, 8:], by), there[:, 8:], atol=1e-5, rtol=0)


@pytest.mark.parametrize(("actuated", "sign"), [("block", -1), ("agent", 1)])
def test_fourier_features_tell_where_a_command_would_leave_a_body(actuated, sign):
    """A command that takes the actuated body somewhere, and the other one standing there already, look alike where the command ends."""
    predictor = predictor_of(replace(WAVED, frame="block", actuated_body=actuated))
    x, y, still = torch.tensor([[0.3]]), torch.tensor([[-0.2]]), torch.zeros(1, 2)
    dx, dy = predictor._displacement(torch.tensor([[0.5, -1.0]]))
    assert dx.item() == pytest.approx(sign * 0.02) and dy.item() == pytest.approx(sign * -0.04)
    led = torch.cat(predictor._fourier_features(x, y, dx, dy), dim=1).unflatten(1, (2, 4, 3))[:, :, 2:]
    there = torch.cat(predictor._fourier_features(x + dx / predictor.length, y + dy / predictor.length, *predictor._displacement(still)), dim=1).unflatten(1, (2, 4, 3))
    torch.testing.assert_close(led, there[:, :, :2])


def test_cosine_and_sine_stay_on_the_circle():
    predictor = predictor_of()
    with torch.no_grad():
        predictor.last.weight.mul_(50)
        latent = latents_of(torch.zeros(4, 2), 0.1 * torch.randn(4, 2), torch.randn(4), torch.zeros(4, 2))
        latent[:, 4:6] *= 1.3  # seen off the circle
        values = predictor(latent, torch.randn(4, 4))[:, :6] * SPREAD + MEAN
    torch.testing.assert_close(values[:, 4:].norm(dim=1), torch.ones(4), atol=1e-4, rtol=0)


def test_a_step_is_its_control_periods_one_after_another():
    predictor = predictor_of(ticks=3)
    latent, actions = torch.randn(4, LATENT), torch.randn(4, 6)
    each = predictor.each_tick(latent, actions)
    assert len(each) == 3
    torch.testing.assert_close(each[-1], predictor(latent, actions))
    torch.testing.assert_close(each[0], predictor_of(ticks=1)(latent, actions[:, :2]))


@pytest.mark.parametrize("size", [SIZE, WAVED])
def test_a_body_without_an_angle_only_shifts_what_it_sees(size):
    predictor = predictor_of(replace(size, frame="agent"))
    with torch.no_grad():
        predictor.first.weight[:, :6] = 0
        agent, block, angle, speed, actions = 0.1 * torch.randn(5, 2), 0.1 * torch.randn(5, 2), torch.randn(5), 0.2 * torch.randn(5, 2), torch.randn(5, 4)
        shift = torch.tensor([0.05, -0.1])
        here = predictor(latents_of(agent, block, angle, speed), actions)
        there = predictor(latents_of(agent + shift, block + shift, angle, speed), actions)
    change = (there - here) * torch.cat([SPREAD, torch.ones(4)])
    torch.testing.assert_close(change, torch.cat([shift, shift, torch.zeros(6)]).expand(5, -1), atol=1e-5, rtol=0)


def test_grounding_by_slots_compares_the_first_numbers_themselves():
    grounding = SlotGrounding(torch.tensor([0.5, 0.5]))
    pictures = torch.tensor([[[1.0, 2.0, 9.0]]])
    assert list(grounding.parameters()) == []
    assert grounding.error(pictures, torch.tensor([[[0.0, 4.0]]])).item() == pytest.approx((1 + 4) / 2)


@pytest.fixture
def bodies(pusher):
    objective = replace(pusher.objective, odometry=0.0, grounding=1.0, grounding_seen=10.0)
    model = replace(pusher.model, image_latent=8, predictor="object_centric", frame="block", fourier_features=2, actuated_body="agent")
    return replace(pusher, model=model, objective=objective, fp16_weights=False)


def products_of(graph) -> list[str]:
    """Of the body of its loop, which kinds of products there are."""
    bodies = [attribute.g for node in graph.graph.node for attribute in node.attribute if attribute.name == "body"]
    kinds = [node.op_type for body in bodies for node in body.node]
    return [kind for kind in kinds if kind in ("MatMul", "Gemm", "MatMulInteger")]


def test_graphs_with_bodies_equal_pytorch(tmp_path, bodies):
    observations = load_observations([folder_of_bags(tmp_path, count=2)], bodies, tmp_path / "cache")
    world_model = build_world_model(observations, np.ones(len(observations.next), dtype=bool), bodies, 0).eval()
    readouts = Readouts(world_model.latent_size, 8, names_of(bodies, observations))
    cost = build_goal_cost(replace(bodies, goal_cost=GoalCost("readout", TOLERANCES)), world_model, readouts)
    networks = Networks(world_model, readouts, cost, Decoder(world_model.latent_size, 16, 16, 4), 16, 16)
    graphs = export_graphs(networks)
    # What picks places out of the latent and puts them back stays in single precision: only the layers are in eight bits.
    whole, eight = products_of(graphs["outcomes"]), products_of(graphs["outcomes_int8"])
    assert eight.count("MatMulInteger") == whole.count("Gemm") == bodies.action.block * (2 + bodies.model.predictor_blocks)
    assert eight.count("MatMul") == whole.count("MatMul") > 0
    _, worst = check_parity(networks, graphs, None, trials=2)
    assert worst.pop("outcomes_int8") < int8_bound(0.05)
    assert max(worst.values()) < 1e-5


def test_a_frame_that_no_readout_tells_is_refused(tmp_path, bodies):
    observations = load_observations([folder_of_bags(tmp_path, count=1)], bodies, tmp_path / "cache")
    with pytest.raises(TrainingError, match="'rope'"):
        build_world_model(observations, np.ones(len(observations.next), dtype=bool), replace(bodies, model=replace(bodies.model, frame="rope")), 0)
    with pytest.raises(TrainingError, match="actuated_body is 'rope'"):
        build_world_model(observations, np.ones(len(observations.next), dtype=bool), replace(bodies, model=replace(bodies.model, actuated_body="rope")), 0)


def errors_of(world_model, observations, config) -> float:
    """Mean square of what one step foretells less what came of it, over the bodies' numbers."""
    rows = np.ones(len(observations.next), dtype=bool)
    then, ends = imagine(world_model, observations, observations.windows(rows, 1), 1)
    return (then[:, 0, :6] - normalised_values(observations, rows, names_of(config, observations))[ends[:, 0]]).square().mean().item()


def test_refinement_trains_the_predictor_and_nothing_else_the_same_every_time(tmp_path, bodies):
    config = replace(bodies, schedule=replace(bodies.schedule, steps=100, batch=16, targets=(1, 2), learning_rate=5e-3), refinement=Refinement(200, 32, 2, 3e-3))
    observations = load_observations([folder_of_bags(tmp_path)], config, tmp_path / "cache")
    rows = np.ones(len(observations.next), dtype=bool)
    results = []
    for run in range(2):
        world_model, _ = pretrain(observations, rows, config, 0, tmp_path / "run.pt")
        before = errors_of(world_model, observations, config)
        encoder = [p.clone() for p in world_model.encoder.parameters()]
        refine_predictor(world_model, observations, rows, config, 0)
        assert errors_of(world_model, observations, config) < 0.7 * before
        for was, parameter in zip(encoder, world_model.encoder.parameters()):
            assert torch.equal(was, parameter)
        results.append(world_model.predictor.state_dict())
    for name, value in results[0].items():
        assert torch.equal(value, results[1][name])


def test_fine_tuning_brings_what_is_seen_nearer_to_the_truth_and_leaves_the_rest_and_the_predictor(tmp_path, bodies):
    config = replace(bodies, schedule=replace(bodies.schedule, steps=60, batch=16, targets=(1, 2), learning_rate=5e-3), encoder_fine_tune=EncoderFineTune(150, 32, 2e-3))
    observations = load_observations([folder_of_bags(tmp_path)], config, tmp_path / "cache")
    rows = np.ones(len(observations.next), dtype=bool)
    truth = normalised_values(observations, rows, names_of(config, observations))
    results = []
    for run in range(2):
        world_model, _ = pretrain(observations, rows, config, 0, tmp_path / "run.pt")
        predictor = [p.clone() for p in world_model.predictor.parameters()]
        before = encode(world_model, observations, np.arange(len(rows)))
        refine_encoder(world_model, observations, rows, config, 0)
        after = encode(world_model, observations, np.arange(len(rows)))
        assert (after[:, :6] - truth).square().mean() < 0.5 * (before[:, :6] - truth).square().mean()
        rest = slice(6, world_model.encoder.image_latent)
        assert (after[:, rest] - before[:, rest]).square().mean() < 0.1 * before[:, rest].var()
        for was, parameter in zip(predictor, world_model.predictor.parameters()):
            assert torch.equal(was, parameter)
        results.append(after)
    assert torch.equal(*results)


def test_fine_tuning_without_a_grounded_predictor_is_refused(tmp_path):
    (tmp_path / "config.yaml").write_text("action: {axes: [{name: linear.x, unit: m/s, range: [0, 1]}]}\nencoder_fine_tune: {steps: 10}")
    with pytest.raises(TrainingError, match="encoder_fine_tune with model.predictor mlp"):
        load_config(tmp_path / "config.yaml")


def test_refinement_of_any_predictor_goes_by_steps(tmp_path, pusher):
    config = replace(pusher, schedule=replace(pusher.schedule, steps=50, batch=16, targets=(1, 2)), refinement=Refinement(150, 32, 1, 3e-3))
    observations = load_observations([folder_of_bags(tmp_path)], config, tmp_path / "cache")
    rows = np.ones(len(observations.next), dtype=bool)
    world_model, _ = pretrain(observations, rows, config, 0, tmp_path / "run.pt")

    def error() -> float:
        then, ends = imagine(world_model, observations, observations.windows(rows, 1), 1)
        return (then[:, 0] - encode(world_model, observations, ends[:, 0])).square().mean().item()

    before = error()
    refine_predictor(world_model, observations, rows, config, 0)
    assert error() < 0.8 * before


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ("model: {predictor: bodies, frame: block}", "without grounding"),
        ("model: {predictor: bodies}\nobjective: {grounding: 1, grounding_seen: 1}", "model.frame is missing"),
        ("model: {predictor: bodies, frame: a}\nobjective: {grounding: 1, grounding_seen: 1}", "what moves in the plane"),
        ("model: {predictor: pixels}", "mlp, cells, object_centric, field"),
    ],
)
def test_bodies_that_cannot_be_are_refused(tmp_path, settings, wanted):
    (tmp_path / "config.yaml").write_text("action: {axes: [{name: linear.x, unit: m/s, range: [0, 1]}]}\n" + settings)
    with pytest.raises(TrainingError, match=wanted):
        load_config(tmp_path / "config.yaml")
