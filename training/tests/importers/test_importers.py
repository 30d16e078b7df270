"""Importers of DINO-WM and LeWM against their equations written out a second time, in numpy, from state dicts alone."""

import json
import math
import pickle
import sys
import types
from collections import defaultdict

import numpy as np
import onnxruntime
import pytest
import torch
import yaml
from published_weights import decoder_shapes, dinov2_shapes, embedding_shapes, filled, lewm_shapes, vit_predictor_shapes

from rehearse_training.errors import TrainingError
from rehearse_training.importers import cli
from rehearse_training.importers.checkpoint import load_checkpoint, weights_of
from rehearse_training.importers.dino_wm import DinoWM, Settings
from rehearse_training.importers.dinov2 import DinoV2
from rehearse_training.importers.history import HistoryStep, context_size, rollout
from rehearse_training.importers.lewm import LeWM, published_names
from rehearse_training.networks.pictures import HALVES, IMAGENET, Pictures, Resize

HEADS = 4
erf = np.vectorize(math.erf, otypes=[np.float64])


# --- the equations, in float64 -----------------------------------------------------------------------------------------------------


def numbers(weights):
    return {name: value.numpy().astype(np.float64) for name, value in weights.items()}


def affine(w, name, x):
    return x @ w[f"{name}.weight"].T + w.get(f"{name}.bias", 0.0)


def layer_norm(x, eps, weight=1.0, bias=0.0):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps) * weight + bias


def norm(w, name, x, eps=1e-5):
    return layer_norm(x, eps, w[f"{name}.weight"], w[f"{name}.bias"])


def gelu(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def silu(x):
    return x / (1 + np.exp(-x))


def attend(q, k, v, heads, allowed=None):
    """[T, inner] each -> [T, inner]"""
    size = q.shape[-1] // heads
    mixed = []
    for h in range(heads):
        part = slice(h * size, (h + 1) * size)
        scores = q[:, part] @ k[:, part].T / math.sqrt(size)
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf)
        odds = np.exp(scores - scores.max(-1, keepdims=True))
        mixed.append(odds / odds.sum(-1, keepdims=True) @ v[:, part])
    return np.concatenate(mixed, axis=-1)


def causal_attention(w, name, x, allowed):
    q, k, v = np.split(affine(w, f"{name}.to_qkv", norm(w, f"{name}.norm", x)), 3, axis=-1)
    return affine(w, f"{name}.to_out.0", attend(q, k, v, HEADS, allowed))


def feed_forward(w, name, x):
    return affine(w, f"{name}.net.4", gelu(affine(w, f"{name}.net.1", norm(w, f"{name}.net.0", x))))


def patches(pixels, weight, bias):
    """pixels [3, S, S] -> [P, dim]"""
    side = weight.shape[-1]
    grid = pixels.shape[-1] // side
    cells = [pixels[:, i * side : (i + 1) * side, j * side : (j + 1) * side] for i in range(grid) for j in range(grid)]
    return np.stack([np.tensordot(weight, cell, 3) + bias for cell in cells])


