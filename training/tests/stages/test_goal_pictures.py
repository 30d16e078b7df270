"""Worlds with a task: readouts of what the simulator knows, goals that are pictures."""

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch
import yaml
from bag_maker import Bag, pushing
from pusher import NAMES, TOLERANCES, folder_of_bags, networks_of

from rehearse_training.cli import main
from rehearse_training.config import Axis, Config, GoalCost
from rehearse_training.data.assemble import parse_label
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.export.golden import check_parity
from rehearse_training.export.graphs import Networks, export_graphs
from rehearse_training.stages.goal_costs import Hindsight, build_goal_cost, expectile_loss, train_goal_cost
from rehearse_training.data.labels import names_of, targets_of
from rehearse_training.stages.latents import Latents, at_rest
from rehearse_training.losses.grounding import Grounding, loss_weights_of
from rehearse_training.networks.decoder import Decoder
from rehearse_training.networks.goal_costs import LatentCost
from rehearse_training.networks.heads import Readouts
from rehearse_training.networks.world_model import WorldModel
from rehearse_training.losses.objective import Pretraining
from rehearse_training.stages.pretraining import pretrain
from rehearse_training.stages.readouts import train_readouts

def test_truth_and_the_pushers_own_speeds_stand_beside_their_picture(tmp_path, pusher):
    observations = load_observations([folder_of_bags(tmp_path)], pusher, tmp_path / "cache")
    assert observations.truth_names.tolist() == list(NAMES)
    assert observations.truth_units.tolist() == ["m"] * 4 + ["1"] * 2
    np.testing.assert_allclose(observations.truth[:, :2], observations.pose[:, :2], atol=1e-6)  # this pusher's odometry is exact
    moved = (observations.pose[1:, :2] - observations.pose[:-1, :2])[observations.next[:-1] >= 0] / 0.1
    free = np.abs(observations.pose[1:, :2][observations.next[:-1] >= 0]).max(axis=1) < 0.44
    np.testing.assert_allclose(moved[free], observations.proprioception[:-1][observations.next[:-1] >= 0][free], atol=1e-3)


def test_pictures_without_truth_are_left_out(tmp_path, pusher):
    bag = pushing(2.0, seed=1)
    bag.messages = [m for m in bag.messages if m[1] != "/truth" or m[0] < 11.05]
    (tmp_path / "bags").mkdir()
    bag.write(tmp_path / "bags" / "0.mcap")
    observations = load_observations([tmp_path / "bags"], pusher, tmp_path / "cache")
    assert len(observations.next) == 11


def test_truth_without_names_is_an_error():
    assert [part.tolist() for part in parse_label("a.x [m], b [1]")] == [["a.x", "b"], ["m", "1"]]
    with pytest.raises(TrainingError) as caught:
        parse_label("a, b")
    assert caught.value.code == "RH-BAG-TRUTH"


def test_a_readout_that_was_not_recorded_is_an_error(tmp_path, pusher):
    observations = load_observations([folder_of_bags(tmp_path, count=1)], pusher, tmp_path / "cache")
    with pytest.raises(TrainingError, match="no true rope.length"):
        names_of(replace(pusher, readouts=("rope.length",)), observations)


@pytest.mark.parametrize("kind", ["readout", "latent", "temporal"])
def test_a_cost_does_not_ask_for_the_goals_speeds(pusher, kind):
    networks = networks_of(pusher, kind)
    z, goal = torch.randn(5, 8), torch.randn(1, 8)
    fast = goal.clone()
    fast[:, 6:] += 3
    if kind != "readout":  # what readouts see in a speed, they see because it tells; they are trained not to
        torch.testing.assert_close(networks.cost_to_go(z, goal), networks.cost_to_go(z, fast))
    assert networks.cost_to_go(z, goal).shape == (5,)


def test_the_readout_cost_is_one_at_the_tolerance(pusher):
    networks = networks_of(pusher, "readout")
    cost = networks.cost_to_go
    goal = torch.randn(1, 8)
    values = networks.readouts(goal)
    away = values.clone()
    away[:, 2] += 0.1
    elsewhere = values.clone()
    elsewhere[:, :2] += 5  # the agent does not count
    with torch.no_grad():
        torch.testing.assert_close(cost.from_readouts(goal, away, goal), torch.ones(1), atol=1e-4, rtol=0)
        torch.testing.assert_close(cost.from_readouts(goal, elsewhere, goal), torch.zeros(1), atol=2e-3, rtol=0)


