"""LeWM (LeWorldModel, arXiv 2603.19312): a ViT's class token, projected, and an autoregressive predictor that actions modulate (AdaLN-zero).

Names and equations of lucas-maes/le-wm at 8edfeb3 (jepa.py, module.py), the same in galilai-group/stable-worldmodel at addbab4
(stable_worldmodel/wm/lewm). The encoder is Hugging Face's ViTModel without pooling and mask token, as stable_pretraining.backbone.utils.vit_hf
makes it: heads of 64, LayerNorm's epsilon 1e-12.
"""

from __future__ import annotations

import math
import re

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import TrainingError
from ..networks.pictures import IMAGENET, Pictures, Resize
from .checkpoint import below, load_strictly, weight
from .transformer import Attention, FeedForward, causal

VIT_HEAD = 64


class _ViTSelfAttention(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.attention = nn.ModuleDict({name: nn.Linear(dim, dim) for name in ("query", "key", "value")})
        self.output = nn.ModuleDict({"dense": nn.Linear(dim, dim)})

    def forward(self, x: Tensor) -> Tensor:
        batch, length, dim = x.shape
        q, k, v = (self.attention[name](x).reshape(batch, length, -1, VIT_HEAD).transpose(1, 2) for name in ("query", "key", "value"))
        mixed = torch.softmax((q * VIT_HEAD**-0.5) @ k.transpose(-1, -2), dim=-1) @ v
        return self.output["dense"](mixed.transpose(1, 2).flatten(2))


class _ViTLayer(nn.Module):
    def __init__(self, dim: int, hidden: int):
        super().__init__()
        self.attention = _ViTSelfAttention(dim)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(dim, hidden)})
        self.output = nn.ModuleDict({"dense": nn.Linear(hidden, dim)})
        self.layernorm_before = nn.LayerNorm(dim, eps=1e-12)
        self.layernorm_after = nn.LayerNorm(dim, eps=1e-12)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.layernorm_before(x))
        return x + self.output["dense"](F.gelu(self.intermediate["dense"](self.layernorm_after(x))))


class _ViTEmbeddings(nn.Module):
    def __init__(self, dim: int, patch: int, positions: int):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.position_embeddings = nn.Parameter(torch.zeros(1, positions, dim))
        self.patch_embeddings = nn.ModuleDict({"projection": nn.Conv2d(3, dim, patch, stride=patch)})

    def forward(self, pixels: Tensor) -> Tensor:
        patches = self.patch_embeddings["projection"](pixels).flatten(2).transpose(1, 2)
        return torch.cat([self.cls_token.expand(patches.shape[0], -1, -1), patches], dim=1) + self.position_embeddings


class ViT(nn.Module):
    """Pixels [B, 3, side, side] -> the class token after the last LayerNorm [B, dim]"""

    def __init__(self, dim: int, hidden: int, depth: int, patch: int, positions: int):
        super().__init__()
        self.embeddings = _ViTEmbeddings(dim, patch, positions)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(_ViTLayer(dim, hidden) for _ in range(depth))})
        self.layernorm = nn.LayerNorm(dim, eps=1e-12)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.embeddings(pixels)
        for layer in self.encoder["layer"]:
            x = layer(x)
        return self.layernorm(x[:, 0])


class MLP(nn.Module):
    """Linear, batch norm (its running statistics), GELU, linear."""

    def __init__(self, inputs: int, hidden: int, outputs: int):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.GELU(), nn.Linear(hidden, outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Embedder(nn.Module):
    """A block of actions [B, T, A] -> [B, T, dim]. The convolution's kernel is of one step: it is a linear layer."""

    def __init__(self, action: int, smoothed: int, hidden: int, dim: int):
        super().__init__()
        self.patch_embed = nn.Conv1d(action, smoothed, 1)
        self.embed = nn.Sequential(nn.Linear(smoothed, hidden), nn.SiLU(), nn.Linear(hidden, dim))

    def forward(self, actions: Tensor) -> Tensor:
        return self.embed(F.linear(actions, self.patch_embed.weight.squeeze(-1), self.patch_embed.bias))


class ConditionalBlock(nn.Module):
    """Attention and feed-forward, each shifted, scaled and gated by the action (Peebles and Xie, DiT, arXiv 2212.09748, section 3.2)."""

    def __init__(self, dim: int, heads: int, head: int, hidden: int, allowed: Tensor):
        super().__init__()
        self.attn = Attention(dim, heads, head, allowed)
        self.mlp = FeedForward(dim, hidden)
        self.norm1 = nn.LayerNorm(dim, elementwise_affine=False, eps=1e-6)
        self.norm2 = nn.LayerNorm(dim, elementwise_affine=False, eps=1e-6)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(dim, 6 * dim))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = self.adaLN_modulation(condition).chunk(6, dim=-1)
        x = x + gate_a * self.attn(self.norm1(x) * (1 + scale_a) + shift_a)
        return x + gate_m * self.mlp(self.norm2(x) * (1 + scale_m) + shift_m)


