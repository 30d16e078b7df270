"""Motion by odometry: which way did the robot go? Asked of pictures seen and imagined, for displacements only, never for a place.

A picture of a small robot tells its heading by a handful of pixels. Prediction finds them late, if at all: what the predictor cannot
yet foresee, it is easier not to encode; and an inverse model (two pictures → speeds) must find both headings at once, whose product
it needs: a saddle that training sits on for thousands of steps. From *one* picture and the measured speeds, however, the displacement
that follows is linear in the heading's sine and cosine, so the gradient is there from the first step. Odometry comes with every
recording. No pose, no reward and no picture is ever a target. Where no speeds are measured, commands stand in for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .term import Setting, Sizes, Term, Window

if TYPE_CHECKING:
    from ..config import Config


class OdometryMotion(nn.Module):
    """Displacements (dx, dy) in the odometry frame, in units of their spread over the batch, from picture latents."""

    def __init__(self, image_latent: int, speeds: int, hidden: int = 128):
        super().__init__()
        self.heading = nn.Linear(image_latent, hidden)
        self.going = nn.Linear(1 + speeds + speeds * (speeds + 1) // 2, hidden)
        self.mix = nn.Linear(hidden, hidden)
        self.forward_way = nn.Linear(hidden, 2)
        self.between = nn.Sequential(nn.Linear(3 * image_latent, hidden), nn.SiLU(), nn.Linear(hidden, 2))

    def forward_loss(self, before: Tensor, speeds: Tensor, displacement: Tensor, scale: float) -> Tensor:
        """
        One picture and the speeds that followed → where that led.
        before [n, image latent]; speeds [n, moments, P], normalised, evenly spaced over the span; displacement [n, 2] m
        scale: duration of the span, in units in which a usual one is about 1
        """
        product = self.heading(before) * self.going(_products(scale * speeds.mean(dim=1)))
        return _relative(self.forward_way(product + F.silu(self.mix(product))), displacement)

    def between_loss(self, before: Tensor, after: Tensor, displacement: Tensor) -> Tensor:
        """Two pictures → the way between them. before, after [n, image latent]; displacement [n, 2] m"""
        return _relative(self.between(torch.cat([before, after, 3.0 * (after - before)], dim=-1)), displacement)


def _products(values: Tensor) -> Tensor:
    """values [n, P] -> 1, the values, and the products of each two [n, 1 + P + P (P + 1) / 2]"""
    rows, columns = torch.triu_indices(values.shape[1], values.shape[1])
    return torch.cat([torch.ones(len(values), 1), values, values[:, rows] * values[:, columns]], dim=1)


def _relative(guess: Tensor, displacement: Tensor) -> Tensor:
    """Mean squared error in units of the displacement's own spread: short spans count as much as long ones."""
    return (guess - displacement / displacement.std().clamp_min(1e-3)).square().mean()


class OdometryTerm(Term):
    """Where each picture led by the next; the displacement between pictures; and that to what was imagined from the first."""

    name = "odometry"
    weight = Setting(0.0)
    network_name = "odometry_motion"

    @classmethod
    def lacks(cls, config: Config) -> tuple[str, str] | None:
        return ("objective.odometry without odometry", "set it to 0") if config.joints else None

    def network(self, sizes: Sizes, encoder: nn.Module) -> nn.Module:
        return OdometryMotion(sizes.image_latent, sizes.motions)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        assert isinstance(network, OdometryMotion)
        pictures, pose, targets = window.pictures, window.pose, window.targets.tolist()
        forward = []
        for i, (begin, end) in enumerate(zip([0, *targets], targets)):
            displacement = pose[:, i + 1, :2] - pose[:, i, :2]
            forward.append(network.forward_loss(pictures[:, i], window.motions[i], displacement, (end - begin) / 2))
        between = []
        for i in range(1, len(targets)):
            displacement = pose[:, i + 1, :2] - pose[:, 0, :2]
            between.append(network.between_loss(pictures[:, 0], pictures[:, i + 1], displacement))
            between.append(network.between_loss(pictures[:, 0], window.imagined[:, i], displacement))
        mean = torch.stack(forward).mean()
        return mean + 0.5 * torch.stack(between).mean() if between else mean
