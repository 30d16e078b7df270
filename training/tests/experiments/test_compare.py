import json

import pytest
from bag_maker import wandering
from test_cli import SMALL

from rehearse_training.experiments import compare as module
from rehearse_training import pipeline
from rehearse_training.cli import main
from rehearse_training.config import load_config
from rehearse_training.experiments.variants import VARIANTS, varied

DRIVEN = {"episodes": 4, "success": 0.75, "successInterval": [0.301, 0.954], "detour": {"episodes": 2, "success": 1}, "timeToGoalS": 12.34}


@pytest.fixture
def command(tmp_path):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(4.0, seed=i).write(bags / f"{i}.mcap")
    (tmp_path / "config.yaml").write_text(SMALL)
    return [
        *["compare", str(bags), "--config", str(tmp_path / "config.yaml"), "--out", str(tmp_path / "table.md"), "--runs", str(tmp_path / "runs")],
        *["--cache", str(tmp_path / "cache"), "--only", "infonce", "targets-1", "--episodes", "4", "--first-episode", "5000"],
    ]


def test_a_row_for_each_variant_which_is_not_made_twice(tmp_path, capsys, monkeypatch, command):
    for name, steps in (("READOUT_STEPS", 4), ("COST_TO_GO_STEPS", 4), ("DECODER_STEPS", 2)):
        monkeypatch.setattr(module, name, steps)
    # Writing the graphs takes most of the time, and has tests of its own.
    monkeypatch.setattr(pipeline, "write_folder", lambda out, networks, config, facts, images: out.mkdir() or facts)
    monkeypatch.setattr(pipeline, "write_card", lambda *_: None)
    asked = []
    monkeypatch.setattr(module, "driven", lambda world, model, drive: asked.append((world, model, drive)) or DRIVEN)
    assert main(command) == 0
    lines = (tmp_path / "table.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert {len(row) for row in cells} == {16}
    assert [row[:2] for row in cells[2:]] == [["infonce", "0"], ["targets-1", "0"]]
    assert cells[2][-3:] == ["3 of 4 (30–95)", "1 of 2", "12.3 s"]
    assert [(world, model.name, drive.seed) for world, model, drive in asked] == [("test", "model", 5000)] * 2
    assert (tmp_path / "runs" / "infonce-0" / "model").is_dir()
    row = json.loads((tmp_path / "runs" / "infonce-0" / "row.json").read_text())
    assert row["training"]["objective"]["weights"]["contrastive"] == 1.0

    assert main(command) == 0  # nothing is trained or driven again
    assert len(asked) == 2 and (tmp_path / "table.md").read_text().splitlines() == lines
    capsys.readouterr()
    assert main([*command, "--steps", "7"]) == 1
    assert capsys.readouterr().err.startswith("RH-TRAIN-RESUME: ")


def test_an_evaluation_that_fails_is_said(tmp_path, monkeypatch):
    script = tmp_path / "rehearse"
    script.write_text("#!/bin/sh\necho first >&2; echo 'RH-WORLD: no such world' >&2; exit 1\n")
    script.chmod(0o755)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with pytest.raises(module.TrainingError, match="RH-WORLD: no such world"):
        module.driven("nowhere", tmp_path, module.Drive(1, 3000))


def test_variants_change_what_they_say_and_nothing_else(config):
    assert all(varied(config, name) != config for name in VARIANTS if name != "vicreg")
    assert varied(config, "vicreg") == config  # the shipped configuration's own
    narrow = varied(config, "latent-16")
    assert narrow.model.image_latent == 16 and narrow.objective == config.objective


def test_every_variant_is_a_configuration_that_may_be_loaded(tmp_path):
    from conftest import CONFIG

    from rehearse_training.config.check import check

    for name in VARIANTS:
        check(varied(load_config(CONFIG), name), CONFIG)
