"""Frozen encoders: loading, preprocessing, the cache of features, training and export on top. Here with stand-ins; test_foundation_models.py has the packages."""

import json
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch
import yaml
from bag_maker import wandering
from tiny_vision import PATCH, REGISTERS, WIDTH, OfTimm, timm_in_place, transformers_in_place

from rehearse_training.cli import main
from rehearse_training.config import FrozenEncoder, ImageFormat, load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError
from rehearse_training.stages import features
from rehearse_training.networks.foundation.backbone import load_backbone
from rehearse_training.stages.features import with_features

IMAGE = ImageFormat(24, 16)
PATCHES = FrozenEncoder("timm", "tiny")


@pytest.fixture(autouse=True)
def forgotten():
    load_backbone.cache_clear()
    yield
    load_backbone.cache_clear()


def pictures(count=2):
    return torch.randint(0, 256, (count, 16, 24, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def expected_tokens(image, seed=0, layer=-1):
    """The middle 16 × 16 of 24 × 16, which need no resizing, normalised as the stand-in's data configuration says."""
    pixels = image[:, :, 4:20].permute(0, 3, 1, 2) / 255
    mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in ((0.5, 0.4, 0.3), (0.2, 0.3, 0.4)))
    with torch.no_grad():
        return OfTimm(seed).layers((pixels - mean) / std)[layer]


def test_pictures_are_cropped_and_normalised_as_the_model_was_trained(monkeypatch):
    timm_in_place(monkeypatch)
    found = load_backbone(PATCHES, IMAGE, 4)(pictures())
    assert found.shape == (2, 16, WIDTH)
    torch.testing.assert_close(found, expected_tokens(pictures())[:, 1 + REGISTERS :], atol=1e-5, rtol=0)


@pytest.mark.parametrize(("layer", "which"), [(-1, -1), (0, 0)])
def test_pooling_and_layer(monkeypatch, layer, which):
    timm_in_place(monkeypatch)
    tokens = expected_tokens(pictures(), layer=which)
    backbone = lambda pooling, cells=4: load_backbone(replace(PATCHES, pooling=pooling, layer=layer), IMAGE, cells)(pictures())  # noqa: E731
    torch.testing.assert_close(backbone("cls"), tokens[:, :1], atol=1e-5, rtol=0)
    torch.testing.assert_close(backbone("mean"), tokens[:, 1 + REGISTERS :].mean(dim=1, keepdim=True), atol=1e-5, rtol=0)
    # Averaged to 2 × 2: each of the quarters of the picture.
    grid = tokens[:, 1 + REGISTERS :].reshape(2, 2, 2, 2, 2, WIDTH)
    torch.testing.assert_close(backbone("patches", 2), grid.mean(dim=(2, 4)).reshape(2, 4, WIDTH), atol=1e-5, rtol=0)


def test_a_model_of_transformers_is_read_from_its_last_hidden_state(monkeypatch):
    transformers_in_place(monkeypatch)
    backbone = load_backbone(FrozenEncoder("transformers", "tiny", pooling="cls"), IMAGE, 3)
    assert (backbone.prefix, backbone.grid) == (1 + REGISTERS, 3)  # 12 pixels, its own size
    assert backbone(pictures()).shape == (2, 1, WIDTH)
    first = load_backbone(FrozenEncoder("transformers", "tiny", pooling="cls", layer=0), IMAGE, 3)
    assert torch.equal(first(pictures())[0, 0], first.tokens_of.model.first[0, 0])


def test_weights_of_a_file_are_asked_for_and_change_the_identity(monkeypatch, tmp_path):
    asked = timm_in_place(monkeypatch)
    (tmp_path / "weights.safetensors").write_bytes(b"")
    hub = load_backbone(PATCHES, IMAGE, 4)
    file = load_backbone(replace(PATCHES, weights=str(tmp_path / "weights.safetensors"), side=8), IMAGE, 2)
    assert asked[1]["pretrained_cfg_overlay"] == {"file": str(tmp_path / "weights.safetensors")}
    assert asked[1]["img_size"] == 8 and asked[1]["pretrained"] and asked[1]["num_classes"] == 0
    identities = {hub.identity(), file.identity(), load_backbone(replace(PATCHES, pooling="mean"), IMAGE, 4).identity()}
    assert len(identities) == 3
    load_backbone.cache_clear()
    assert load_backbone(PATCHES, IMAGE, 4).identity() == hub.identity()


@pytest.mark.parametrize(
    ("settings", "cells", "code", "says"),
    [
        (FrozenEncoder("timm", "unheard_of"), 4, "RH-FOUNDATION-MODEL", "no model of that name"),
        (FrozenEncoder("timm", "not_here"), 4, "RH-FOUNDATION-WEIGHTS", "offline"),
        (FrozenEncoder("timm", "tiny", weights="/nowhere/at/all"), 4, "RH-FOUNDATION-WEIGHTS", "does not exist"),
        (FrozenEncoder("transformers", "not_here"), 4, "RH-FOUNDATION-WEIGHTS", "encoder.weights"),
        (FrozenEncoder("timm", "tiny", side=10), 4, "RH-FOUNDATION-MODEL", f"multiple of {PATCH}"),
        (FrozenEncoder("timm", "tiny"), 3, "RH-FOUNDATION-MODEL", "divisor of 4"),
    ],
)
def test_what_cannot_be_loaded_says_why(monkeypatch, settings, cells, code, says):
    timm_in_place(monkeypatch)
    transformers_in_place(monkeypatch)
    with pytest.raises(TrainingError, match=says) as caught:
        load_backbone(settings, IMAGE, cells)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["timm", "transformers"])
