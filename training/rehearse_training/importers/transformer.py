"""The pre-norm transformer parts that DINO-WM and LeWM share (both go back to lucidrains' vit-pytorch), with the names of their weights.

DINO-WM: models/vit.py of gaoyuezhou/dino_wm at 0a9492f. LeWM: module.py of lucas-maes/le-wm at 8edfeb3, which galilai-group/stable-worldmodel
holds as stable_worldmodel/wm/lewm/module.py (at addbab4). Dropout has no weights and does nothing after training; it is left out, its places
in the numbering of the layers are kept.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class FeedForward(nn.Module):
    """LayerNorm, up, GELU, down: weights net.0, net.1, net.4."""

    def __init__(self, dim: int, hidden: int):
        super().__init__()
        self.net = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Identity(), nn.Linear(hidden, dim))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Attention(nn.Module):
    """Multi-head attention with its own LayerNorm before it; `allowed` bool [T, T] says which position may look at which."""

    allowed: Tensor

    def __init__(self, dim: int, heads: int, head: int, allowed: Tensor):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim)
        self.to_qkv = nn.Linear(dim, 3 * heads * head, bias=False)
        self.to_out = nn.Identity() if heads == 1 and head == dim else nn.Sequential(nn.Linear(heads * head, dim))
        self.register_buffer("barred", torch.zeros(allowed.shape).masked_fill(~allowed, float("-inf")), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """x [B, T, dim]; T may be less than the mask's, for the positions from the first on"""
        batch, length, _ = x.shape
        q, k, v = (part.reshape(batch, length, self.heads, -1).transpose(1, 2) for part in self.to_qkv(self.norm(x)).chunk(3, dim=-1))
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2) + self.barred[:length, :length]
        mixed = torch.softmax(scores, dim=-1) @ v
        return self.to_out(mixed.transpose(1, 2).flatten(2))


def causal(frames: int, tokens: int = 1) -> Tensor:
    """bool [frames * tokens, frames * tokens]: every token looks at all tokens of its own frame and of those before."""
    frame = torch.arange(frames).repeat_interleave(tokens)
    return frame[:, None] >= frame[None, :]
