"""The importers against the published sources themselves, where they are at hand: nothing of those is in this repository.

    git clone https://github.com/gaoyuezhou/dino_wm && git clone https://github.com/lucas-maes/le-wm && git clone https://github.com/facebookresearch/dinov2
    REHEARSE_DINO_WM=dino_wm REHEARSE_LE_WM=le-wm REHEARSE_DINOV2=dinov2 ./rehearse python -m pytest training/tests/importers/test_originals.py -rs -s

Needs training/requirements-foundation.txt besides. What is absent is said, and its tests are skipped.
"""

import importlib
import os
import sys
import types
from pathlib import Path

import pytest
import torch
from published_weights import decoder_shapes, dinov2_shapes, embedding_shapes, filled, lewm_shapes, vit_predictor_shapes

from rehearse_training.importers.checkpoint import load_checkpoint, weights_of
from rehearse_training.importers.dino_wm import DinoWM, PictureDecoder, Settings
from rehearse_training.importers.dinov2 import DinoV2
from rehearse_training.importers.history import HistoryStep, context_size, rollout
from rehearse_training.importers.lewm import LeWM, published_names
from rehearse_training.networks.pictures import HALVES, IMAGENET, Pictures, Resize

TOLERANCE = 2e-5


def source(variable, monkeypatch, *needed):
    """Puts a checkout of published source before the modules that can be imported."""
    for package in needed:
        pytest.importorskip(package, reason=f"{package} is not installed: pip install --no-deps -r training/requirements-foundation.txt")
    if variable not in os.environ:
        pytest.skip(f"{variable} does not name a checkout of the published source")
    for name in [name for name in sys.modules if name.partition(".")[0] in ("models", "module", "jepa", "dinov2", "distributed_fn", "datasets", "planning")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(Path(os.environ[variable]).resolve()))
    return lambda name: importlib.import_module(name)


def differs(found, wanted, what):
    worst = float((found - wanted).abs().max())
    print(f"{what}: {worst:.2e} at most, values up to {float(wanted.abs().max()):.2g}")
    assert worst < TOLERANCE * max(1.0, float(wanted.abs().max()))


@pytest.fixture
def on_cpu(monkeypatch):
    """DINO-WM's attention puts its mask on a CUDA device."""
    to = torch.Tensor.to
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *args, **kwargs: self if args[:1] == ("cuda",) else to(self, *args, **kwargs))


@pytest.mark.parametrize("beside", [True, False])
def test_dino_wm_rollout(monkeypatch, on_cpu, beside):
    load = source("REHEARSE_DINO_WM", monkeypatch, "einops", "torchvision")
    vit, proprio, world = load("models.vit"), load("models.proprio"), load("models.visual_world_model")
    features, patches, embedded, acted = 384, 16, 10, 10
    if not beside:
        embedded = acted = features
    tokens, dim = (patches, features + embedded + acted) if beside else (patches + 2, features)
    torch.manual_seed(0)
    predictor = vit.ViTPredictor(num_patches=tokens, num_frames=3, dim=dim, depth=3, heads=16, mlp_dim=256, dropout=0.1, emb_dropout=0, pool="mean")
    body, act = (proprio.ProprioceptiveEmbedding(num_frames=1, tubelet_size=1, in_chans=n, emb_dim=size) for n, size in ((4, embedded), (10, acted)))

    class Features(torch.nn.Module):
        """Stands in for DINOv2, which has a test of its own: the published model gets the very tokens that ours has."""

        name, emb_dim, patch_size = "dinov2_vits14", features, 14

        def __init__(self):
            super().__init__()
            self.inner = DinoV2(filled(dinov2_shapes(dim=features, trained=4), 6), 56)

        def forward(self, x):
            return self.inner.features(x, "x_norm_patchtokens")

    encoder = Features()
    theirs = world.VWorldModel(64, 3, 1, encoder, body, act, None, predictor, embedded, acted, int(beside), 1, 1)
    theirs.eval()
    parts = {"predictor": predictor, "proprio_encoder": body, "action_encoder": act}
    settings = Settings(64, 3, int(beside), 16, "x_norm_patchtokens", 1, 1)
    ours = DinoWM({name: part.state_dict() for name, part in parts.items()}, encoder.inner.state_dict(), settings)
    # The start is what 64-pixel pictures become: resized to 56 as theirs are.
    start, speeds, actions = torch.rand(1, 1, 3, 64, 64) * 2 - 1, torch.randn(1, 1, 4), torch.randn(2, 6, 10)
    with torch.no_grad():
        z, _ = theirs.rollout({"visual": start.expand(2, -1, -1, -1, -1), "proprio": speeds.expand(2, -1, -1)}, actions)
        frame = ours.embed(theirs.encoder_transform(start[0]), speeds[0])
        found = rollout(HistoryStep(ours, 3), frame, 1, actions, ours.frame_size)
    rows = found.flatten(0, 1)
    differs(ours.visual(rows).reshape(z["visual"][:, 1:].shape), z["visual"][:, 1:], f"DINO-WM, concat_dim {int(beside)}, 6 steps: features")
    tokens_found = ours.tokens_of(found)
    body_found = tokens_found[..., 0, features : features + embedded] if beside else tokens_found[..., -1, :]
    differs(body_found, z["proprio"][:, 1:], f"DINO-WM, concat_dim {int(beside)}, 6 steps: proprioception")
    objective = load("planning.objectives").create_objective_fn(alpha=0.3, base=2)
    goal = {"visual": z["visual"][:1, :1], "proprio": z["proprio"][:1, :1]}
    goal_frame = torch.cat([ours.embed(theirs.encoder_transform(start[0]), speeds[0])])
    differs(
        ours.distance(found[:, -1], goal_frame, 0.3),
        objective(z, {key: value.expand(2, *value.shape[1:]) for key, value in goal.items()}),
        "DINO-WM: distance to the goal",
    )


