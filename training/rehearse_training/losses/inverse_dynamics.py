"""Inverse dynamics: which motion led from one picture to a later one? Without it, what moves is the easiest thing to forget.

It sees the picture's part of the latents only, and is asked for the mean measured speeds in between (proprioception): commands jitter
and the body lags behind them, what it did is what two pictures can tell. Where no speeds are measured it is asked for the mean commands, as is usual.
No position or heading is ever given.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .term import Setting, Sizes, Term, Window


class InverseDynamics(nn.Module):
    """Two picture latents -> the mean normalised speeds, or commands, between them.

    Speed is displacement times heading, and turning is a product of two headings' sines and cosines: so the head multiplies.
    """

    def __init__(self, image_latent: int, motions: int, hidden: int = 128):
        super().__init__()
        self.left = nn.Linear(2 * image_latent, hidden)
        self.right = nn.Linear(2 * image_latent, hidden)
        self.mix = nn.Linear(2 * image_latent + hidden, hidden)
        self.last = nn.Linear(hidden, motions)

    def forward(self, earlier: Tensor, later: Tensor) -> Tensor:
        """earlier, later [n, image latent] -> [n, motions]"""
        # The difference is small beside either latent; given by itself it need not be dug out.
        both = torch.cat([earlier, DIFFERENCE_GAIN * (later - earlier)], dim=-1)
        product = self.left(both) * self.right(both)
        return self.last(F.silu(self.mix(torch.cat([both, product], dim=-1))))

    def loss(self, earlier: Tensor, later: Tensor, motion: Tensor) -> Tensor:
        """motion [n, motions]: normalised, the mean between the two"""
        return (self(earlier, later) - motion).square().mean()


DIFFERENCE_GAIN = 3.0


def mean_speed(speeds: Tensor) -> Tensor:
    """speeds [n, moments, speeds] -> the mean over time [n, speeds], by the trapezoid rule"""
    return ((speeds[:, :-1] + speeds[:, 1:]) / 2).mean(dim=1)


class InverseDynamicsTerm(Term):
    """Between each encoded picture and the next: over one step and over longer spans alike."""

    name = "inverse_dynamics"
    weight = Setting(1.0)
    network_name = "inverse_dynamics"

    def network(self, sizes: Sizes, encoder: nn.Module) -> nn.Module:
        return InverseDynamics(sizes.image_latent, sizes.motions)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        assert isinstance(network, InverseDynamics)
        pictures = window.pictures
        means = [mean_speed(motion) if window.speeds else motion.mean(dim=1) for motion in window.motions]
        return torch.stack([network.loss(pictures[:, i], pictures[:, i + 1], mean) for i, mean in enumerate(means)]).mean()
