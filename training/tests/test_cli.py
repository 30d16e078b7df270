import torch
import yaml
from bag_maker import wandering

from rehearse_training import pipeline
from rehearse_training.cli import main
from rehearse_training.export.import_folder import load_networks

SMALL = """
world: test
robot: { name: dot }
threads: 1
held_out_fraction: 0.3
image: { width: 16, height: 16 }
action:
  axes:
    - { name: linear.x, unit: m/s, range: [-0.3, 0.6] }
    - { name: angular.z, unit: rad/s, range: [-2.0, 2.0] }
model: { image_latent: 6, patch_channels: 4, merge_channels: 4, encoder_hidden: 8, predictor_hidden: 12, head_hidden: 8, decoder_channels: 4 }
schedule: { steps: 6, batch: 4, targets: [1, 2, 4], checkpoint_every: 3 }
heads: { readout_steps: 4, cost_to_go_steps: 4, decoder_steps: 2, batch: 8, decoder_batch: 4, imagined_steps: 4 }
"""


def test_one_command_goes_from_bags_to_a_model_folder_and_does_nothing_twice(tmp_path, capsys, monkeypatch):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(4.0, seed=i).write(bags / f"{i}.mcap")
    (tmp_path / "config.yaml").write_text(SMALL)
    command = ["train", str(bags), "--config", str(tmp_path / "config.yaml"), "--out", str(tmp_path / "model")]
    command += ["--runs", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(command) == 0
    manifest = yaml.safe_load((tmp_path / "model" / "model.yaml").read_text())
    assert manifest["world"] == "test" and manifest["training"]["steps"] == 6 and manifest["training"]["data"]["bags"] == 4
    assert [r["name"] for r in manifest["readouts"]] == ["robot.x", "robot.y", "robot.yaw.cos", "robot.yaw.sin"]
    assert manifest["surprise"]["step_error"]["p50"] <= manifest["surprise"]["step_error"]["p99"]
    assert -2 <= manifest["arena"]["x_m"][0] < manifest["arena"]["x_m"][1] <= 2
    assert "# Model card: test/base" in (tmp_path / "model" / "CARD.md").read_text()
    capsys.readouterr()
    weights = []
    monkeypatch.setattr(pipeline, "write_folder", lambda out, networks, *_: weights.append(networks) or manifest)  # exporting again would only take time
    assert main(command) == 0
    done = capsys.readouterr().out
    assert all(f"{stage}: done before" in done for stage in ("readouts", "cost-to-go", "decoder"))
    assert "world model" not in done
    (networks,) = weights
    trained = torch.load(tmp_path / "run" / "world-model.pt")["weights"]
    assert torch.equal(networks.world_model.predictor.last.weight, trained["world_model.predictor.last.weight"])


def test_a_model_that_takes_the_pose_gets_a_head_that_does_without(tmp_path):
    (tmp_path / "bags").mkdir()
    for i in range(4):
        wandering(4.0, seed=i).write(tmp_path / "bags" / f"{i}.mcap")
    (tmp_path / "config.yaml").write_text(SMALL + "proprioception: [linear.x, angular.z, robot.x, robot.y, robot.yaw.cos, robot.yaw.sin]\n")
    out = tmp_path / "model"
    where = ["--out", str(out), "--runs", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(["train", str(tmp_path / "bags"), "--config", str(tmp_path / "config.yaml"), *where]) == 0
    manifest = yaml.safe_load((out / "model.yaml").read_text())
    assert [p["unit"] for p in manifest["proprioception"]] == ["m/s", "rad/s", "m", "m", "1", "1"]
    assert manifest["latent"]["size"] == manifest["latent"]["image_size"] + 6
    assert (out / "place.onnx").exists() and "place" in manifest["graphs"] and (tmp_path / "run" / "place.pt").exists()
    assert "From the picture's part alone" in (out / "CARD.md").read_text()
    place = load_networks(out).place
    latents = torch.randn(3, manifest["latent"]["size"])
    other = latents.clone()
    other[:, manifest["latent"]["image_size"] :] = 0
    assert torch.equal(place(latents), place(other))


def test_the_word_train_may_be_left_out_and_export_wants_finished_stages(tmp_path, capsys):
    options = ["--runs", str(tmp_path / "run"), "--out", str(tmp_path / "model")]
    assert main([str(tmp_path / "nowhere"), *options]) == 1
    assert capsys.readouterr().err.startswith("RH-BAG-MISSING: ")
    assert main(["export", str(tmp_path), *options]) == 1
    assert "lacks world-model, readouts, cost-to-go, decoder" in capsys.readouterr().err


def test_errors_are_one_line_with_a_code(tmp_path, capsys):
    options = ["--runs", str(tmp_path / "run"), "--out", str(tmp_path / "model")]
    assert main(["train", str(tmp_path / "nowhere"), *options]) == 1
    assert capsys.readouterr().err.startswith("RH-BAG-MISSING: ")
    (tmp_path / "bad.yaml").write_text("worlt: rooms\n")
    assert main(["train", str(tmp_path), "--config", str(tmp_path / "bad.yaml"), *options]) == 1
    assert "no setting `worlt`" in capsys.readouterr().err
