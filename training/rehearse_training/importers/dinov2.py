"""DINOv2's vision transformer (arXiv 2304.07193) with the names of its published weights, for DINO-WM's frozen encoder.

dinov2/models/vision_transformer.py and dinov2/hub/backbones.py of facebookresearch/dinov2 at b8931f7: heads of 64, LayerNorm's epsilon 1e-6,
trained at 518 pixels, so that other sizes interpolate the positions: bicubic, with an offset of 0.1 in the scale, or, for the models with
register tokens, anti-aliased to the exact size.
"""

from __future__ import annotations

import math
import re

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import TrainingError
from .checkpoint import load_strictly, weight

HEAD = 64


class _Attention(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, dim = x.shape
        q, k, v = self.qkv(x).reshape(batch, length, 3, dim // HEAD, HEAD).permute(2, 0, 3, 1, 4).unbind(0)
        mixed = torch.softmax((q * HEAD**-0.5) @ k.transpose(-1, -2), dim=-1) @ v
        return self.proj(mixed.transpose(1, 2).flatten(2))


class _LayerScale(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma


class _Mlp(nn.Module):
    def __init__(self, dim: int, hidden: int):
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class _Block(nn.Module):
    def __init__(self, dim: int, hidden: int):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = _Attention(dim)
        self.ls1 = _LayerScale(dim)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = _Mlp(dim, hidden)
        self.ls2 = _LayerScale(dim)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class DinoV2(nn.Module):
    """Pixels [B, 3, side, side], normalised -> all tokens after the last LayerNorm, [B, 1 + registers + patches, dim]"""

    places: Tensor

    def __init__(self, weights: dict[str, Tensor], side: int):
        """@param side in pixels, of the pictures that it will be given: a whole multiple of the patch"""
        super().__init__()
        if any(".w12." in name for name in weights):
            raise TrainingError("RH-FOREIGN-ENCODER", "DINOv2's giant model (SwiGLU) is not known here", "use the small, base or large one")
        dim, _, self.patch, _ = weight(weights, "patch_embed.proj.weight", "DINOv2").shape
        depth = 1 + max((int(m[1]) for m in (re.match(r"blocks\.(\d+)\.", name) for name in weights) if m), default=-1)
        self.grid = side // self.patch
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, dim, self.patch, stride=self.patch)})
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.mask_token = nn.Parameter(torch.zeros(1, dim))  # of its own training; no part of the forward pass
        self.pos_embed = nn.Parameter(torch.zeros(weight(weights, "pos_embed", "DINOv2").shape))
        self.registers = weights["register_tokens"].shape[1] if "register_tokens" in weights else 0
        if self.registers:
            self.register_tokens = nn.Parameter(torch.zeros(1, self.registers, dim))
        hidden = weight(weights, "blocks.0.mlp.fc1.weight", "DINOv2").shape[0]
        self.blocks = nn.ModuleList(_Block(dim, hidden) for _ in range(depth))
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        load_strictly(self, weights, "DINOv2")
        self.register_buffer("places", self._interpolated().detach().clone(), persistent=False)

    def _interpolated(self) -> Tensor:
        trained = math.isqrt(self.pos_embed.shape[1] - 1)
        if trained == self.grid:
            return self.pos_embed
        patches = self.pos_embed[:, 1:].reshape(1, trained, trained, -1).permute(0, 3, 1, 2)
        if self.registers:
            patches = F.interpolate(patches, size=(self.grid, self.grid), mode="bicubic", antialias=True)
        else:
            scale = (self.grid + 0.1) / trained
            patches = F.interpolate(patches, scale_factor=(scale, scale), mode="bicubic")
        return torch.cat([self.pos_embed[:, :1], patches.permute(0, 2, 3, 1).flatten(1, 2)], dim=1)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.patch_embed["proj"](pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], dim=1) + self.places
        if self.registers:
            x = torch.cat([x[:, :1], self.register_tokens.expand(x.shape[0], -1, -1), x[:, 1:]], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def features(self, pixels: Tensor, key: str) -> Tensor:
        """-> [B, tokens, dim]: `x_norm_patchtokens`, or `x_norm_clstoken` as one token"""
        tokens = self(pixels)
        return tokens[:, 1 + self.registers :] if key == "x_norm_patchtokens" else tokens[:, :1]
