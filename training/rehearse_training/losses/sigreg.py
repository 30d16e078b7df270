"""SIGReg: makes the features an isotropic normal cloud, as seen along random directions (Balestriero, LeCun 2025, arXiv 2511.08544).

Along each direction the empirical characteristic function is compared with the standard normal's (Epps and Pulley's test).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .term import Setting, Term, Window

KNOTS = 17
REACH = 3.0


def sigreg(features: Tensor, directions: Tensor) -> Tensor:
    """features [n, d]; directions [d, slices], unit columns, drawn anew for every call -> mean of the test statistic over the slices

    The statistic is n ∫ |φ(t) − exp(−t²/2)|² exp(−t²/2) dt over [−REACH, REACH], by the trapezoid rule on the half line (it is even in t).
    """
    t = torch.linspace(0, REACH, KNOTS, dtype=features.dtype)
    spacing = REACH / (KNOTS - 1)
    normal = torch.exp(-t.square() / 2)  # [knots]
    weight = torch.full_like(t, 2 * spacing)
    weight[[0, -1]] = spacing
    angle = (features @ directions)[..., None] * t  # [n, slices, knots]
    real = angle.cos().mean(dim=0) - normal
    imaginary = angle.sin().mean(dim=0)
    gap = real.square() + imaginary.square()  # [slices, knots]
    return features.shape[0] * (gap @ (weight * normal)).mean()


def random_directions(size: int, slices: int, generator: torch.Generator) -> Tensor:
    """Unit columns [size, slices]"""
    directions = torch.randn(size, slices, generator=generator)
    return directions / directions.norm(dim=0)


SLICES = 256
CELLS = 1024  # of a batch's cells, so many are enough


class SigReg(Term):
    name = "sigreg"
    weight = Setting(0.09)
    method = "sigreg"
    against_collapse = True

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        features = window.features
        if window.encoder.cells > 1:
            features = features[torch.randint(len(features), (CELLS,), generator=window.generator)]
        return sigreg(features, random_directions(features.shape[1], SLICES, window.generator))