def lewm_embed(w, pixels):
    e = "encoder.embeddings"
    x = patches(pixels, w[f"{e}.patch_embeddings.projection.weight"], w[f"{e}.patch_embeddings.projection.bias"])
    x = np.concatenate([w[f"{e}.cls_token"][0], x]) + w[f"{e}.position_embeddings"][0]
    for i in range(2):
        layer = f"encoder.encoder.layer.{i}"
        y = norm(w, f"{layer}.layernorm_before", x, 1e-12)
        q, k, v = (affine(w, f"{layer}.attention.attention.{part}", y) for part in ("query", "key", "value"))
        x = x + affine(w, f"{layer}.attention.output.dense", attend(q, k, v, x.shape[-1] // 64))
        y = norm(w, f"{layer}.layernorm_after", x, 1e-12)
        x = x + affine(w, f"{layer}.output.dense", gelu(affine(w, f"{layer}.intermediate.dense", y)))
    return lewm_mlp(w, "projector", norm(w, "encoder.layernorm", x, 1e-12)[0])


def lewm_mlp(w, name, x):
    x = affine(w, f"{name}.net.0", x)
    x = (x - w[f"{name}.net.1.running_mean"]) / np.sqrt(w[f"{name}.net.1.running_var"] + 1e-5) * w[f"{name}.net.1.weight"] + w[f"{name}.net.1.bias"]
    return affine(w, f"{name}.net.3", gelu(x))


def lewm_predict(w, frames, actions):
    """frames [T, D], actions [T, A] -> [T, D]"""
    length = len(frames)
    c = actions @ w["action_encoder.patch_embed.weight"][:, :, 0].T + w["action_encoder.patch_embed.bias"]
    c = affine(w, "action_encoder.embed.2", silu(affine(w, "action_encoder.embed.0", c)))
    x = frames + w["predictor.pos_embedding"][0, :length]
    allowed = np.tril(np.ones((length, length), dtype=bool))
    for i in range(2):
        layer = f"predictor.transformer.layers.{i}"
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = np.split(affine(w, f"{layer}.adaLN_modulation.1", silu(c)), 6, axis=-1)
        x = x + gate_a * causal_attention(w, f"{layer}.attn", layer_norm(x, 1e-6) * (1 + scale_a) + shift_a, allowed)
        x = x + gate_m * feed_forward(w, f"{layer}.mlp", layer_norm(x, 1e-6) * (1 + scale_m) + shift_m)
    return lewm_mlp(w, "pred_proj", norm(w, "predictor.transformer.norm", x))


def dino_predict(w, tokens):
    """[T, P, dim] -> [T, P, dim]"""
    length, count, dim = tokens.shape
    x = tokens.reshape(-1, dim) + w["pos_embedding"][0, : length * count]
    frame = np.arange(length * count) // count
    for i in range(2):
        x = causal_attention(w, f"transformer.layers.{i}.0", x, frame[:, None] >= frame[None, :]) + x
        x = feed_forward(w, f"transformer.layers.{i}.1", x) + x
    return norm(w, "transformer.norm", x).reshape(tokens.shape)


def dinov2_tokens(w, pixels, places):
    x = patches(pixels, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"])
    x = np.concatenate([w["cls_token"][0], x]) + places
    for i in range(2):
        block = f"blocks.{i}"
        q, k, v = np.split(affine(w, f"{block}.attn.qkv", norm(w, f"{block}.norm1", x, 1e-6)), 3, axis=-1)
        x = x + w[f"{block}.ls1.gamma"] * affine(w, f"{block}.attn.proj", attend(q, k, v, x.shape[-1] // 64))
        x = x + w[f"{block}.ls2.gamma"] * affine(w, f"{block}.mlp.fc2", gelu(affine(w, f"{block}.mlp.fc1", norm(w, f"{block}.norm2", x, 1e-6))))
    return norm(w, "norm", x, 1e-6)


# --- networks ----------------------------------------------------------------------------------------------------------------------


def lewm():
    weights = filled(lewm_shapes(), 1)
    return LeWM(weights, HEADS), numbers(weights)


def dino_parts(beside):
    tokens, dim = (4, 64 + 2 * 5 + 6) if beside else (6, 64)
    parts = {
        "predictor": filled(vit_predictor_shapes(dim, tokens), 2),
        "proprio_encoder": filled(embedding_shapes(2, 5 if beside else 64), 3),
        "action_encoder": filled(embedding_shapes(4, 6 if beside else 64), 4),
        "decoder": filled(decoder_shapes(), 5),
    }
    return parts, filled(dinov2_shapes(trained=2), 6), Settings(32, 3, int(beside), HEADS, "x_norm_patchtokens", 2 if beside else 1, 1)


def close(found, wanted, tolerance=2e-5):
    found = found.detach().numpy() if isinstance(found, torch.Tensor) else found
    assert np.max(np.abs(found - wanted)) < tolerance


def test_lewm_encoder_is_the_vit_and_the_projector_written_out():
    model, w = lewm()
    pixels = torch.randn(2, 3, 28, 28, generator=torch.Generator().manual_seed(0))
    close(model.embed(pixels), np.stack([lewm_embed(w, p.numpy().astype(np.float64)) for p in pixels]))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_lewm_predictor_is_its_equations(length):
    model, w = lewm()
    rng = np.random.default_rng(length)
    frames, actions = rng.standard_normal((2, length, 12)), rng.standard_normal((2, length, 4))
    wanted = np.stack([lewm_predict(w, f, a) for f, a in zip(frames, actions)])
    close(model(torch.from_numpy(frames).float(), torch.from_numpy(actions).float()), wanted)


def test_lewm_weights_under_the_names_of_transformers_5_and_of_a_trainer():
    weights = filled(lewm_shapes(), 1)
    new = {}
    for name, value in weights.items():
        for old, renamed in (
            ("encoder.encoder.layer.", "encoder.layers."),
            ("attention.attention.query", "attention.q_proj"),
            ("attention.attention.key", "attention.k_proj"),
            ("attention.attention.value", "attention.v_proj"),
            ("attention.output.dense", "attention.o_proj"),
            ("intermediate.dense", "mlp.fc1"),
            ("output.dense", "mlp.fc2"),
        ):
            name = name.replace(old, renamed)
        new[f"model.{name}"] = value
    new["sigreg.t"] = torch.zeros(3)
    found = published_names(new)
    assert found.keys() == weights.keys()
    assert all(torch.equal(found[name], weights[name]) for name in weights)


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("length", [1, 3])
def test_dino_wm_predicts_as_its_equations(beside, length):
    """concat_dim 1: proprioception and action beside every token; 0: as two tokens more."""
    parts, encoder, settings = dino_parts(beside)
    model = DinoWM(parts, encoder, settings)
    rng = np.random.default_rng(length)
    frames, actions = rng.standard_normal((2, length, model.frame_size)), rng.standard_normal((2, length, 4))
    w = numbers(parts["predictor"])
    act, body = numbers(parts["action_encoder"]), numbers(parts["proprio_encoder"])
    embedded = actions @ act["patch_embed.weight"][:, :, 0].T + act["patch_embed.bias"]
    tokens = frames[..., :-2].reshape(2, length, model.tokens, model.width)
    if beside:
        z = np.concatenate([tokens, np.repeat(embedded[:, :, None], 4, axis=2)], axis=-1)
    else:
        z = np.concatenate([tokens, embedded[:, :, None]], axis=2)
    following = np.stack([dino_predict(w, sample) for sample in z])
    following = following[..., :-6] if beside else following[:, :, :-1]
    found = model(torch.from_numpy(frames).float(), torch.from_numpy(actions).float()).numpy()
    close(found[..., :-2], following.reshape(2, length, -1))
    # The proprioception at the end is the embedding's least-squares preimage.
    mean = following[..., 64:].reshape(2, length, 4, 2, 5).mean((2, 3)) if beside else following[:, :, -1]
    back = np.linalg.lstsq(body["patch_embed.weight"][:, :, 0], (mean - body["patch_embed.bias"]).reshape(-1, mean.shape[-1]).T, rcond=None)[0].T
    close(found[..., -2:], back.reshape(2, length, 2))


@pytest.mark.parametrize("beside", [True, False])
def test_dino_wm_encodes_features_and_proprioception_that_read_back_exactly(beside):
    parts, encoder, settings = dino_parts(beside)
    model = DinoWM(parts, encoder, settings)
    pixels, speeds = torch.randn(2, 3, 28, 28), torch.randn(2, 2)
    frame = model.embed(pixels, speeds)
    w = numbers(encoder)
    wanted = np.stack([dinov2_tokens(w, p.numpy().astype(np.float64), w["pos_embed"][0])[1:] for p in pixels])
    close(model.visual(frame), wanted)
    assert torch.equal(frame[:, -2:], speeds)
    embedded = model.embedded_proprioception(model.tokens_of(frame))
    close(embedded @ model.back + model.back_offset, speeds.numpy())
    close(embedded, (speeds @ parts["proprio_encoder"]["patch_embed.weight"].squeeze(-1).T + parts["proprio_encoder"]["patch_embed.bias"]).numpy())


def test_dinov2_positions_at_another_size_are_interpolated_as_published():
    """As the published code calls interpolate: by a scale with an offset of 0.1; with registers, to the size and anti-aliased."""
    for registers in (0, 4):
        weights = filled(dinov2_shapes(trained=5, registers=registers), 8)
        model = DinoV2(weights, 42)
        grid = weights["pos_embed"][:, 1:].reshape(1, 5, 5, 64).permute(0, 3, 1, 2)
        options = {"size": (3, 3), "antialias": True} if registers else {"scale_factor": (3.1 / 5, 3.1 / 5)}
        wanted = torch.nn.functional.interpolate(grid, mode="bicubic", **options).permute(0, 2, 3, 1).reshape(1, 9, 64)
        assert torch.equal(model.places[:, 1:], wanted)
        assert model(torch.randn(1, 3, 42, 42)).shape == (1, 10 + registers, 64)
        assert model.features(torch.randn(1, 3, 42, 42), "x_norm_patchtokens").shape == (1, 9, 64)


def test_dino_wm_distance_is_the_published_objective():
    parts, encoder, settings = dino_parts(True)
    model = DinoWM(parts, encoder, settings)
    a, b = torch.randn(3, model.frame_size), torch.randn(1, model.frame_size)
    tokens = [(x[:, :-2].reshape(-1, 4, 74)) for x in (a, b)]
    visual = ((tokens[0] - tokens[1])[..., :64] ** 2).mean((1, 2))
    body = ((tokens[0] - tokens[1])[:, 0, 64:69] ** 2).mean(1)
    close(model.distance(a, b, 0.5), (visual + 0.5 * body).numpy())
    close(model.distance(a, b, 0.0), visual.numpy())


# --- looking back --------------------------------------------------------------------------------------------------------------------


class Sums(torch.nn.Module):
    """What follows a frame is a weighted sum of all before it and the actions that left them; each place weighs differently."""

    def forward(self, frames, actions):
        place = torch.arange(1, frames.shape[1] + 1).reshape(1, -1, 1)
        return (place * (frames + actions.sum(-1, keepdim=True))).cumsum(dim=1) / 5


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_rollout_grows_its_context_and_then_slides_it(frames):
    """As the published planners: all frames so far, the last `history` of them, each with the action that left it."""
    rng = torch.Generator().manual_seed(frames)
    context = torch.randn(1, context_size(4, 2, frames), generator=rng)
    actions = torch.randn(3, 6, 2, generator=rng)
    found = rollout(HistoryStep(Sums(), 3), context, frames, actions, 4)
    for n in range(3):
        z = [context[0, 4 * i : 4 * i + 4] for i in range(frames)]
        a = [context[0, 4 * frames + 2 * i : 4 * frames + 2 * i + 2] for i in range(frames - 1)]
        for step in range(6):
            a.append(actions[n, step])
            z.append(Sums()(torch.stack(z[-3:])[None], torch.stack(a[-3:])[None])[0, -1])
        close(found[n], torch.stack(z[frames:]).numpy(), 1e-4 * float(found.abs().max()))


def test_slots_not_filled_yet_touch_nothing():
    model, _ = lewm()
    step = HistoryStep(model, 3)
    frames, left, action = torch.randn(2, 3, 12), torch.randn(2, 3, 4), torch.randn(2, 4)
    other = frames.clone()
    other[:, 1:] = 100.0
    assert torch.equal(step(frames, left, torch.tensor([1]), action)[3], step(other, left, torch.tensor([1]), action)[3])
    assert not torch.equal(step(frames, left, torch.tensor([2]), action)[3], step(other, left, torch.tensor([2]), action)[3])


# --- pictures ------------------------------------------------------------------------------------------------------------------------


def test_pictures_of_the_right_size_are_only_normalised():
    image = torch.randint(0, 256, (2, 28, 28, 3), dtype=torch.uint8)
    mean, std = (torch.tensor(v) for v in IMAGENET)
    close(Pictures(28, 28, [Resize(28)], IMAGENET)(image), ((image / 255 - mean) / std).permute(0, 3, 1, 2).numpy(), 1e-5)


def test_a_wide_picture_is_made_smaller_and_its_middle_taken():
    image = torch.zeros(1, 32, 64, 3, dtype=torch.uint8)
    image[:, :, 16:48] = 255  # the middle square is white
    pixels = Pictures(64, 32, [Resize(16)], HALVES)(image)
    assert pixels.shape == (1, 3, 16, 16)
    close(pixels[:, :, :, 1:-1], np.ones((1, 3, 16, 14)), 1e-5)
    wanted = torch.nn.functional.interpolate(image.permute(0, 3, 1, 2) / 255, size=(16, 32), mode="bilinear", antialias=True, align_corners=False)
    close(pixels, (wanted[..., 8:24] * 2 - 1).numpy(), 1e-5)


# --- checkpoints ---------------------------------------------------------------------------------------------------------------------


def test_a_module_pickled_whole_gives_its_weights_without_its_code(tmp_path, monkeypatch):
    module = types.ModuleType("models_of_others")

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = torch.nn.BatchNorm1d(3)
            self.parts = torch.nn.ModuleList([torch.nn.Linear(3, 2), torch.nn.GELU()])
            self.register_buffer("passing", torch.ones(2), persistent=False)
            self.note = {"activation": torch.nn.functional.gelu}

    Net.__module__, Net.__qualname__ = "models_of_others", "Net"
    module.Net = Net
    monkeypatch.setitem(sys.modules, "models_of_others", module)
    net = Net()
    torch.save({"predictor": net, "optimizer": defaultdict(dict, {0: Net}), "epoch": 4}, tmp_path / "whole.pth")
    monkeypatch.delitem(sys.modules, "models_of_others")
    payload = load_checkpoint(tmp_path / "whole.pth")
    found, wanted = weights_of(payload["predictor"]), net.state_dict()
    assert payload["epoch"] == 4
    assert found.keys() == wanted.keys()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize("protocol", [2, 4])
def test_nothing_that_a_checkpoint_names_is_run(tmp_path, protocol):
    mark = tmp_path / "ran"

    class Evil:
        def __reduce__(self):
            return (exec, (f"open({str(mark)!r}, 'w').close()",))

    torch.save({"weights": torch.ones(2), "evil": Evil()}, tmp_path / "evil.pth", pickle_protocol=protocol)
    payload = load_checkpoint(tmp_path / "evil.pth")
    assert not mark.exists()
    assert weights_of(payload["evil"]) is None
    assert torch.equal(payload["weights"], torch.ones(2))


def refusal(of):
    with pytest.raises(TrainingError) as caught:
        of()
    return caught.value.code


def test_what_is_no_checkpoint_is_refused(tmp_path):
    (tmp_path / "text").write_text("no")
    (tmp_path / "cut").write_bytes(pickle.dumps({"a": 1})[:5])
    assert refusal(lambda: load_checkpoint(tmp_path / "none")) == "RH-FOREIGN-CHECKPOINT"
    assert refusal(lambda: load_checkpoint(tmp_path / "text")) == "RH-FOREIGN-CHECKPOINT"
    assert refusal(lambda: load_checkpoint(tmp_path / "cut")) == "RH-FOREIGN-CHECKPOINT"


def test_weights_are_loaded_strictly():
    weights = filled(lewm_shapes(), 1)
    assert refusal(lambda: LeWM({name: v for name, v in weights.items() if name != "projector.net.3.bias"}, HEADS)) == "RH-FOREIGN-WEIGHTS"
    assert refusal(lambda: LeWM(weights | {"predictor.extra": torch.ones(1)}, HEADS)) == "RH-FOREIGN-WEIGHTS"
    assert refusal(lambda: LeWM(weights, 5)) == "RH-FOREIGN-CONFIG"
    parts, encoder, settings = dino_parts(True)
    assert refusal(lambda: DinoWM(parts | {"predictor": parts["predictor"] | {"more": torch.ones(1)}}, encoder, settings)) == "RH-FOREIGN-WEIGHTS"
    assert refusal(lambda: DinoWM(parts, filled(dinov2_shapes(dim=128), 6), settings)) == "RH-FOREIGN-CONFIG"


# --- the command -----------------------------------------------------------------------------------------------------------------------


AXES = [
    {"name": "linear.x", "unit": "m/s", "range": [-0.3, 0.6], "mean": 0.1, "std": 0.3},
    {"name": "angular.z", "unit": "rad/s", "range": [-2.0, 2.0], "scale": 2.0, "std": 0.7},
]


def robots_side(path, **other):
    tree = {"world": "rooms", "name": "n", "licence": "none", "robot": "rooms", "arena": {"x_m": [-1.0, 1.0], "y_m": [-1.0, 1.0]}}
    tree |= {"image": {"width": 40, "height": 32}, "action": {"block": 2, "period_s": 0.1, "axes": AXES}}
    path.write_text(yaml.dump(tree | other))
    return path


def lewm_checkpoint(folder):
    torch.save(filled(lewm_shapes(), 1), folder / "weights.pt")
    (folder / "config.json").write_text(json.dumps({"predictor": {"heads": HEADS}}))
    return folder / "weights.pt"


def dino_checkpoint(folder, beside=True):
    parts, encoder, settings = dino_parts(beside)
    (folder / "checkpoints").mkdir()
    torch.save({"epoch": 3, **parts}, folder / "checkpoints" / "model_latest.pth")
    torch.save(encoder, folder / "dinov2.pth")
    tree = {key: getattr(settings, key) for key in ("img_size", "num_hist", "concat_dim", "num_proprio_repeat", "num_action_repeat")}
    tree |= {"predictor": {"heads": HEADS}, "encoder": {"name": "dinov2_vits14", "feature_key": "x_norm_patchtokens"}, "decoder": {"quantize": False}}
    (folder / "hydra.yaml").write_text(yaml.dump(tree))
    return folder / "checkpoints" / "model_latest.pth"


def run_graph(folder, name, **inputs):
    return onnxruntime.InferenceSession(folder / f"{name.replace('_', '-')}.onnx", providers=["CPUExecutionProvider"]).run(None, inputs)


def test_lewm_becomes_a_folder_whose_graphs_plan_with_a_whole_context(tmp_path, capsys):
    config = robots_side(tmp_path / "robot.yaml", context=3, step_error={"p50": 0.1, "p90": 0.2, "p99": 0.3})
    assert cli.main(["lewm", str(lewm_checkpoint(tmp_path)), "--config", str(config), "--out", str(tmp_path / "out")]) == 0
    manifest = yaml.safe_load((tmp_path / "out" / "model.yaml").read_text())
    assert manifest["latent"] == {"layout": "vector", "size": 12, "image_size": 12, "context": 3}
    assert manifest["goal"] == "latent"
    assert manifest["surprise"] == {"step_error": {"p50": 0.1, "p90": 0.2, "p99": 0.3}, "measured": True}
    assert max(manifest["training"]["parity"]["largest_difference"].values()) < 1e-5
    rng = np.random.default_rng(0)
    context, actions = rng.standard_normal((1, 3 * 12 + 2 * 4)).astype(np.float32), rng.uniform(-1, 1, (2, 4, 4)).astype(np.float32)
    (latents,) = run_graph(tmp_path / "out", "rollout", latent=context, actions=actions)
    # By hand: commands from [-1, 1] to the training data's numbers, then the equations over a window of three.
    w = numbers(filled(lewm_shapes(), 1))
    gain, offset = np.array([0.45 / 0.3, 2 * 2.0 / 0.7] * 2), np.array([(0.15 - 0.1) / 0.3, 0.0] * 2)
    for n in range(2):
        z = [context[0, 12 * i : 12 * i + 12].astype(np.float64) for i in range(3)]
        a = [context[0, 36 + 4 * i : 40 + 4 * i] * gain + offset for i in range(2)]
        for step in range(4):
            a.append(actions[n, step] * gain + offset)
            z.append(lewm_predict(w, np.stack(z[-3:]), np.stack(a[-3:]))[-1])
        close(latents[n], np.stack(z[3:]), 1e-4)
    goal = rng.standard_normal((1, 12)).astype(np.float32)
    readouts, distance = run_graph(tmp_path / "out", "outcomes", latent=context, actions=actions, goal=goal)
    close(distance, ((latents - goal) ** 2).sum(-1), 1e-3)
    close(readouts[..., 0], np.sqrt((latents**2).mean(-1)), 1e-4)
    (found,) = run_graph(tmp_path / "out", "encoder", image=np.zeros((1, 32, 40, 3), np.uint8), proprioception=np.zeros((1, 0), np.float32))
    assert found.shape == (1, 12)
    assert "differ from PyTorch" in capsys.readouterr().out


def test_dino_wm_becomes_a_folder_of_patches(tmp_path, capsys):
    entries = [{"name": "robot.x", "unit": "m", "mean": 0.2, "std": 0.5}, {"name": "robot.y", "unit": "m", "scale": 100.0}]
    config = robots_side(tmp_path / "robot.yaml", proprioception=entries, proprioception_weight=0.1)
    out = tmp_path / "out"
    checkpoint = dino_checkpoint(tmp_path)
    assert cli.main(["dino-wm", str(checkpoint), "--config", str(config), "--encoder", str(tmp_path / "dinov2.pth"), "--out", str(out)]) == 0
    manifest = yaml.safe_load((out / "model.yaml").read_text())
    assert manifest["latent"] == {"layout": "patches", "patches": 4, "size": 4 * 74 + 2, "image_size": 4 * 74}
    assert manifest["surprise"]["measured"] is False
    assert set(manifest["graphs"]) == {"encoder", "rollout", "readouts", "cost_to_go", "outcomes", "decoder"}
    assert max(manifest["training"]["parity"]["largest_difference"].values()) < 1e-5
    image = np.random.default_rng(0).integers(0, 256, (1, 32, 40, 3), dtype=np.uint8)
    body = np.array([[0.4, -0.01]], np.float32)
    (latent,) = run_graph(out, "encoder", image=image, proprioception=body)
    (readouts,) = run_graph(out, "readouts", latents=latent)
    close(readouts, body, 1e-5)
    (distance,) = run_graph(out, "cost_to_go", latents=latent, goal=latent)
    assert distance[0] == 0
    (picture,) = run_graph(out, "decoder", latents=latent)
    assert picture.shape == (1, 32, 40, 3)
    assert picture.min() >= 0 and picture.max() <= 1
    assert "never surprised" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"action": {"block": 3, "period_s": 0.1, "axes": AXES}}, "RH-FOREIGN-CONFIG"),
        ({"context": 4}, "RH-FOREIGN-CONFIG"),
        ({"proprioception": [{"name": "linear.x", "unit": "m/s"}]}, "RH-FOREIGN-CONFIG"),
        ({"arena": {}}, "RH-CONFIG-VALUE"),
        ({"licence": ""}, "RH-CONFIG-VALUE"),
        ({"action": {"axes": [{"name": "linear.x", "unit": "km/h"}]}}, "RH-CONFIG-VALUE"),
        ({"bogus": 1}, "RH-CONFIG-KEY"),
    ],
)
def test_a_robots_side_that_does_not_fit_is_refused(tmp_path, capsys, change, code):
    config = robots_side(tmp_path / "robot.yaml", **change)
    assert cli.main(["lewm", str(lewm_checkpoint(tmp_path)), "--config", str(config), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith(f"{code}: ")
    assert not (tmp_path / "out").exists()


def test_what_is_missing_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    config = str(robots_side(tmp_path / "robot.yaml"))
    checkpoint = dino_checkpoint(tmp_path)

    def said(*arguments):
        assert cli.main([*map(str, arguments), "--config", config, "--out", str(tmp_path / "out")]) == 1
        return capsys.readouterr().err

    assert "RH-FOREIGN-ENCODER" in (text := said("dino-wm", checkpoint)) and "dinov2_vits14_pretrain.pth" in text
    assert "RH-CONFIG-READ" in said("dino-wm", checkpoint, "--source-config", tmp_path / "none.yaml")
    lewm_checkpoint(tmp_path)
    (tmp_path / "config.json").unlink()
    assert "RH-FOREIGN-CONFIG" in (text := said("lewm", tmp_path / "weights.pt")) and "heads" in text
    torch.save({"epoch": 1}, tmp_path / "checkpoints" / "empty.pth")
    assert "RH-FOREIGN-CHECKPOINT" in said("dino-wm", tmp_path / "checkpoints" / "empty.pth")
    assert "RH-FOREIGN-CHECKPOINT" in said("lewm", tmp_path / "checkpoints" / "empty.pth")