@pytest.mark.parametrize(("kind", "layout", "predictor"), [("readout", "vector", "mlp"), ("temporal", "patches", "cells"), ("latent", "patches", "mlp")])
def test_graphs_with_goal_latents_equal_pytorch(pusher, kind, layout, predictor):
    model = replace(pusher.model, layout=layout, predictor=predictor, cells=2, cell_channels=3, predictor_hidden=16, predictor_blocks=1)
    networks = networks_of(replace(pusher, model=model), kind)
    graphs = export_graphs(networks)
    size = networks.world_model.latent_size
    _, worst = check_parity(networks, graphs, None, trials=2)
    assert max(difference for name, difference in worst.items() if name != "outcomes_int8") < 1e-5
    for name in ("cost_to_go", "outcomes", "gradient", "outcomes_int8"):
        inputs = {i.name: i.shape for i in onnxruntime.InferenceSession(graphs[name].SerializeToString()).get_inputs()}
        assert inputs["goal"] == [1, size]


def test_readouts_and_tolerances_go_by_patterns(tmp_path, pusher):
    observations = load_observations([folder_of_bags(tmp_path)], pusher, tmp_path / "cache")
    config = replace(pusher, readouts=("agent.y", "block.*"), goal_cost=GoalCost("readout", {"block.?": 0.5, "block.*": 2.0}))
    names = names_of(config, observations)
    assert names == (("agent.y", "m"), ("block.x", "m"), ("block.y", "m"), ("block.cos", "1"), ("block.sin", "1"))
    cost = build_goal_cost(config, networks_of(pusher, "latent").world_model, Readouts(8, 4, names))
    assert cost.weights.tolist() == [0, 4, 4, 0.25, 0.25]
    with pytest.raises(TrainingError, match="rope"):
        names_of(replace(config, readouts=("rope.*",)), observations)


def test_grounding_puts_the_labels_into_the_latent(tmp_path, pusher):
    """With nothing else to learn from, latents come to tell what the readouts will be asked for, and imagined ones do too."""
    bags = folder_of_bags(tmp_path)
    objective = replace(pusher.objective, prediction=0.0, variance=0.0, covariance=0.0, inverse_dynamics=0.0, odometry=0.0, grounding=1.0)
    config = replace(pusher, objective=objective, schedule=replace(pusher.schedule, steps=150, batch=16, targets=(1, 2), learning_rate=5e-3))
    observations = load_observations([bags], config, tmp_path / "cache")
    rows = np.ones(len(observations.next), dtype=bool)
    _, begun = pretrain(observations, rows, replace(config, schedule=replace(config.schedule, steps=1)), 0, tmp_path / "begun.pt")
    _, done = pretrain(observations, rows, config, 0, tmp_path / "done.pt")
    assert done["terms"]["grounding"] < 0.3 * begun["terms"]["grounding"]


def test_grounding_is_the_mean_over_seen_and_imagined():
    head = Grounding(image_latent=2, loss_weights=torch.ones(1), hidden=1)
    for parameter in head.parameters():
        torch.nn.init.zeros_(parameter)
    values = torch.tensor([[[1.0], [2.0], [3.0]]])
    assert head.loss(torch.zeros(1, 3, 2), torch.zeros(1, 2, 2), values).item() == pytest.approx(((1 + 4 + 9) / 3 + (4 + 9) / 2) / 2)


def test_what_pictures_tell_can_count_for_more_than_what_is_imagined(tmp_path, pusher):
    """By itself the term asks nothing of imagination: the predictor learns nothing from it."""
    bags = folder_of_bags(tmp_path)
    objective = replace(pusher.objective, prediction=0.0, variance=0.0, covariance=0.0, inverse_dynamics=0.0, odometry=0.0, grounding_seen=1.0)
    config = replace(pusher, objective=objective, schedule=replace(pusher.schedule, steps=100, batch=16, targets=(1, 2), learning_rate=5e-3, weight_decay=0.0))
    observations = load_observations([bags], config, tmp_path / "cache")
    rows = np.ones(len(observations.next), dtype=bool)
    begun, first = pretrain(observations, rows, replace(config, schedule=replace(config.schedule, steps=1)), 0, tmp_path / "begun.pt")
    done, last = pretrain(observations, rows, config, 0, tmp_path / "done.pt")
    assert "grounding" not in last["terms"]
    assert last["terms"]["grounding_seen"] < 0.3 * first["terms"]["grounding_seen"]
    for before, after in zip(begun.predictor.parameters(), done.predictor.parameters()):
        torch.testing.assert_close(before, after)


def test_bodies_can_count_alike_however_many_numbers_tell_of_them():
    names = ["agent.x", "agent.y", "rope.0.x", "rope.0.y", "rope.1.x", "rope.1.y"]
    torch.testing.assert_close(loss_weights_of(names, by_body=False), torch.full((6,), 1 / 6))
    torch.testing.assert_close(loss_weights_of(names, by_body=True), torch.tensor([0.25, 0.25, 0.125, 0.125, 0.125, 0.125]))


