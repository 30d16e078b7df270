"""Inverse dynamics: which actions led from one picture to a later one? Without it, what moves is the easiest thing to forget.

Sees the picture's part of the latents only; proprioception would give the answer away.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..model import mlp


class InverseDynamics(nn.Module):
    """Two picture latents -> the mean action between them, one number an axis, in [-1, 1]."""

    def __init__(self, image_latent: int, axes: int, hidden: int = 128):
        super().__init__()
        self.net = mlp(2 * image_latent, hidden, axes)

    def forward(self, earlier: Tensor, later: Tensor) -> Tensor:
        """earlier, later [n, image latent] -> [n, axes]"""
        return self.net(torch.cat([earlier, later], dim=-1))

    def loss(self, earlier: Tensor, later: Tensor, actions: Tensor) -> Tensor:
        """actions [n, ticks, axes]: all that was commanded from the earlier picture to the later"""
        return (self(earlier, later) - actions.mean(dim=1)).square().mean()
