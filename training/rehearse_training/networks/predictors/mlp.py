"""Predictors on latents as one vector: a residual network of a few layers. Small, since planning runs it for every sample and step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .predictor import Need, Predictor, Shape

if TYPE_CHECKING:
    from ...config import Config, ModelSize

# Changes are small beside the latents; given by themselves, and enlarged, they need not be dug out.
CHANGE_GAIN = 3.0


class ResidualPredictor(Predictor):
    """What several predictors are made of."""

    settings: ClassVar[tuple[str, ...]] = ("predictor_hidden", "predictor_blocks")

    def __init__(self, inputs: int, outputs: int, size: ModelSize):
        super().__init__()
        self.first = nn.Linear(inputs, size.predictor_hidden)
        self.blocks = nn.ModuleList(nn.Linear(size.predictor_hidden, size.predictor_hidden) for _ in range(size.predictor_blocks))
        self.last = nn.Linear(size.predictor_hidden, outputs)

    def change(self, seen: Tensor) -> Tensor:
        """[N, inputs] -> [N, outputs]"""
        hidden = F.silu(self.first(seen))
        for block in self.blocks:
            hidden = hidden + F.silu(block(hidden))
        return self.last(hidden)


class MlpPredictor(ResidualPredictor):
    """z + f(z, block of actions)."""

    def __init__(self, latent: int, action: int, size: ModelSize):
        super().__init__(latent + action, latent, size)

    @classmethod
    def of(cls, shape: Shape, size: ModelSize) -> Self:
        return cls(shape.latent, shape.action, size)

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        """latent [N, D], action [N, block * axes] in [-1, 1] -> next latent [N, D]"""
        return latent + self.change(torch.cat([latent, action], dim=-1))


class ContextPredictor(ResidualPredictor):
    """One model step from the last `frames` latents: what changed between them is given beside the present one, and what was commanded there.

    A context is one row of numbers: the latents, the oldest first, then the blocks of actions that led from each to the next.
    """

    settings: ClassVar[tuple[str, ...]] = (*ResidualPredictor.settings, "context")

    def __init__(self, latent: int, action: int, size: ModelSize):
        super().__init__(size.context * (latent + action), latent, size)
        self.context_frames, self.latent, self.action = size.context, latent, action
        self.sizes = [latent] * size.context + [action] * (size.context - 1)

    @classmethod
    def of(cls, shape: Shape, size: ModelSize) -> Self:
        return cls(shape.latent, shape.action, size)

    @classmethod
    def check(cls, config: Config, need: Need) -> None:
        frames = config.model.context
        need(not config.schedule.restarts, f"model.context {frames} with schedule.restarts", "leave restarts out: the frames before a picture in mid-window are not encoded")
        need(config.refinement.steps == 0, f"model.context {frames} with refinement", "leave refinement out")

    def forward(self, context: Tensor, action: Tensor) -> Tensor:
        """context [N, C], action [N, block * axes] in [-1, 1] -> next latent [N, D]"""
        parts = context.split(self.sizes, dim=-1)
        latents, blocks = parts[: self.context_frames], parts[self.context_frames :]
        changes = [CHANGE_GAIN * (after - before) for before, after in zip(latents, latents[1:])]
        return latents[-1] + self.change(torch.cat([latents[-1], *changes, *blocks, action], dim=-1))

    def advance(self, context: Tensor, action: Tensor, following: Tensor) -> Tensor:
        parts = context.split(self.sizes, dim=-1)
        return torch.cat([*parts[1 : self.context_frames], following, *parts[self.context_frames + 1 :], action], dim=-1)
