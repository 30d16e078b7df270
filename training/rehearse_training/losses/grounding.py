"""Grounding: the picture's part of latents, seen and imagined, must tell what the readouts will be asked for.

The one term with labels. Where a simulator or a motion capture system knew the truth, or odometry the pose, it brings in minutes what prediction alone
brings in hours; a model so trained is not label-free, and its card says so.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class Grounding(nn.Module):
    def __init__(self, image_latent: int, values: int, hidden: int = 128):
        super().__init__()
        self.first = nn.Linear(image_latent, hidden)
        self.last = nn.Linear(hidden, values)

    def forward(self, pictures: Tensor) -> Tensor:
        """pictures' parts of latents [..., image latent] -> values [..., R], in units of their spread"""
        return self.last(F.silu(self.first(pictures)))

    def loss(self, pictures: Tensor, imagined: Tensor, values: Tensor) -> Tensor:
        """pictures [B, 1 + targets, image latent], imagined [B, targets, image latent], values [B, 1 + targets, R]: less their mean, in units of their spread"""
        seen = (self(pictures) - values).square().mean()
        return (seen + (self(imagined) - values[:, 1:]).square().mean()) / 2