def test_cells_are_laid_out_row_by_row_and_channels_last(pusher):
    model = replace(pusher.model, layout="patches", cells=4, cell_channels=3)
    encoder = WorldModel(32, 32, 2, 4, model).encoder
    image = torch.full((1, 32, 32, 3), 127, dtype=torch.uint8)
    other = image.clone()
    other[:, 30:, :2] = 255
    with torch.no_grad():
        change = (encoder(other, torch.zeros(1, 2)) - encoder(image, torch.zeros(1, 2)))[0, :48].reshape(4, 4, 3).abs().sum(dim=-1)
    assert change[3, 0] > 0 and change[0].sum() + change[:, 3].sum() == 0


def test_the_cloud_of_cells_is_blind_to_what_each_cell_always_says(pusher):
    encoder = WorldModel(16, 16, 2, 4, replace(pusher.model, layout="patches", cells=2, cell_channels=3)).encoder
    pictures = torch.randn(1, 12).expand(7, 12)
    torch.testing.assert_close(encoder.features(pictures), torch.zeros(28, 3), atol=1e-6, rtol=0)


def test_every_picture_of_a_window_can_begin_a_rollout(pusher):
    """The error is the mean over all pairs of an earlier and a later picture."""
    config = replace(pusher, schedule=replace(pusher.schedule, targets=(1, 2, 4)), objective=replace(pusher.objective, inverse_dynamics=0.0))
    world_model = networks_of(pusher, "latent").world_model
    windows = (torch.randint(0, 255, (3, 4, 16, 16, 3), dtype=torch.uint8), torch.randn(3, 5, 2), torch.zeros(3, 4, 3), torch.rand(3, 4, 4))
    with torch.no_grad():
        pretraining = Pretraining(world_model, replace(config, schedule=replace(config.schedule, restarts=True)))
        found = pretraining(*windows, torch.Generator())["prediction"]
        images, speeds, _, actions = windows
        at = [0, 1, 2, 4]
        latents = [world_model.encoder(images[:, i], speeds[:, step]) for i, step in enumerate(at)]
        errors = []
        for i, begin in enumerate(at):
            z = latents[i]
            for step in range(begin, 4):
                z = world_model.predictor(z, actions[:, step])
                if step + 1 in at:
                    errors.append((z - latents[at.index(step + 1)]).square().mean())
    assert len(errors) == 6
    torch.testing.assert_close(found, torch.stack(errors).mean())


def observed(tmp_path, pusher) -> tuple:
    observations = load_observations([folder_of_bags(tmp_path)], pusher, tmp_path / "cache")
    rows = np.arange(len(observations.next))
    truth = torch.from_numpy(observations.truth)
    latents = torch.cat([truth, torch.from_numpy(observations.proprioception)], dim=1)  # a latent that says it all
    return observations, Latents(latents, rows, latents[:50], rows[:50], np.full(50, 1))


def test_readouts_learn_true_numbers_and_give_them_in_their_units(tmp_path, pusher):
    observations, latents = observed(tmp_path, pusher)
    networks = networks_of(pusher, "readout")
    config = replace(pusher, heads=replace(pusher.heads, readout_steps=400, batch=64, learning_rate=1e-2))
    readouts = Readouts(8, 32, names_of(pusher, observations))
    train_readouts(readouts, networks.world_model.encoder, observations, latents, config, 0)
    wanted = targets_of(observations, latents.seen_rows, readouts.names)
    for z in (latents.seen, at_rest(networks.world_model.encoder, latents.seen)):
        left = (readouts(z) - wanted).square().mean(dim=0) / wanted.var(dim=0)
        assert left.max() < 0.1


@pytest.mark.parametrize("counts, follows_what_is_seen", [(20.0, True), (0.05, False)])
def test_seen_latents_can_count_for_more_than_imagined_ones(tmp_path, pusher, counts, follows_what_is_seen):
    """Here an imagined latent is that of a picture, said to be of the row half a recording on: the two cannot both be right."""
    observations, latents = observed(tmp_path, pusher)
    others = np.roll(latents.seen_rows, 20)
    latents = replace(latents, imagined=latents.seen, imagined_rows=others, imagined_depth=np.full(len(others), 1))
    config = replace(pusher, heads=replace(pusher.heads, readout_steps=400, batch=64, learning_rate=1e-2, readout_seen=counts))
    readouts = Readouts(8, 32, names_of(pusher, observations))
    train_readouts(readouts, networks_of(pusher, "readout").world_model.encoder, observations, latents, config, 0)
    off = [(readouts(latents.seen) - targets_of(observations, rows, readouts.names)).square().mean() for rows in (latents.seen_rows, others)]
    assert (off[0] < 0.25 * off[1]) if follows_what_is_seen else (off[1] < 0.25 * off[0])


