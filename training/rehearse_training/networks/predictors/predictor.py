"""What every predictor is: one model step in latent space, from what was seen last and the actions of the step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from ...config import Config, ModelSize

Need = Callable[[bool, str, str], None]


@dataclass(frozen=True)
class Shape:
    """What a predictor is built for."""

    cells: int  # of the picture's part of the latent
    channels: int  # of each cell
    proprioception: int
    action: int  # numbers of a whole step
    ticks: int = 1  # control periods of a step
    speeds: int = 0  # of the proprioception
    names: tuple[str, ...] = ()  # of the numbers that the latent begins with, where it is grounded
    # How far the least and the most command take the actuated body in one period, along each axis, m.
    reach_m: tuple[tuple[float, float], ...] = ()

    @property
    def latent(self) -> int:
        return self.cells * self.channels + self.proprioception


@dataclass(frozen=True)
class Spread:
    """Of the training data, in SI."""

    values_mean: Tensor  # [names]
    values_std: Tensor
    proprioception_mean: Tensor  # [P], as the encoder normalises it
    proprioception_std: Tensor


class Predictor(nn.Module):
    """(context [N, C], action [N, block * axes] in [-1, 1]) -> next latent [N, D]. The context is the latent, unless `context_frames` are looked back to."""

    # Of `model:` in the configuration, the settings that the weights depend on.
    settings: ClassVar[tuple[str, ...]] = ()
    # Layouts of the latent that it can take.
    layouts: ClassVar[tuple[str, ...]] = ("vector", "patches")
    # Whether the picture's part of the latent begins with numbers that the truth tells.
    grounded: ClassVar[bool] = False
    # Whether the cost of a plan has a slope that leads somewhere.
    has_gradient: ClassVar[bool] = True
    # Whether places stay in single precision where products are in eight bits: it says changes, a place in eight bits would be off by millimetres at once.
    layers_only_in_int8: ClassVar[bool] = False
    # Whether the weights are drawn before the encoder's: a seed has to go on meaning the same weights.
    drawn_before_encoder: ClassVar[bool] = False

    context_frames: int = 1
    # How many numbers of the latent are grounded.
    known: int = 0

    @classmethod
    def check(cls, config: Config, need: Need) -> None:
        """Calls need(is so, what is wrong, what to do) for whatever else the configuration has to hold."""

    @classmethod
    def of(cls, shape: Shape, size: ModelSize) -> Self:
        raise NotImplementedError

    def fit_spread(self, spread: Spread) -> None:
        """Once, before training."""

    def forward(self, context: Tensor, action: Tensor) -> Tensor:
        raise NotImplementedError

    def rollout(self, context: Tensor, actions: Tensor) -> Tensor:
        """context [N, C] (the latent [N, D], if it does not look back), actions [N, H, block * axes] -> the latents after each step [N, H, D]"""
        latents = []
        for action in actions.unbind(dim=1):
            latent = self(context, action)
            latents.append(latent)
            context = self.advance(context, action, latent)
        return torch.stack(latents, dim=1)

    def advance(self, context: Tensor, action: Tensor, following: Tensor) -> Tensor:
        """-> the context one model step on [N, C]"""
        return following

    def each_tick(self, latent: Tensor, action: Tensor) -> list[Tensor]:
        """-> the latents [N, D] at those moments of the step that it predicts, the last of them its end"""
        return [self(latent, action)]

    def refinement_loss(self, errors: Tensor) -> Tensor:
        """errors [..., D] of latents, in units of their spread -> scalar"""
        return errors.square().mean()


def pack_context(latents: Tensor, blocks: Tensor) -> Tensor:
    """latents [N, frames, D], the oldest first, blocks [N, frames - 1, block * axes], that led from each to the next -> contexts [N, C]"""
    return torch.cat([latents.flatten(1), blocks.flatten(1)], dim=-1)


class ContextStep(nn.Module):
    """(context [N, C], action [N, block * axes]) -> the context one model step on [N, C], whose newest latent is what is predicted."""

    def __init__(self, predictor: Predictor):
        super().__init__()
        self.predictor = predictor

    def forward(self, context: Tensor, action: Tensor) -> Tensor:
        return self.predictor.advance(context, action, self.predictor(context, action))
