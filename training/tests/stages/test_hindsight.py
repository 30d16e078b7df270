"""Proposals learned from recordings: what is taken for a goal, what was done on the way there, and what the head makes of it."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest
import torch
import yaml
from conftest import CONFIG
from pusher import folder_of_bags, networks_of

from rehearse_training.cli import main
from rehearse_training.config import HindsightSchedule
from rehearse_training.data.episodes import Observations, load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.export.folder import write_folder
from rehearse_training.networks.grid import Grid
from rehearse_training.export.fixture import write_fixture
from rehearse_training.add_proposals import add_head_of_recordings
from rehearse_training.networks.proposals import HindsightProposals, ViewOfField, ViewOfLatents
from rehearse_training.stages.hindsight import Encoded, Reached, hindsight_measures, train_hindsight

SCHEDULE = HindsightSchedule(steps=5, batch=32, count=3, horizon=2, longest=6)


def recordings(lengths: list[int], stride: int = 2, seed: int = 0) -> Observations:
    """A point that goes where it is told, 0.1 a step at most in both axes; rows half a model step apart; the picture is where it is."""
    rng = np.random.default_rng(seed)
    rows = sum(lengths)
    action = np.zeros((rows, 4), dtype=np.float32)
    place = np.zeros((rows, 2))
    following = np.full(rows, -1)
    begin = 0
    for length in lengths:
        held = np.repeat(rng.uniform(-1, 1, (length // 6 + 1, 2)), 6, axis=0)[:length]
        for i in range(length):
            two = held[i], held[min(i + 1, length - 1)]  # the commands of both periods of the step
            action[begin + i] = np.concatenate(two)
            if i + 1 < length:
                place[begin + i + 1] = place[begin + i] + 0.05 * held[i]
            if i + stride < length:
                following[begin + i] = begin + i + stride
        begin += length
    images = np.repeat(np.arange(rows, dtype=np.uint8)[:, None, None, None], 3, axis=3)
    nothing = np.zeros((rows, 0), dtype=np.float32)
    episode = np.repeat(np.arange(len(lengths)), lengths).astype(np.int32)
    proprioception = np.tile([[0.5, -0.5]], (rows, 1)).astype(np.float32)
    return Observations(images, place.astype(np.float32), proprioception, action, following, episode, nothing, np.zeros(0), nothing, np.zeros(0), np.zeros(0), 1, "")


class SeesPlaces:
    """An encoder whose latent is the place and the speeds, less 1, in halves."""

    latent, image_latent, identity = 4, 2, "none"

    def __init__(self, observations: Observations):
        self.place = observations.pose

    def __call__(self, images, proprioception):
        rows = images[:, 0, 0, 0].astype(int)
        return torch.from_numpy(np.concatenate([self.place[rows], (proprioception - 1) / 2], axis=1).astype(np.float32))

    normalised = Encoded.normalised


def with_schedule(config, **changes):
    return replace(config, hindsight=replace(SCHEDULE, **changes))


def test_goals_are_later_moments_of_the_same_recording_and_actions_those_on_the_way(pusher):
    observations = recordings([40, 30])
    config = with_schedule(pusher)
    reached = Reached(SeesPlaces(observations), observations, np.ones(70, dtype=bool), config)
    assert reached.stride == 2
    latents, goals, actions = reached.draw(np.random.default_rng(0), 500)
    assert 300 < len(latents) < 500  # some goals would be beyond the end
    assert torch.equal(goals[:, 2:], torch.full((len(goals), 2), -0.5))  # at rest
    assert torch.equal(latents[:, 2:], torch.tensor([[-0.25, -0.75]]).expand(len(latents), 2))
    # Where a goal is two steps away or nearer, what was done until then leads to it, and nothing after.
    way = goals[:, :2] - latents[:, :2]
    done = 0.1 * actions.sum(dim=1)
    near = (way - done).abs().max(dim=1).values < 1e-5
    assert 0.2 < near.float().mean() < 0.6  # longest is 6 steps, horizon 2: a third, and who stood still
    starts = {tuple(np.round(row, 5)) for row in observations.pose[:70][reached.starts][:, :2].tolist()}
    assert {tuple(np.round(row, 5)) for row in latents[:, :2].tolist()} <= starts


def test_rows_that_are_not_asked_for_are_no_goals(pusher):
    observations = recordings([40, 30])
    rows = observations.episode == 0
    reached = Reached(SeesPlaces(observations), observations, rows, with_schedule(pusher))
    latents, goals, _ = reached.draw(np.random.default_rng(0), 300)
    known = {tuple(np.round(row, 5)) for row in observations.pose[rows][:, :2].tolist()}
    assert {tuple(np.round(row, 5)) for row in [*latents[:, :2].tolist(), *goals[:, :2].tolist()]} <= known


def test_a_recording_that_is_too_short_is_said(pusher):
    observations = recordings([3, 3])
    with pytest.raises(TrainingError, match="hindsight.horizon") as caught:
        Reached(SeesPlaces(observations), observations, np.ones(6, dtype=bool), with_schedule(pusher))
    assert caught.value.code == "RH-BAG-SHORT"


def test_what_is_proposed_goes_by_the_goal(pusher):
    observations = recordings([30] * 8, seed=1)
    config = with_schedule(pusher, steps=400, batch=128, longest=3)
    reached = Reached(SeesPlaces(observations), observations, np.ones(240, dtype=bool), config)
    torch.manual_seed(0)
    head = HindsightProposals(ViewOfLatents((2, 2)), 2, config.hindsight.count, config.hindsight.horizon)
    train_hindsight(head, reached, 0)
    measured = hindsight_measures(head, reached)
    assert measured["rms_error"] < 0.5 * measured["rms_action"]
    assert measured["rms_error"] < 0.7 * measured["rms_error_other_goal"]
    assert sum(measured["nearest"]) == pytest.approx(1, abs=0.01)


def test_a_field_is_seen_around_the_body():
    grid = Grid(4, 0.4)  # nodes at -0.15, -0.05, 0.05, 0.15
    mean, spread = torch.tensor([0.0, 0.0, 0.02, -0.01]), torch.tensor([0.2, 0.2, 0.1, 0.2])
    view = ViewOfField(grid, (16, 4), mean, spread)
    now, wanted = torch.zeros(4, 4), torch.zeros(4, 4)
    now[0, 3], wanted[2, 1] = 2.0, 1.0  # row by row from the top: (0.15, 0.15) and (-0.05, -0.05)
    body = torch.tensor([[0.0, 0.0, 0.07, 0.05]])  # nearest to the node at (0.05, 0.05): column 2, row 1
    latent = torch.cat([now.reshape(1, -1), (body - mean) / spread], dim=1)
    goal = torch.cat([wanted.reshape(1, -1), torch.zeros(1, 4)], dim=1)
    seen, _, between = view.see(latent, goal)
    assert seen.shape == (1, 3, 7, 7)
    assert seen[0, 0].nonzero().tolist() == [[2, 4]] and seen[0, 0, 2, 4].item() == pytest.approx(2)
    assert seen[0, 1].nonzero().tolist() == [[4, 2]]
    assert seen[0, 2].sum().item() == pytest.approx(16)
    assert between.tolist()[0] == pytest.approx([0.2, 0.0], abs=1e-5)
    assert view(latent, goal).shape == (1, view.size)


@pytest.fixture
def folder(tmp_path, pusher):
    """A model of goal pictures that is not trained, with the recordings that it could be of."""
    networks = networks_of(pusher, "readout")
    facts = {
        "arena": {"x_m": [-1.0, 1.0], "y_m": [-1.0, 1.0]},
        "readouts": {name: {"r2": 0.0, "mae": 1.0} for name, _ in networks.readouts.names},
        "surprise": {"step_error": {"p50": 0.5, "p90": 1.0, "p99": 2.0}},
        "training": {},
    }
    write_folder(tmp_path / "model", networks, replace(pusher, name="tiny"), facts)
    return tmp_path / "model"


def test_a_finished_folder_gets_the_head_and_keeps_the_rest(tmp_path, pusher, folder):
    before = yaml.safe_load((folder / "model.yaml").read_text())["graphs"]
    observations = load_observations([folder_of_bags(tmp_path)], pusher, tmp_path / "cache")
    training, held_out = observations.split(0.3, 0)
    add_head_of_recordings(folder, observations, training, held_out, with_schedule(pusher), 0, "a command")
    manifest = yaml.safe_load((folder / "model.yaml").read_text())
    graphs = manifest["graphs"]
    assert {name: entry for name, entry in graphs.items() if name != "proposal"} == before
    assert manifest["training"]["proposals"]["from"] == "recordings"
    session = onnxruntime.InferenceSession((folder / graphs["proposal"]["file"]).read_bytes())
    case = json.loads((folder / "golden.json").read_text())["graphs"]["proposal"][0]
    assert case["inputs"]["goal"]["shape"] == [1, 8] and case["outputs"]["proposals"]["shape"] == [3, 2, 2]
    (found,) = session.run(None, {"latent": np.ones((1, 8), dtype=np.float32), "goal": np.zeros((1, 8), dtype=np.float32)})
    assert found.shape == (3, 2, 2) and np.abs(found).max() <= 1


def test_a_folder_that_does_not_fit_is_refused(tmp_path, config, pusher, folder):
    write_fixture(tmp_path / "places", replace(config, image=replace(config.image, width=64, height=64)), seed=0)
    for path, of, what in [
        (tmp_path / "places", pusher, "are places"),
        (tmp_path / "nowhere", pusher, "cannot be read"),
        (folder, replace(pusher, proprioception=("linear.x",)), "the configuration says otherwise"),
    ]:
        with pytest.raises(TrainingError, match=what) as caught:
            Encoded.of(path, of)
        assert caught.value.code == "RH-HINDSIGHT-MODEL"


def test_the_command_hands_everything_over(tmp_path, monkeypatch):
    from rehearse_training import add_proposals as module
    from rehearse_training import pipeline

    given = []
    monkeypatch.setattr(pipeline, "start", lambda run: SimpleNamespace(pictured="pictures", training="some", held_out="others"))
    monkeypatch.setattr(module, "add_head_of_recordings", lambda *parts: given.append(parts))
    assert main(["hindsight", str(tmp_path), "--config", str(CONFIG), "--model", str(tmp_path / "m"), "--seed", "3", "--steps", "9"]) == 0
    model, observations, training, held_out, config, seed, command = given[0]
    assert (model, observations, training, held_out, seed) == (tmp_path / "m", "pictures", "some", "others", 3)
    assert config.hindsight.steps == 9 and command.startswith("./rehearse train hindsight ")


def test_a_setting_below_one_is_refused():
    from rehearse_training.config import load_config

    with pytest.raises(TrainingError, match="hindsight.count is below 1"):
        load_config(CONFIG, ["hindsight.count=0"])