def test_dino_wm_checkpoint_as_its_training_writes_it(monkeypatch, on_cpu, tmp_path):
    load = source("REHEARSE_DINO_WM", monkeypatch, "einops")
    vit, proprio = load("models.vit"), load("models.proprio")
    predictor = vit.ViTPredictor(num_patches=4, num_frames=3, dim=64 + 20, depth=2, heads=16, mlp_dim=32, pool="mean")
    parts = {"predictor": predictor, "proprio_encoder": proprio.ProprioceptiveEmbedding(1, 1, 4, 10), "action_encoder": proprio.ProprioceptiveEmbedding(1, 1, 10, 10)}
    optimizer = torch.optim.AdamW(predictor.parameters())
    torch.save({"epoch": 9, **parts, "predictor_optimizer": optimizer}, tmp_path / "model_latest.pth")
    for name in [name for name in sys.modules if name.partition(".")[0] == "models"]:
        monkeypatch.delitem(sys.modules, name)
    payload = load_checkpoint(tmp_path / "model_latest.pth")
    for name, part in parts.items():
        found, wanted = weights_of(payload[name]), part.state_dict()
        assert found.keys() == wanted.keys()
        assert all(torch.equal(found[key], wanted[key]) for key in wanted)


def test_dino_wm_decoder(monkeypatch):
    load = source("REHEARSE_DINO_WM", monkeypatch, "einops")
    theirs = load("models.vqvae").VQVAE(channel=16, n_embed=5, n_res_block=2, n_res_channel=8, emb_dim=64, quantize=False).eval()
    ours = PictureDecoder(theirs.state_dict())
    z = torch.randn(2, 1, 9, 64)
    with torch.no_grad():
        wanted, _ = theirs(z)
        differs(ours(z[:, 0].transpose(1, 2).unflatten(-1, (3, 3))), wanted, "DINO-WM: decoder")


@pytest.mark.parametrize("registers", [0, 4])
def test_dinov2(monkeypatch, registers):
    load = source("REHEARSE_DINOV2", monkeypatch)
    monkeypatch.setenv("XFORMERS_DISABLED", "1")
    options = {"num_register_tokens": 4, "interpolate_antialias": True, "interpolate_offset": 0.0} if registers else {}
    torch.manual_seed(0)
    theirs = load("dinov2.models.vision_transformer").vit_small(patch_size=14, img_size=518, init_values=1.0, ffn_layer="mlp", block_chunks=0, **options).eval()
    with torch.no_grad():
        for value in theirs.parameters():
            value.add_(0.02 * torch.randn_like(value))
    pixels = torch.randn(2, 3, 196, 196)
    ours = DinoV2(theirs.state_dict(), 196)
    with torch.no_grad():
        wanted = theirs.forward_features(pixels)
        for key in ("x_norm_patchtokens", "x_norm_clstoken"):
            differs(ours.features(pixels, key), wanted[key].reshape(2, -1, 384), f"DINOv2 ViT-S/14 at 196 pixels, {registers} registers: {key}")


