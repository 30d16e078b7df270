"""What is read from latents: the place of a body, and how far it is to a goal."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..config import POSE, Names
from .goal_costs import GoalCost
from .layers import mlp


class Readouts(nn.Module):
    """latents [M, D] -> physical quantities [M, R], named with their units"""

    def __init__(self, latent: int, hidden: int, names: Names = POSE):
        super().__init__()
        self.names = names
        self.net = mlp(latent, hidden, len(names))

    def forward(self, latents: Tensor) -> Tensor:
        return self.net(latents)

    def position(self, latents: Tensor) -> Tensor:
        """-> [M, 2], the first two of a body; only the rows of the last layer that are asked for, which keeps scatters out of the gradient graph"""
        last = self.net[-1]
        assert isinstance(last, nn.Linear)
        return F.linear(self.net[:-1](latents), last.weight[:2], last.bias[:2])


class Place(Readouts):
    """A body's pose from the picture's part of the latents alone: for pictures that come without odometry, as goals do."""

    def __init__(self, image_latent: int, hidden: int):
        super().__init__(image_latent, hidden)
        self.image_latent = image_latent

    def forward(self, latents: Tensor) -> Tensor:
        return self.net(latents[:, : self.image_latent])


class CostToGo(nn.Module):
    """Metres of free path to a goal: the straight way that the readouts see, plus a learned detour that is never negative."""

    def __init__(self, latent: int, hidden: int, readouts: Readouts):
        super().__init__()
        self.goal_size = 2
        self.readouts = readouts
        self.detour = mlp(latent + 6, hidden, 1)

    def forward(self, latents: Tensor, goal: Tensor) -> Tensor:
        """latents [M, D], goal [M or 1, 2] in metres -> distance [M]"""
        return self._from_position(latents, self.readouts.position(latents), goal)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        """As `forward`, with the readouts of the latents [M, R] already known."""
        return self._from_position(latents, values[:, :2], goal)

    def _from_position(self, latents: Tensor, position: Tensor, goal: Tensor) -> Tensor:
        goal = goal.expand(latents.shape[0], 2)
        way = goal - position
        # The tiny constant keeps the gradient finite at the goal itself.
        straight = torch.sqrt((way * way).sum(dim=-1) + 1e-6)
        detour = self.detour(torch.cat([latents, goal, position, way], dim=-1)).squeeze(-1)
        return straight + F.softplus(detour)


class Heads(nn.Module):
    """Readouts and cost to go in one pass, which share what they have in common."""

    def __init__(self, cost_to_go: CostToGo | GoalCost):
        super().__init__()
        self.cost_to_go = cost_to_go

    def forward(self, latents: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        """latents [M, D], goal [1, 2] in metres or [1, D] -> readouts [M, R], distance [M]"""
        readouts = self.cost_to_go.readouts(latents)
        return readouts, self.cost_to_go.from_readouts(latents, readouts, goal)