def test_hindsight_goals_are_later_in_the_same_recording(tmp_path, pusher):
    observations, latents = observed(tmp_path, pusher)
    encoder = networks_of(pusher, "latent").world_model.encoder
    hindsight = Hindsight(encoder, observations, latents)
    z, goal, steps = hindsight.draw(np.random.default_rng(0), 300, longest=6)
    assert 100 < len(z) == len(goal) == len(steps)
    assert steps.min() >= 0 and 3 < steps.max() <= 6
    # The latents are the truth here, so a goal can be found again, and with it how far on it is.
    rows = [int((latents.seen[:, :6] - g[:6]).abs().sum(dim=1).argmin()) for g in goal[:40]]
    starts = [int((latents.seen[:, :6] - g[:6]).abs().sum(dim=1).argmin()) for g in z[:40]]
    assert [(b - a) / 2 for a, b in zip(starts, rows)] == steps[:40].tolist()


def test_one_step_apart_is_one_in_latent_distance(tmp_path, pusher):
    observations, latents = observed(tmp_path, pusher)
    networks = networks_of(pusher, "latent")
    cost = networks.cost_to_go
    assert isinstance(cost, LatentCost)
    train_goal_cost(cost, networks.world_model.encoder, observations, latents, pusher, 0)
    now = np.flatnonzero(observations.next >= 0)
    assert float(cost(latents.seen[now], latents.seen[observations.next[now]]).median()) == pytest.approx(1, abs=0.05)


def test_an_expectile_lies_below_the_mean():
    steps = torch.rand(4000, generator=torch.Generator().manual_seed(0)) * 2
    grid = torch.linspace(0, 2, 41)
    losses = torch.stack([expectile_loss(torch.full_like(steps, float(v)), steps, 0.2) for v in grid])
    # Of a uniform spread over [0, 2] the 0.2-expectile is 2/3: 0.2 (2 - v)² = 0.8 v².
    assert float(grid[losses.argmin()]) == pytest.approx(2 / 3, abs=0.06)


CONFIG = """
world: pusher
threads: 1
held_out_fraction: 0.3
goal: latent
topics: { truth: /truth }
proprioception: [linear.x, linear.y]
readouts: [agent.x, agent.y, block.x, block.y, block.cos, block.sin]
goal_cost: { kind: temporal, longest: 4, tolerances: { block.x: 0.1, block.y: 0.1 } }
image: { width: 16, height: 16 }
action:
  block: 2
  period_s: 0.1
  axes:
    - { name: linear.x, unit: m/s, range: [-0.5, 0.5] }
    - { name: linear.y, unit: m/s, range: [-0.5, 0.5] }
model: { layout: patches, cells: 2, cell_channels: 3, predictor: cells, patch_channels: 4, merge_channels: 4, encoder_hidden: 8, predictor_hidden: 16, head_hidden: 8, decoder_channels: 4 }
schedule: { steps: 6, batch: 4, targets: [1, 2, 4], checkpoint_every: 3 }
heads: { readout_steps: 4, cost_to_go_steps: 4, decoder_steps: 2, batch: 8, decoder_batch: 4, imagined_steps: 4 }
"""


def test_one_command_goes_from_bags_to_a_model_with_goal_pictures(tmp_path):
    bags = folder_of_bags(tmp_path, count=4, seconds=5.0)
    (tmp_path / "config.yaml").write_text(CONFIG)
    command = ["train", str(bags), "--config", str(tmp_path / "config.yaml"), "--out", str(tmp_path / "model")]
    assert main([*command, "--runs", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]) == 0
    manifest = yaml.safe_load((tmp_path / "model" / "model.yaml").read_text())
    assert manifest["goal"] == "latent"
    assert manifest["latent"] == {"layout": "patches", "size": 14, "image_size": 12}
    assert manifest["proprioception"] == [{"name": "linear.x", "unit": "m/s"}, {"name": "linear.y", "unit": "m/s"}]
    assert [r["unit"] for r in manifest["readouts"]] == ["m"] * 4 + ["1"] * 2
    assert set(manifest["training"]["readout_r2"]["seen"]) == set(NAMES)
    assert "temporal distance" in (tmp_path / "model" / "CARD.md").read_text()


def test_a_bag_that_lacks_the_truth_says_so(tmp_path, pusher):
    bag: Bag = pushing(1.0, seed=0)
    bag.messages = [m for m in bag.messages if m[1] != "/truth"]
    (tmp_path / "bags").mkdir()
    bag.write(tmp_path / "bags" / "0.mcap")
    with pytest.raises(TrainingError) as caught:
        load_observations([tmp_path / "bags"], pusher, tmp_path / "cache")
    assert caught.value.code == "RH-BAG-TOPIC"
