import hashlib
import json

import numpy as np
import onnxruntime
import pytest
import torch
import yaml
from conftest import CONFIG

from rehearse_training.cli import main
from rehearse_training.config import load_config
from rehearse_training.export.fixture import write_fixture
from rehearse_training.errors import TrainingError
from rehearse_training.export.card import proposals_section
from rehearse_training.networks.heads import Readouts
from rehearse_training.networks.proposals import Proposals
from rehearse_training.stages.proposals import Plans, proposal_measures, read_plans, train_proposals, winner_takes_all
from rehearse_training.export.proposals import add_proposals

LATENT = 12


def readouts_of_pose() -> Readouts:
    """Reads x, y, cos, sin straight off the first four entries of a latent, as nearly as a small network can."""
    torch.manual_seed(0)
    return Readouts(LATENT, 8)


def write_plans(path, rows: np.ndarray, encoder: str, steps: int = 10) -> None:
    header = {"schema": "rehearse.plans/1", "encoder": encoder, "latent": LATENT, "steps": steps, "axes": 2}
    path.write_bytes(json.dumps(header).encode() + b"\n" + rows.astype("<f4").tobytes())


def random_rows(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = rng.uniform(-1, 1, (count, LATENT + 2 + 20 + 2))
    rows[:, -1] = np.arange(count) % 5 == 0  # every fifth breaks a guardrail
    return rows


def test_the_winner_alone_is_taught_but_for_a_little():
    proposals = torch.zeros(1, 2, 3, 1, requires_grad=True)
    with torch.no_grad():
        proposals[0, 1] = 0.5
    loss = winner_takes_all(proposals, torch.ones(1, 3, 1))
    # Errors 1 and 0.25: the nearest counts whole, the mean of both a little.
    assert loss.item() == pytest.approx(0.25 + 0.03 * 0.625)
    loss.backward()
    pull = proposals.grad[0].abs().sum(dim=(1, 2))
    assert pull[1] > 10 * pull[0] > 0


def test_two_ways_that_are_equally_good_become_two_proposals_not_their_mean():
    rng = torch.Generator().manual_seed(1)
    latent, goal = torch.randn(2000, LATENT, generator=rng), torch.randn(2000, 2, generator=rng)
    side = torch.where(torch.rand(2000, generator=rng) < 0.5, -0.8, 0.8)
    plans = Plans(latent, goal, side[:, None, None].expand(-1, 10, 2).contiguous(), "")
    head = Proposals(readouts_of_pose(), LATENT, 10, 2, count=2, hidden=32)
    train_proposals(head, plans, seed=0, steps=200)
    measured = proposal_measures(head, plans)
    assert measured["rms_error"] < 0.1  # the mean of both would be 0.8 off
    assert min(measured["nearest"]) > 0.3


def test_plans_that_break_a_guardrail_teach_nothing_and_the_end_of_each_file_is_held_out(tmp_path):
    write_plans(tmp_path / "a", random_rows(100, 0), "x")
    write_plans(tmp_path / "b", random_rows(100, 1), "x")
    training, held_out = read_plans([tmp_path / "a", tmp_path / "b"])
    assert (len(training), len(held_out)) == (2 * 72, 2 * 8)
    wanted = random_rows(100, 0)[1].astype(np.float32)
    np.testing.assert_array_equal(training.latent[0].numpy(), wanted[:LATENT])
    np.testing.assert_array_equal(training.goal[0].numpy(), wanted[LATENT : LATENT + 2])
    np.testing.assert_array_equal(training.actions[0].numpy().reshape(-1), wanted[LATENT + 2 : -2])


@pytest.mark.parametrize("text", [b"", b"[]\n", b'{"schema": "other"}\n', b"\x89MCAP0\r\n"])
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "a").write_bytes(text)
    with pytest.raises(TrainingError, match="RH-PLANS-FILE"):
        read_plans([tmp_path / "a"])


def test_one_command_adds_the_head_and_leaves_every_other_graph_as_it_was(tmp_path, capsys):
    model = tmp_path / "model"
    write_fixture(model, load_config(CONFIG), seed=0)
    before = yaml.safe_load((model / "model.yaml").read_text())
    card = "# Model card\n\n## Success\n\nby hand\n\n## Known failures\n\n- some\n"
    (model / "CARD.md").write_text(card)
    write_plans(tmp_path / "plans", random_rows(200, 2), before["graphs"]["encoder"]["sha256"])
    command = ["proposals", str(tmp_path / "plans"), "--model", str(model), "--steps", "3", "--threads", "1"]
    assert main(command) == 0, capsys.readouterr().err
    after = yaml.safe_load((model / "model.yaml").read_text())
    assert {name: graph for name, graph in after["graphs"].items() if name != "proposal"} == {name: graph for name, graph in before["graphs"].items() if name != "proposal"}
    for graph in after["graphs"].values():
        assert hashlib.sha256((model / graph["file"]).read_bytes()).hexdigest() == graph["sha256"]
    assert after["graphs"]["proposal"] != before["graphs"]["proposal"]
    assert after["training"]["proposals"]["plans"] == 144 and after["training"]["proposals"]["steps"] == 3
    told = (model / "CARD.md").read_text()
    assert "learned from 144 plans" in told and told.replace(proposals_section(after["training"]["proposals"]), "") == card
    add_proposals(model, Proposals(readouts_of_pose(), LATENT, 10, 2, hidden=8), after["training"]["proposals"])
    assert (model / "CARD.md").read_text() == told
    assert main(command) == 0
    session = onnxruntime.InferenceSession(str(model / "proposal.onnx"))
    (proposals,) = session.run(None, {"latent": np.zeros((1, LATENT), np.float32), "goal": np.full((1, 2), 9.0, np.float32)})
    assert proposals.shape == (8, 10, 2) and np.abs(proposals).max() <= 1
    assert (model / "proposal.onnx").stat().st_size < 500_000

    write_plans(tmp_path / "other", random_rows(200, 2), "another encoder")
    assert main([command[0], str(tmp_path / "other"), *command[2:]]) == 1
    assert capsys.readouterr().err.startswith("RH-PLANS-MODEL: ")