class _Transformer(nn.Module):
    def __init__(self, inputs: int, dim: int, outputs: int, depth: int, heads: int, head: int, hidden: int, frames: int):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.input_proj, self.cond_proj = (nn.Linear(inputs, dim) if inputs != dim else nn.Identity() for _ in range(2))
        self.output_proj = nn.Linear(dim, outputs) if dim != outputs else nn.Identity()
        self.layers = nn.ModuleList(ConditionalBlock(dim, heads, head, hidden, causal(frames)) for _ in range(depth))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        x, condition = self.input_proj(x), self.cond_proj(condition)
        for layer in self.layers:
            x = layer(x, condition)
        return self.output_proj(self.norm(x))


class ARPredictor(nn.Module):
    def __init__(self, inputs: int, dim: int, outputs: int, depth: int, heads: int, head: int, hidden: int, frames: int):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.zeros(1, frames, inputs))
        self.transformer = _Transformer(inputs, dim, outputs, depth, heads, head, hidden, frames)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return self.transformer(x + self.pos_embedding[:, : x.shape[1]], condition)


class LeWM(nn.Module):
    """All weights of a LeWM checkpoint, under its names."""

    def __init__(self, weights: dict[str, Tensor], heads: int):
        """Sizes are read off the weights; only how the predictor's width divides into `heads` can't be."""
        super().__init__()
        size = lambda name: weight(weights, name, "LeWM").shape  # noqa: E731
        depth_of = lambda prefix: 1 + max((int(m[1]) for m in (re.match(rf"{re.escape(prefix)}(\d+)\.", n) for n in weights) if m), default=-1)  # noqa: E731
        width, _, self.patch, _ = size("encoder.embeddings.patch_embeddings.projection.weight")
        positions = size("encoder.embeddings.position_embeddings")[1]
        self.side = self.patch * math.isqrt(positions - 1)
        self.encoder = ViT(width, size("encoder.encoder.layer.0.intermediate.dense.weight")[0], depth_of("encoder.encoder.layer."), self.patch, positions)
        _, self.history, self.frame_size = size("predictor.pos_embedding")
        dim = size("predictor.transformer.norm.weight")[0]
        inner = size("predictor.transformer.layers.0.attn.to_qkv.weight")[0] // 3
        if inner % heads:
            raise TrainingError("RH-FOREIGN-CONFIG", f"predictor.heads is {heads}: its width of {inner} does not divide so", "give the number that it was trained with")
        outputs = size("predictor.transformer.output_proj.weight")[0] if "predictor.transformer.output_proj.weight" in weights else dim
        hidden = size("predictor.transformer.layers.0.mlp.net.1.weight")[0]
        self.predictor = ARPredictor(self.frame_size, dim, outputs, depth_of("predictor.transformer.layers."), heads, inner // heads, hidden, self.history)
        smoothed, self.action_size, _ = size("action_encoder.patch_embed.weight")
        embedding, up = size("action_encoder.embed.2.weight")
        self.action_encoder = Embedder(self.action_size, smoothed, up, embedding)
        self.projector, self.pred_proj = (_projector(weights, name) for name in ("projector.", "pred_proj."))
        load_strictly(self, weights, "LeWM")

    def embed(self, pixels: Tensor) -> Tensor:
        """[B, 3, side, side], normalised -> [B, D]"""
        return self.projector(self.encoder(pixels))

    def forward(self, frames: Tensor, actions: Tensor) -> Tensor:
        """frames [N, T, D], actions [N, T, A] normalised as in training -> what follows each frame [N, T, D]"""
        following = self.predictor(frames, self.action_encoder(actions))
        return self.pred_proj(following.flatten(0, 1)).reshape(following.shape)

    def pictures(self, width: int, height: int) -> Pictures:
        return Pictures(width, height, [Resize(self.side)], IMAGENET)


def _projector(weights: dict[str, Tensor], prefix: str) -> nn.Module:
    part = below(weights, prefix)
    if not part:
        return nn.Identity()
    hidden, inputs = weight(part, "net.0.weight", prefix).shape
    return MLP(inputs, hidden, weight(part, "net.3.weight", prefix).shape[0])


_RENAMED = (
    (r"encoder\.layers\.(\d+)\.attention\.([qkv])_proj\.", lambda m: f"encoder.encoder.layer.{m[1]}.attention.attention.{ {'q': 'query', 'k': 'key', 'v': 'value'}[m[2]]}."),
    (r"encoder\.layers\.(\d+)\.attention\.o_proj\.", r"encoder.encoder.layer.\1.attention.output.dense."),
    (r"encoder\.layers\.(\d+)\.mlp\.fc1\.", r"encoder.encoder.layer.\1.intermediate.dense."),
    (r"encoder\.layers\.(\d+)\.mlp\.fc2\.", r"encoder.encoder.layer.\1.output.dense."),
    (r"encoder\.layers\.(\d+)\.", r"encoder.encoder.layer.\1."),
)


def published_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The names of the published checkpoints: less a trainer's prefix `model.`, and with those of a ViTModel before transformers 5."""
    if any(name.startswith("model.encoder.") for name in weights):
        weights = below(weights, "model.")
    renamed = {}
    for name, value in weights.items():
        for pattern, replacement in _RENAMED:
            name, changed = re.subn(rf"^{pattern}", replacement, name)
            if changed:
                break
        renamed[name] = value
    return renamed
