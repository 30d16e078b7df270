"""Predictors that go by control periods, on latents that begin with numbers of the truth."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from .mlp import ResidualPredictor

# In units of the latents' spread: errors below this count by their square, larger ones by their size. A push that was missed is no reason to blur all others.
SMALL = 0.05
# What the rest of the latent counts, where the truth's numbers are known.
REST = 0.1


class TickPredictor(ResidualPredictor):
    """One model step: the same small network once a control period. The first `known` numbers of the latent are what the truth tells."""

    grounded: ClassVar[bool] = True
    layers_only_in_int8: ClassVar[bool] = True
    drawn_before_encoder: ClassVar[bool] = True

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        """latent [N, D], action [N, ticks * axes] in [-1, 1] -> next latent [N, D]"""
        return self.each_tick(latent, action)[-1]

    def each_tick(self, latent: Tensor, action: Tensor) -> list[Tensor]:
        """-> the latents [N, D] after each control period of the step"""
        raise NotImplementedError

    def refinement_loss(self, errors: Tensor) -> Tensor:
        size = F.smooth_l1_loss(errors, torch.zeros_like(errors), beta=SMALL, reduction="none")
        return size[..., : self.known].mean() + REST * mean_of_any(size[..., self.known :])


def mean_of_any(rest: Tensor) -> Tensor:
    """0 of nothing: a latent may be known altogether"""
    return rest.mean() if rest.numel() > 0 else rest.sum()
