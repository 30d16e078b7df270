"""What a term of the training objective is. Adding one is a file with a subclass here, and its line in `registry.py`."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from ..config import Config
    from ..networks.predictors.predictor import Predictor


@dataclass(frozen=True)
class Setting:
    """A number, or a switch, under `objective:` in the configuration."""

    default: float | bool
    least: float = 0.0
    most: float = math.inf
    above_least: bool = False  # the least itself is not allowed

    def allows(self, value: float) -> bool:
        return math.isfinite(value) and self.least <= value <= self.most and not (self.above_least and value == self.least)

    @property
    def range(self) -> str:
        least = f"above {self.least:g}" if self.above_least else f"{self.least:g} or more"
        return least if math.isinf(self.most) else f"{'above ' if self.above_least else ''}{self.least:g} to {self.most:g}"


@dataclass(frozen=True)
class Sizes:
    """What the networks of terms are built for."""

    image_latent: int
    motions: int  # speeds that are measured, or else axes of the command
    grounded: bool  # the latent begins with the numbers that the truth tells
    loss_weights: Tensor | None  # of those numbers [R]; None: no labels


@dataclass
class Window:
    """One batch, encoded and predicted. B: batch, T: targets, the steps of the window whose pictures are encoded beside the first; D: latent, Dp: the picture's part of it."""

    encoder: nn.Module
    predictor: Predictor
    targets: Tensor  # int64 [T]: the steps of them
    restarts: bool
    latents: Tensor  # [B, 1 + T, D]
    predicted: Tensor  # [B, T, D], from the first picture
    taught: Tensor | None  # [B, T, D]: what predictions are compared with in place of the latents themselves
    actions: Tensor  # [B, steps, block * axes]
    motions: list[Tensor]  # T of them, of what was done from each encoded picture to the next: speeds at its moments [B, moments, P], or else mean commands [B, steps, axes]
    speeds: bool  # whether motions are speeds
    pose: Tensor  # [B, 1 + T, (x, y, yaw)], by odometry, m and rad
    values: Tensor | None  # [B, 1 + T, R], labels, normalised
    generator: torch.Generator

    def __post_init__(self) -> None:
        picture = slice(self.encoder.image_latent)
        self.pictures, self.imagined = self.latents[..., picture], self.predicted[..., picture]  # [B, 1 + T, Dp], [B, T, Dp]
        # What predictions are compared with. No stop-gradient: other terms keep targets from running away or together.
        self.wanted = self.latents[:, 1:] if self.taught is None else self.taught  # [B, T, D]

    # Each is computed once, when first asked for: a gradient is summed in the order in which its parts came to be, and a seed is to repeat to the last bit.

    @cached_property
    def features(self) -> Tensor:
        """What must not collapse: one row a picture, or a picture's cell."""
        return self.encoder.features(self.pictures.flatten(0, 1))

    @cached_property
    def moments(self) -> tuple[Tensor, Tensor]:
        """The same moments, as imagined and as seen, [B * T, Dp] each."""
        _ = self.features
        return self.imagined.flatten(0, 1), self.pictures[:, 1:].flatten(0, 1)

    @cached_property
    def changes(self) -> Tensor:
        """What a picture differs by from the mean of its window [B * (1 + T), Dp]"""
        return (self.pictures - self.pictures.mean(dim=1, keepdim=True)).flatten(0, 1)

    @property
    def steps(self) -> Tensor:
        """Of the encoded pictures [1 + T]"""
        return torch.cat([torch.zeros(1, dtype=torch.long), self.targets])


class Term(ABC):
    """Named as its weight under `objective:`; a weight of 0 switches it off."""

    name: ClassVar[str]
    # None: it has no loss of its own, and changes what others are compared with.
    weight: ClassVar[Setting | None]
    settings: ClassVar[Mapping[str, Setting]] = {}
    # A value of `anti_collapse` that chooses it; empty: its weight alone does.
    method: ClassVar[str] = ""
    # Names of terms that are of use beside this one only.
    companions: ClassVar[tuple[str, ...]] = ()
    # Whether it can keep latents from becoming all alike.
    against_collapse: ClassVar[bool] = False
    # Under which name its network is kept in checkpoints, if it has one.
    network_name: ClassVar[str] = ""

    def __init__(self, values: Mapping[str, float]):
        """@param values of its settings"""
        self.values = values

    @classmethod
    def lacks(cls, config: Config) -> tuple[str, str] | None:
        """What it needs and the configuration does not have, and what to do about it."""
        return None

    def network(self, sizes: Sizes, encoder: nn.Module) -> nn.Module | None:
        return None

    @abstractmethod
    def loss(self, window: Window, network: nn.Module | None) -> Tensor: ...

    def targets(self, network: nn.Module | None, images: Tensor, proprioception: Tensor) -> Tensor | None:
        """Latents [N, D] that predictions are compared with, in place of the encoder's own"""
        return None

    def after_step(self, network: nn.Module | None, encoder: nn.Module, done: float) -> None:
        """After every step of the optimiser; done: fraction of the training"""