def test_absent_packages_are_named_with_the_command_that_installs_them(monkeypatch, kind):
    monkeypatch.setitem(__import__("sys").modules, kind, None)
    with pytest.raises(TrainingError, match="pip install --no-deps -r training/requirements-foundation.txt") as caught:
        load_backbone(FrozenEncoder(kind, "tiny"), IMAGE, 4)
    assert caught.value.code == "RH-FOUNDATION-PACKAGE"


def test_a_model_without_a_class_token_has_none_to_give(monkeypatch):
    timm_in_place(monkeypatch)
    monkeypatch.setattr(OfTimm, "num_prefix_tokens", 0)
    monkeypatch.setattr(OfTimm, "forward_features", lambda self, pixels: self.embed(pixels))  # as a convolutional network's
    assert load_backbone(FrozenEncoder("timm", "tiny"), IMAGE, 4)(pictures()).shape == (2, 16, WIDTH)
    with pytest.raises(TrainingError, match="no class token"):
        load_backbone(FrozenEncoder("timm", "tiny", pooling="cls"), IMAGE, 4)


def observations_of(tmp_path, config):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(3):
        wandering(2.0, seed=i).write(bags / f"{i}.mcap")
    return load_observations([bags], config, tmp_path / "cache")


def test_features_are_computed_once_and_gone_on_with(monkeypatch, tmp_path, config):
    timm_in_place(monkeypatch)
    monkeypatch.setattr(features, "BATCH", 8)
    observations = observations_of(tmp_path, config)
    backbone = load_backbone(PATCHES, config.image, 4)
    calls = []
    counted = lambda image: (calls.append(len(image)), forward(image))[1]  # noqa: E731
    forward, backbone.forward = backbone.forward, counted

    class Stopped(Exception):
        pass

    def clock(times=iter(range(0, 10_000, 30))):  # every batch is worth telling, and noting
        return next(times)

    monkeypatch.setattr(features.time, "perf_counter", clock)

    def stop(text):
        if len(calls) == 2:
            raise Stopped

    monkeypatch.setattr(features, "log", stop)
    with pytest.raises(Stopped):
        with_features(observations, backbone, "tiny", tmp_path / "features")
    (progress,) = (tmp_path / "features").glob("*.json")
    assert json.loads(progress.read_text())["done"] == 16
    monkeypatch.setattr(features, "log", lambda text: None)
    found = with_features(observations, backbone, "tiny", tmp_path / "features")
    rows = len(observations.images)
    assert sum(calls) == rows
    assert isinstance(found.images, np.memmap) and found.images.shape == (rows, 16, WIDTH) and found.images.dtype == np.float16
    wanted = forward(torch.from_numpy(observations.images[:])).numpy()
    np.testing.assert_allclose(found.images, wanted, rtol=1e-3, atol=1e-3)
    assert np.array_equal(found.pose, observations.pose)
    again = with_features(observations, backbone, "tiny", tmp_path / "features")
    assert sum(calls) == rows and np.array_equal(again.images, found.images)
    with_features(observations, backbone, "another", tmp_path / "features")
    assert sum(calls) == 2 * rows


