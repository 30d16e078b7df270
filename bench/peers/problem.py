"""One planning problem in PyTorch: the objective that every planner is given."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rehearse_training.export.graphs import Networks


@dataclass(frozen=True)
class Problem:
    networks: Networks
    latent: Tensor  # [D]
    goal: Tensor  # [1, 2], metres
    warm_start: Tensor  # [H, A] in [-1, 1]
    block: int  # control-rate actions that one model step covers: a planned action is held for all of them
    weights: Tensor  # [H]: how much the cost to go after each step counts

    def step(self, latents: Tensor, actions: Tensor) -> Tensor:
        """latents [N, D], planned actions [N, A] -> [N, D]"""
        return self.networks.world_model.predictor(latents, actions.repeat(1, self.block))

    def cost_to_go(self, latents: Tensor) -> Tensor:
        """latents [M, D] -> metres [M]"""
        return self.networks.cost_to_go(latents, self.goal)

    def cost(self, actions: Tensor) -> Tensor:
        """actions [N, H, A] in [-1, 1] -> [N]: a Python loop over the steps, then one batch through the head"""
        samples, steps, _ = actions.shape
        latents = self.networks.world_model.predictor.rollout(self.latent.expand(samples, -1), actions.repeat(1, 1, self.block))
        return self.cost_to_go(latents.flatten(0, 1)).reshape(samples, steps) @ self.weights


def step_weights(steps: int, terminal: float) -> Tensor:
    """The mean over the steps, and the last step apart for a share of `terminal`."""
    weights = torch.full((steps,), (1 - terminal) / steps)
    weights[-1] += terminal
    return weights
