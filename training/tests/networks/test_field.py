"""Latents that are fields of things: what they count, what a predictor of them changes, what the cost of a goal measures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pusher import folder_of_bags
from int8 import int8_bound

from rehearse_training.config import GoalCost, ModelSize, Refinement, EncoderFineTune, load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.export.golden import check_parity
from rehearse_training.export.graphs import Networks, export_graphs
from rehearse_training.networks.goal_costs import ChamferCost
from rehearse_training.networks.grid import Grid
from rehearse_training.networks.predictors.field import FieldPredictor
from rehearse_training.stages.goal_costs import build_goal_cost
from rehearse_training.data.labels import known_places, names_of
from rehearse_training.stages.latents import imagine
from rehearse_training.networks.decoder import Decoder
from rehearse_training.networks.heads import Readouts
from rehearse_training.stages.grounding_values import grounded_values
from rehearse_training.stages.pretraining import build_world_model, pretrain
from rehearse_training.stages.refinement import refine_encoder, refine_predictor

GRID = Grid(8, 0.8)  # nodes 0.1 m apart, from -0.35 m
SIZE = ModelSize(layout="field", cells=8, predictor="field", particles="grain", view_m=0.8, window=3, predictor_hidden=16, predictor_blocks=1)


def place(column: float, row: float) -> list[float]:
    return [-0.35 + 0.1 * column, 0.35 - 0.1 * row]


def test_a_thing_counts_for_the_four_nodes_around_it_by_nearness():
    field = GRID.field(torch.tensor([[place(2.25, 5), place(7, 0)]])).reshape(8, 8)
    assert field[5, 2].item() == pytest.approx(0.75, abs=1e-5) and field[5, 3].item() == pytest.approx(0.25, abs=1e-5)
    assert field[0, 7].item() == pytest.approx(1, abs=1e-5)
    assert field.sum().item() == pytest.approx(2, abs=1e-5)


def predictor_of() -> FieldPredictor:
    torch.manual_seed(2)
    predictor = FieldPredictor(GRID, 4, 4, 2, SIZE)
    predictor.fit_frame(torch.tensor([0.0, 0.0, 0.02, -0.01]), torch.tensor([0.2, 0.2, 0.15, 0.12]))
    with torch.no_grad():
        predictor.last.weight.mul_(20)
    return predictor


def latents_of(field: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """field [N, 64], places [N, 2] of a body at rest -> latents"""
    return torch.cat([field, torch.zeros(len(field), 2), (places - torch.tensor([0.02, -0.01])) / torch.tensor([0.15, 0.12])], dim=1)


def test_only_nodes_around_the_body_change():
    field = torch.rand(3, 64)
    body = torch.tensor([place(4.2, 3.3), place(0.1, 0.2), place(6.6, 7)])
    after = predictor_of().each_tick(latents_of(field, body), torch.randn(3, 4))[0][:, :64].detach()
    changed = (after != field).reshape(3, 8, 8)
    expected = torch.zeros(3, 8, 8, dtype=torch.bool)
    expected[0, 2:5, 3:6] = True
    expected[1, 0:2, 0:2] = True  # the rest of the window is outside the picture
    expected[2, 6:8, 6:8] = True
    assert torch.equal(changed, expected)
    assert after.min() >= 0


def test_a_push_is_the_same_wherever_it_happens():
    predictor = predictor_of()
    with torch.no_grad():
        predictor.first.weight[:, 9:13] = 0  # no ear for where on the table
    body = torch.tensor([place(3.2, 3.3)])
    field = torch.zeros(1, 8, 8)
    field[0, 3, 4] = 1.0
    actions = torch.tensor([[0.3, -0.2, 0.5, 0.1]])
    here = predictor(latents_of(field.flatten(1), body), actions).detach()
    there = predictor(latents_of(field.roll((1, 2), dims=(1, 2)).flatten(1), body + torch.tensor([0.2, -0.1])), actions).detach()
    torch.testing.assert_close(here[:, :64].reshape(1, 8, 8).roll((1, 2), dims=(1, 2)), there[:, :64].reshape(1, 8, 8), atol=1e-5, rtol=0)


def chamfer(a: list[list[float]], b: list[list[float]]) -> float:
    """Independent form: mean way along the axes to the nearest, both ways added."""
    ways = np.abs(np.array(a)[:, None] - np.array(b)[None]).sum(axis=2)
    return ways.min(axis=1).mean() + ways.min(axis=0).mean()


def test_the_cost_is_the_chamfer_distance_of_what_is_seen():
    cost = ChamferCost(Readouts(68, 8, (("grains.x", "m"),)), 68, GRID, near=0.05)
    goal = [place(1, 1), place(6, 2)]
    cases = [goal, [place(1, 5), place(6, 2)], [place(4, 6), place(6, 7)]]
    latents = latents_of(torch.cat([GRID.field(torch.tensor([case])) for case in cases]), torch.zeros(3, 2))
    ways = cost(latents, latents_of(GRID.field(torch.tensor([goal])), torch.ones(1, 2)))
    assert ways[0].item() == pytest.approx(0, abs=1e-5)
    for way, case in zip(ways.tolist()[1:], cases[1:], strict=True):
        assert way == pytest.approx(chamfer(case, goal) / 0.05, rel=0.03)


@pytest.fixture
def field(pusher):
    """The pusher's bags with its block as the one thing."""
    objective = replace(pusher.objective, odometry=0.0, grounding=1.0, grounding_seen=10.0)
    model = replace(pusher.model, layout="field", predictor="field", cells=pusher.image.width // 2, particles="thing", view_m=0.8, window=3)
    proprioception = ("linear.x", "linear.y", "robot.x", "robot.y")
    return replace(pusher, model=model, objective=objective, proprioception=proprioception, goal_cost=GoalCost("chamfer"), fp16_weights=False)


def test_graphs_with_fields_equal_pytorch(tmp_path, field):
    observations = load_observations([folder_of_bags(tmp_path, count=2)], field, tmp_path / "cache")
    world_model = build_world_model(observations, np.ones(len(observations.next), dtype=bool), field, 0).eval()
    readouts = Readouts(world_model.latent_size, 8, names_of(field, observations))
    cost = build_goal_cost(field, world_model, readouts)
    networks = Networks(world_model, readouts, cost, Decoder(world_model.latent_size, field.image.width, field.image.height, 4), field.image.width, field.image.height)
    graphs = export_graphs(networks)
    assert "gradient" not in graphs  # of a cost that jumps
    _, worst = check_parity(networks, graphs, None, trials=2)
    assert worst.pop("outcomes_int8") < int8_bound(0.05)
    assert max(worst.values()) < 1e-4


def test_things_that_the_truth_does_not_know_are_refused(tmp_path, field):
    observations = load_observations([folder_of_bags(tmp_path, count=1)], field, tmp_path / "cache")
    with pytest.raises(TrainingError, match=r"no true thing\.\*\.x"):
        known_places(field, observations)


def test_training_learns_to_count_things_and_refinement_to_foretell_them(tmp_path, field):
    """On the pusher's bags, with its block as the one thing."""
    config = replace(field, schedule=replace(field.schedule, steps=500, batch=16, targets=(1, 2), learning_rate=5e-3), refinement=Refinement(300, 32, 2, 3e-3), encoder_fine_tune=EncoderFineTune(100, 32, 1e-3))
    bags = load_observations([folder_of_bags(tmp_path)], config, tmp_path / "cache")
    observations = replace(bags, truth_names=np.array([name.replace("block.", "thing.0.") for name in bags.truth_names]))
    rows = np.ones(len(observations.next), dtype=bool)
    world_model, _ = pretrain(observations, rows, config, 0, tmp_path / "run.pt")
    fields_of, _ = grounded_values(observations, rows, config)
    nodes = config.model.cells**2
    starts = observations.windows(rows, 1)

    def error(steps: int) -> float:
        then, ends = imagine(world_model, observations, starts, 1)
        seen = world_model.encoder(torch.from_numpy(observations.images[starts]), torch.from_numpy(observations.proprioception[starts]))
        wanted = fields_of(ends[:, 0] if steps else starts)
        pushed = (fields_of(ends[:, 0]) - fields_of(starts)).square().sum(dim=1) > 0.1
        return ((then[:, 0] if steps else seen)[:, :nodes] - wanted)[pushed].square().sum(dim=1).mean().item()

    spread = (fields_of(starts) - fields_of(starts).mean(dim=0)).square().sum(dim=1).mean().item()
    before = error(0)
    assert before < 0.5 * spread
    refine_encoder(world_model, observations, rows, config, 0)
    assert error(0) < before
    with torch.no_grad():  # a predictor to which nothing ever changes
        world_model.predictor.last.weight.zero_()
        world_model.predictor.last.bias.zero_()
    still = error(1)
    refine_predictor(world_model, observations, rows, config, 0)
    assert error(1) < 0.8 * still


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ("layout: field", "that predictor goes with"),
        ("layout: patches, predictor: field", "that predictor goes with"),
        ("layout: field, predictor: field, particles: grain", "without grounding"),
    ],
)
def test_fields_that_cannot_be_are_refused(tmp_path, settings, wanted):
    (tmp_path / "config.yaml").write_text(f"action: {{axes: [{{name: linear.x, unit: m/s, range: [0, 1]}}]}}\nmodel: {{{settings}}}")
    with pytest.raises(TrainingError, match=wanted):
        load_config(tmp_path / "config.yaml")


def test_a_field_needs_the_bodys_place_and_two_pixels_a_node(tmp_path):
    text = (Path(__file__).parents[2] / "configs" / "granular.yaml").read_text()
    for was, now, wanted in (
        ("robot.x, robot.y]", "robot.x]", "place"),
        ("cells: 32", "cells: 16", "twice as many pixels"),
        ("window: 9", "window: 8", "odd number"),
        ("particles: grain", "particles: ''", "without particles"),
        ("near: 0.009", "near: 0", "near is 0"),
    ):
        assert was in text
        (tmp_path / "config.yaml").write_text(text.replace(was, now))
        with pytest.raises(TrainingError, match=wanted):
            load_config(tmp_path / "config.yaml")
