"""Features on the sphere, where several objectives against collapse are defined; and a term that holds latents near it.

Those papers normalise their features. Here the latent itself is predicted, read out and planned with, at its own length: left free, prediction
would shorten it without end, which the direction alone cannot notice.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from .term import Setting, Term, Window


def directions(features: Tensor) -> Tensor:
    """features [n, d] -> rows of unit length"""
    return F.normalize(features, dim=-1)


def radius(features: Tensor) -> Tensor:
    """features [n, d] -> mean of (|z|² / d − 1)²: nought where every row is of length √d, as those of a normal cloud nearly are"""
    return (features.square().mean(dim=-1) - 1).square().mean()


class Radius(Term):
    """Holds latents near the sphere, where the methods that it goes with have them."""

    name = "radius"
    weight = Setting(1.0)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return radius(window.features)
