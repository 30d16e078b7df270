"""Frozen encoders with timm and transformers themselves, on small models with random weights. Their packages are optional:

    ./rehearse python -m pip install --no-deps -r training/requirements-foundation.txt
    ./rehearse python -m pytest training/tests/networks/test_foundation_models.py -rs -s

Without them these tests are skipped, and say so.
"""

import pytest
import torch

from rehearse_training.config import FrozenEncoder, ImageFormat, ModelSize
from rehearse_training.errors import TrainingError
from rehearse_training.export.golden import open_graph
from rehearse_training.export.step import export_step
from rehearse_training.networks.foundation.backbone import load_backbone
from rehearse_training.networks.foundation.encoder import FoundationEncoder

NEEDED = "is not installed: pip install --no-deps -r training/requirements-foundation.txt"
IMAGE = ImageFormat(40, 32)


@pytest.fixture(autouse=True)
def forgotten():
    load_backbone.cache_clear()
    torch.manual_seed(0)
    yield
    load_backbone.cache_clear()


def exported_equals(backbone, size):
    """The encoder's graph in onnxruntime against PyTorch, for bytes of a camera."""
    encoder = FoundationEncoder(backbone, 2, size)
    image, speeds = torch.randint(0, 256, (3, IMAGE.height, IMAGE.width, 3), dtype=torch.uint8), torch.randn(3, 2)
    graph = export_step(encoder.export_module(), [image, speeds], ["image", "proprioception"], ["image", "proprioception"], ["latent"])
    with torch.no_grad():
        wanted = encoder(image, speeds)
    (found,) = open_graph(graph).run(None, {"image": image.numpy(), "proprioception": speeds.numpy()})
    worst = float((torch.from_numpy(found) - wanted).abs().max())
    print(f"exported encoder: {worst:.1e}")
    assert wanted.shape == (3, encoder.image_latent + 2)
    assert worst < 1e-4


def tiny(kind, transformers):
    """The models that matter, two layers deep."""
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    if kind == "dinov2":
        return transformers.Dinov2Model(transformers.Dinov2Config(**small, mlp_ratio=2, image_size=56, patch_size=14)), 28, 2, 1
    if kind == "dinov2-registers":
        return transformers.Dinov2WithRegistersModel(transformers.Dinov2WithRegistersConfig(**small, mlp_ratio=2, image_size=56, patch_size=14, num_register_tokens=4)), 28, 2, 5
    if kind == "dinov3":
        return transformers.DINOv3ViTModel(transformers.DINOv3ViTConfig(**small, intermediate_size=64, image_size=32, patch_size=16, num_register_tokens=4)), 32, 2, 5
    if kind == "vit":
        return transformers.ViTModel(transformers.ViTConfig(**small, intermediate_size=64, image_size=32, patch_size=8)), 32, 4, 1
    config = transformers.VJEPA2Config(
        **small, patch_size=16, crop_size=32, frames_per_clip=4, tubelet_size=2, mlp_ratio=2, pred_hidden_size=32, pred_num_attention_heads=2, pred_num_hidden_layers=1
    )
    return transformers.VJEPA2Model(config), 32, 2, 0


@pytest.mark.parametrize("kind", ["dinov2", "dinov2-registers", "dinov3", "vit", "vjepa2"])
def test_models_of_transformers_are_loaded_from_a_folder_and_exported(tmp_path, kind):
    transformers = pytest.importorskip("transformers", reason=f"transformers {NEEDED}")
    model, side, grid, prefix = tiny(kind, transformers)
    model.eval().save_pretrained(tmp_path / "model")
    backbone = load_backbone(FrozenEncoder("transformers", str(tmp_path / "model"), side=side), IMAGE, grid)
    assert (backbone.grid, backbone.prefix, backbone.tokens, backbone.channels) == (grid, prefix, grid**2, 32)
    pixels = torch.randn(2, 3, side, side)
    with torch.no_grad():
        if kind == "vjepa2":
            wanted = model(pixel_values_videos=pixels.unsqueeze(1).repeat(1, 2, 1, 1, 1), skip_predictor=True).last_hidden_state
        elif kind == "vit":
            wanted = model(pixels, interpolate_pos_encoding=True).last_hidden_state
        else:
            wanted = model(pixels).last_hidden_state
        found = backbone.tokens_of(pixels)
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)
    exported_equals(backbone, ModelSize(layout="patches", cells=grid, cell_channels=3, encoder_hidden=8))


def test_a_class_token_and_an_earlier_layer(tmp_path):
    transformers = pytest.importorskip("transformers", reason=f"transformers {NEEDED}")
    model, side, _, _ = tiny("dinov2", transformers)
    model.eval().save_pretrained(tmp_path / "model")
    backbone = load_backbone(FrozenEncoder("transformers", str(tmp_path / "model"), side=side, layer=1, pooling="cls"), IMAGE, 8)
    pixels = torch.randn(2, 3, side, side)
    with torch.no_grad():
        torch.testing.assert_close(backbone.tokens_of(pixels), model(pixels, output_hidden_states=True).hidden_states[1], atol=1e-5, rtol=1e-4)
    exported_equals(backbone, ModelSize(image_latent=6, encoder_hidden=8))


def test_a_model_of_timm_is_loaded_from_a_file_and_exported(tmp_path):
    timm = pytest.importorskip("timm", reason=f"timm {NEEDED}")
    name = "vit_tiny_patch16_224"
    model = timm.create_model(name, img_size=32).eval()
    torch.save(model.state_dict(), tmp_path / "weights.pth")
    settings = FrozenEncoder("timm", name, weights=str(tmp_path / "weights.pth"), side=32)
    backbone = load_backbone(settings, IMAGE, 2)
    pixels = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(backbone.tokens_of(pixels), model.forward_features(pixels), atol=1e-4, rtol=1e-4)
        earlier = load_backbone(FrozenEncoder("timm", name, weights=settings.weights, side=32, layer=3), IMAGE, 2).tokens_of(pixels)
        ((patches, prefix),) = model.forward_intermediates(pixels, indices=[3], return_prefix_tokens=True, norm=True, output_fmt="NLC", intermediates_only=True)
    torch.testing.assert_close(earlier, torch.cat([prefix, patches], dim=1), atol=1e-4, rtol=1e-4)
    exported_equals(backbone, ModelSize(layout="patches", cells=2, cell_channels=3, encoder_hidden=8))


@pytest.mark.parametrize(("kind", "name"), [("timm", "vit_small_patch14_dinov2.lvd142m"), ("transformers", "facebook/dinov2-small")])
def test_without_weights_it_says_so_and_asks_no_network(monkeypatch, tmp_path, kind, name):
    pytest.importorskip(kind, reason=f"{kind} {NEEDED}")
    for variable in ("HF_HOME", "HF_HUB_CACHE", "TORCH_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    with pytest.raises(TrainingError) as caught:
        load_backbone(FrozenEncoder(kind, name, weights="" if kind == "timm" else str(tmp_path / "none")), IMAGE, 2)
    assert caught.value.code == "RH-FOUNDATION-WEIGHTS"