CONFIG = """
world: test
robot: {{ name: dot }}
threads: 1
held_out_fraction: 0.3
image: {{ width: 16, height: 16 }}
action:
  axes:
    - {{ name: linear.x, unit: m/s, range: [-0.3, 0.6] }}
    - {{ name: angular.z, unit: rad/s, range: [-2.0, 2.0] }}
encoder: {{ kind: timm, name: tiny, pooling: {pooling} }}
model: {{ {model}, encoder_hidden: 8, predictor_hidden: 16, head_hidden: 8, decoder_channels: 4 }}
schedule: {{ steps: 4, batch: 4, targets: [1, 2], checkpoint_every: 2 }}
heads: {{ readout_steps: 4, cost_to_go_steps: 4, decoder_steps: 2, batch: 8, decoder_batch: 4, imagined_steps: 2 }}
"""


def test_one_command_trains_on_top_of_a_frozen_encoder_and_exports_both(monkeypatch, tmp_path):
    model, latent = "layout: patches, cells: 2, cell_channels: 3, predictor: cells", {"layout": "patches", "size": 14, "image_size": 12}
    timm_in_place(monkeypatch)
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(4):
        wandering(3.0, seed=i).write(bags / f"{i}.mcap")
    (tmp_path / "config.yaml").write_text(CONFIG.format(pooling="patches", model=model))
    command = ["train", str(bags), "--config", str(tmp_path / "config.yaml"), "--out", str(tmp_path / "model"), "--runs", str(tmp_path / "run")]
    assert main([*command, "--cache", str(tmp_path / "cache")]) == 0
    manifest = yaml.safe_load((tmp_path / "model" / "model.yaml").read_text())
    assert manifest["latent"] == latent
    assert manifest["training"]["encoder"]["name"] == "tiny"
    assert "a frozen tiny" in (tmp_path / "model" / "CARD.md").read_text()
    trained = torch.load(tmp_path / "run" / "world-model.pt")["weights"]
    assert not any("backbone" in name or "tokens_of" in name for name in trained)
    # The exported encoder takes bytes: the frozen model, normalisation and the projection are all in it.
    config = load_config(tmp_path / "config.yaml")
    observations = load_observations([bags], config, tmp_path / "cache")
    backbone = load_backbone(config.encoder, config.image, config.model.cells)
    image, speeds = observations.images[:3], observations.proprioception[:3]
    w = {name.removeprefix("world_model.encoder."): value for name, value in trained.items()}
    tokens = (backbone(torch.from_numpy(np.array(image))) - w["feature_mean"]) / w["feature_std"]
    hidden = torch.nn.functional.silu(tokens @ w["project.0.weight"].T + w["project.0.bias"])
    wanted = (hidden @ w["project.2.weight"].T + w["project.2.bias"]).flatten(1)
    session = onnxruntime.InferenceSession(tmp_path / "model" / "encoder.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"image": np.array(image), "proprioception": speeds})
    np.testing.assert_allclose(found[:, : latent["image_size"]], wanted.numpy(), atol=1e-4)


@pytest.mark.parametrize(
    ("encoder", "says"),
    [
        ("kind: torchvision", "encoder.kind"),
        ("kind: timm", "encoder.name"),
        ("kind: timm, name: tiny, pooling: max", "encoder.pooling"),
        ("kind: timm, name: tiny, pooling: patches", "model.layout"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(tmp_path, encoder, says):
    (tmp_path / "config.yaml").write_text(CONFIG.format(pooling="cls", model="image_latent: 6").replace("kind: timm, name: tiny, pooling: cls", encoder))
    with pytest.raises(TrainingError, match=says) as caught:
        load_config(tmp_path / "config.yaml")
    assert caught.value.code == "RH-CONFIG-VALUE"
