"""Tiny checkpoints with the names and layouts of the published ones, written down here a second time: nothing of the importers is used."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

Shapes = dict[str, tuple[int, ...]]


def filled(shapes: Shapes, seed: int) -> dict[str, Tensor]:
    """Random weights; scales of norms near 1, running variances positive."""
    rng = np.random.default_rng(seed)
    weights: dict[str, Tensor] = {}
    for name, shape in shapes.items():
        values = rng.standard_normal(shape).astype(np.float32)
        if name.endswith("num_batches_tracked"):
            weights[name] = torch.tensor(7)
            continue
        if name.endswith("running_var"):
            values = 0.5 + np.abs(values)
        elif len(shape) > 1:
            values *= 0.8 / np.sqrt(np.prod(shape[1:]))
        elif name.endswith("weight") or name.endswith("gamma"):
            values = 1 + 0.2 * values
        else:
            values *= 0.2
        weights[name] = torch.from_numpy(np.asarray(values, dtype=np.float32))
    return weights


def linear(name: str, inputs: int, outputs: int, bias: bool = True) -> Shapes:
    return {f"{name}.weight": (outputs, inputs)} | ({f"{name}.bias": (outputs,)} if bias else {})


def norm(name: str, dim: int) -> Shapes:
    return {f"{name}.weight": (dim,), f"{name}.bias": (dim,)}


def attention(name: str, dim: int, inner: int) -> Shapes:
    return norm(f"{name}.norm", dim) | linear(f"{name}.to_qkv", dim, 3 * inner, bias=False) | linear(f"{name}.to_out.0", inner, dim)


def feed_forward(name: str, dim: int, hidden: int) -> Shapes:
    return norm(f"{name}.net.0", dim) | linear(f"{name}.net.1", dim, hidden) | linear(f"{name}.net.4", hidden, dim)


def lewm_shapes(dim=64, depth=2, side=28, patch=14, frame=12, inner=32, mlp=20, history=3, action=4, hidden=16) -> Shapes:
    """ViT as transformers 4 names it; projector to `frame` numbers; predictor as wide as the frame."""
    shapes: Shapes = {
        "encoder.embeddings.cls_token": (1, 1, dim),
        "encoder.embeddings.position_embeddings": (1, (side // patch) ** 2 + 1, dim),
        "encoder.embeddings.patch_embeddings.projection.weight": (dim, 3, patch, patch),
        "encoder.embeddings.patch_embeddings.projection.bias": (dim,),
    }
    for i in range(depth):
        layer = f"encoder.encoder.layer.{i}"
        for part in ("query", "key", "value"):
            shapes |= linear(f"{layer}.attention.attention.{part}", dim, dim)
        shapes |= linear(f"{layer}.attention.output.dense", dim, dim)
        shapes |= linear(f"{layer}.intermediate.dense", dim, 4 * dim) | linear(f"{layer}.output.dense", 4 * dim, dim)
        shapes |= norm(f"{layer}.layernorm_before", dim) | norm(f"{layer}.layernorm_after", dim)
    shapes |= norm("encoder.layernorm", dim)
    shapes["predictor.pos_embedding"] = (1, history, frame)
    shapes |= norm("predictor.transformer.norm", frame)
    for i in range(depth):
        layer = f"predictor.transformer.layers.{i}"
        shapes |= attention(f"{layer}.attn", frame, inner) | feed_forward(f"{layer}.mlp", frame, mlp)
        shapes |= linear(f"{layer}.adaLN_modulation.1", frame, 6 * frame)
    shapes |= {"action_encoder.patch_embed.weight": (10, action, 1), "action_encoder.patch_embed.bias": (10,)}
    shapes |= linear("action_encoder.embed.0", 10, 4 * frame) | linear("action_encoder.embed.2", 4 * frame, frame)
    for name, inputs in (("projector", dim), ("pred_proj", frame)):
        shapes |= linear(f"{name}.net.0", inputs, hidden) | norm(f"{name}.net.1", hidden) | linear(f"{name}.net.3", hidden, frame)
        shapes |= {f"{name}.net.1.running_mean": (hidden,), f"{name}.net.1.running_var": (hidden,), f"{name}.net.1.num_batches_tracked": ()}
    return shapes


def dinov2_shapes(dim=64, depth=2, patch=14, trained=3, registers=0) -> Shapes:
    shapes: Shapes = {
        "cls_token": (1, 1, dim),
        "pos_embed": (1, trained**2 + 1, dim),
        "mask_token": (1, dim),
        "patch_embed.proj.weight": (dim, 3, patch, patch),
        "patch_embed.proj.bias": (dim,),
    }
    if registers:
        shapes["register_tokens"] = (1, registers, dim)
    for i in range(depth):
        block = f"blocks.{i}"
        shapes |= norm(f"{block}.norm1", dim) | linear(f"{block}.attn.qkv", dim, 3 * dim) | linear(f"{block}.attn.proj", dim, dim)
        shapes |= {f"{block}.ls1.gamma": (dim,), f"{block}.ls2.gamma": (dim,)}
        shapes |= norm(f"{block}.norm2", dim) | linear(f"{block}.mlp.fc1", dim, 4 * dim) | linear(f"{block}.mlp.fc2", 4 * dim, dim)
    return shapes | norm("norm", dim)


def embedding_shapes(inputs: int, outputs: int) -> Shapes:
    return {"patch_embed.weight": (outputs, inputs, 1), "patch_embed.bias": (outputs,)}


def vit_predictor_shapes(dim: int, tokens: int, history=3, depth=2, inner=32, mlp=24) -> Shapes:
    shapes: Shapes = {"pos_embedding": (1, history * tokens, dim)} | norm("transformer.norm", dim)
    for i in range(depth):
        shapes |= attention(f"transformer.layers.{i}.0", dim, inner) | feed_forward(f"transformer.layers.{i}.1", dim, mlp)
    return shapes


def decoder_shapes(emb=64, channel=8, blocks=2, hidden=4) -> Shapes:
    def part(name: str, outputs: int) -> Shapes:
        shapes: Shapes = {f"{name}.blocks.0.weight": (channel, emb, 3, 3), f"{name}.blocks.0.bias": (channel,)}
        for i in range(1, blocks + 1):
            shapes |= {f"{name}.blocks.{i}.conv.1.weight": (hidden, channel, 3, 3), f"{name}.blocks.{i}.conv.1.bias": (hidden,)}
            shapes |= {f"{name}.blocks.{i}.conv.3.weight": (channel, hidden, 1, 1), f"{name}.blocks.{i}.conv.3.bias": (channel,)}
        shapes |= {f"{name}.blocks.{blocks + 2}.weight": (channel, channel // 2, 4, 4), f"{name}.blocks.{blocks + 2}.bias": (channel // 2,)}
        return shapes | {f"{name}.blocks.{blocks + 4}.weight": (channel // 2, outputs, 4, 4), f"{name}.blocks.{blocks + 4}.bias": (outputs,)}

    codes: Shapes = {"quantize_b.embed": (emb, 5), "quantize_b.cluster_size": (5,), "quantize_b.embed_avg": (emb, 5)}
    return part("upsample_b", emb) | part("dec", 3) | codes