def test_lewm_rollout(monkeypatch):
    """The published sizes: ViT-tiny, 192 numbers, six blocks of 16 heads."""
    load = source("REHEARSE_LE_WM", monkeypatch, "einops", "transformers")
    from transformers import ViTConfig, ViTModel

    jepa, module = load("jepa"), load("module")
    torch.manual_seed(0)
    config = ViTConfig(hidden_size=192, num_hidden_layers=12, num_attention_heads=3, intermediate_size=768, image_size=224, patch_size=14)
    batch_norm = torch.nn.BatchNorm1d
    theirs = jepa.JEPA(
        ViTModel(config, add_pooling_layer=False, use_mask_token=False),
        module.ARPredictor(num_frames=3, input_dim=192, hidden_dim=192, output_dim=192, depth=6, heads=16, mlp_dim=2048, dim_head=64, dropout=0.1),
        module.Embedder(input_dim=10, emb_dim=192),
        *(module.MLP(input_dim=192, output_dim=192, hidden_dim=2048, norm_fn=batch_norm) for _ in range(2)),
    ).eval()
    with torch.no_grad():
        for value in theirs.parameters():  # AdaLN-zero begins as nothing at all
            value.add_(0.03 * torch.randn_like(value))
        for part in (theirs.projector, theirs.pred_proj):
            part.net[1].running_mean.normal_()
            part.net[1].running_var.uniform_(0.5, 2)
    ours = LeWM(published_names(theirs.state_dict()), 16)
    pixels, actions = torch.randn(1, 1, 3, 224, 224), torch.randn(1, 3, 6, 10)
    with torch.no_grad():
        info = {"pixels": pixels.unsqueeze(1).expand(-1, 3, -1, -1, -1, -1)}
        wanted = theirs.rollout(info, actions)["predicted_emb"][0]
        latent = ours.embed(pixels[0])
        found = rollout(HistoryStep(ours, 3), latent, 1, actions[0], 192)
        differs(latent, wanted[:1, 0], "LeWM: encoder and projector")
        differs(found, wanted[:, 1:], "LeWM: 6 steps from one frame")
        # Three frames to start from, each with the action that left it, as stable-worldmodel's rollout has them.
        frames, left = torch.randn(1, 3, 192), torch.randn(1, 2, 10)
        embedded = theirs.action_encoder(torch.cat([left, actions[0, :1, :1]], dim=1))
        carried = list(frames[0])
        for t in range(6):
            window = torch.stack(carried[-3:])[None]
            carried.append(theirs.predict(window, embedded[:, -3:])[0, -1])
            if t < 5:
                embedded = torch.cat([embedded, theirs.action_encoder(actions[0, :1, t + 1 : t + 2])], dim=1)
        context = torch.cat([frames.flatten(1), left.flatten(1)], dim=1)
        assert context.shape[1] == context_size(192, 10, 3)
        differs(rollout(HistoryStep(ours, 3), context, 3, actions[0, :1], 192)[0], torch.stack(carried[3:]), "LeWM: 6 steps from three frames")
    named = {name for name in lewm_shapes(depth=12) if name.startswith("encoder")} | {name for name in lewm_shapes(depth=6) if not name.startswith("encoder")}
    assert set(published_names(theirs.state_dict())) == named


def test_pictures(monkeypatch):
    pytest.importorskip("torchvision", reason="torchvision is not installed: pip install --no-deps -r training/requirements-foundation.txt")
    from torchvision.transforms import v2

    image = torch.randint(0, 256, (1, 240, 320, 3), dtype=torch.uint8)
    pixels = image.permute(0, 3, 1, 2).float() / 255
    theirs = v2.Compose([v2.Resize(224), v2.CenterCrop(224), v2.Normalize(*HALVES), v2.Resize(196)])
    differs(Pictures(320, 240, [Resize(224), Resize(196)], HALVES)(image), theirs(pixels), "pictures of DINO-WM, 320 × 240")
    theirs = v2.Compose([v2.Normalize(*IMAGENET), v2.Resize(224), v2.CenterCrop(224)])
    differs(Pictures(320, 240, [Resize(224)], IMAGENET)(image), theirs(pixels), "pictures of LeWM, 320 × 240")


def test_names_written_down_here_are_the_published_ones(monkeypatch, on_cpu):
    """Else the tests with stand-in weights would only show that two mistakes agree."""
    load = source("REHEARSE_DINO_WM", monkeypatch, "einops")
    vit, proprio, vqvae = load("models.vit"), load("models.proprio"), load("models.vqvae")
    for theirs, ours in (
        (vit.ViTPredictor(num_patches=4, num_frames=3, dim=64, depth=2, heads=4, mlp_dim=24, dim_head=8), vit_predictor_shapes(64, 4)),
        (proprio.ProprioceptiveEmbedding(1, 1, 4, 10), embedding_shapes(4, 10)),
        (vqvae.VQVAE(channel=8, n_embed=5, n_res_block=2, n_res_channel=4, emb_dim=64, quantize=False), decoder_shapes()),
    ):
        assert {name: tuple(value.shape) for name, value in theirs.state_dict().items()} == ours
