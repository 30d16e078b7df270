"""How far latents are from that of a goal picture, by one measure or another."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .grid import Grid
from .layers import mlp

if TYPE_CHECKING:
    from .heads import Readouts

# Of the nearest thing by the chamfer cost, in nodes: what is nearer than this blurs into one.
SOFTNESS = 0.5
# A field so far off is nowhere: keeps the logarithm finite, beyond any distance on a grid of 64 nodes.
NOWHERE = 1e-30


class GoalCost(nn.Module):
    """What is between latents and the latent of a goal picture: 0 at the goal, 1 or so where the task calls it near.

    A goal picture has no speeds, so what it is encoded with (rest) must not be asked of the latents: kinds that compare latents look at the pictures' part only.
    """

    def __init__(self, readouts: Readouts, image_latent: int, latent: int):
        super().__init__()
        self.goal_size = latent
        self.readouts = readouts
        mask = torch.zeros(latent)
        mask[:image_latent] = 1
        self.register_buffer("picture", mask, persistent=False)

    def forward(self, latents: Tensor, goal: Tensor) -> Tensor:
        """latents [M, D], goal [M or 1, D] -> distance [M]"""
        return self.from_readouts(latents, self.readouts(latents), goal)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        """As `forward`, with the readouts of the latents [M, R] already known."""
        raise NotImplementedError


class ReadoutCost(GoalCost):
    """Distance between what the readouts see in both, each difference in units of its tolerance."""

    def __init__(self, readouts: Readouts, image_latent: int, latent: int, tolerances: dict[str, float]):
        super().__init__(readouts, image_latent, latent)
        self.register_buffer("weights", torch.tensor([_weight(name, tolerances) for name, _ in readouts.names]), persistent=False)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        gap = values - self.readouts(goal)
        return torch.sqrt((gap * gap) @ self.weights + 1e-6)


def _weight(name: str, tolerances: dict[str, float]) -> float:
    return next((tolerance**-2 for pattern, tolerance in tolerances.items() if fnmatch.fnmatchcase(name, pattern)), 0.0)


class LatentCost(GoalCost):
    """Mean squared difference of the pictures' part, each number in units of its spread; `unit` is what counts as 1."""

    def __init__(self, readouts: Readouts, image_latent: int, latent: int):
        super().__init__(readouts, image_latent, latent)
        self.register_buffer("weights", self.picture / image_latent)

    @torch.no_grad()
    def fit_scale(self, latents: Tensor, near: Tensor) -> None:
        """latents [n, D]: their spread; near [n, 2, D]: pairs whose median distance is to be 1"""
        self.weights.copy_(self.picture / latents.std(dim=0).clamp_min(1e-3).square())
        gap = near[:, 0] - near[:, 1]
        self.weights.div_(((gap * gap) @ self.weights).median().clamp_min(1e-9))

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        gap = latents - goal
        return (gap * gap) @ self.weights


class TemporalCost(GoalCost):
    """Model steps from one to the other, as the fast ones of the recordings took."""

    def __init__(self, readouts: Readouts, image_latent: int, latent: int, hidden: int):
        super().__init__(readouts, image_latent, latent)
        self.steps = mlp(3 * latent, hidden, 1)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        here, there = latents * self.picture, goal.expand(latents.shape[0], -1) * self.picture
        return F.softplus(self.steps(torch.cat([here, there, 3.0 * (there - here)], dim=-1)).squeeze(-1))


class ChamferCost(GoalCost):
    """Chamfer distance of the fields: the mean distance of a particle to the nearest of the goal's, and of the goal's to the nearest particle, in multiples of `near`.

    The nearest is a soft minimum over all nodes by the exponential of the distance along the axes, which two products with a matrix give for all nodes at once.
    Less what the goal itself has to itself, so that it is nought there (and may be a little below where particles lie closer together than the goal's).
    """

    def __init__(self, readouts: Readouts, latent: int, grid: Grid, near: float):
        """@param near m"""
        super().__init__(readouts, grid.nodes**2, latent)
        self.sizes = (grid.nodes**2, latent - grid.nodes**2)
        self.nodes = grid.nodes
        self.unit = SOFTNESS * grid.node_m / near
        steps = (torch.arange(grid.nodes)[:, None] - torch.arange(grid.nodes)).abs()
        self.register_buffer("reach", torch.exp(-steps / SOFTNESS), persistent=False)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        here, there = self._field(latents), self._field(goal)
        to_here, to_there = self._to_nearest(here), self._to_nearest(there)  # [M or 1, nodes²]
        fraction_here, fraction_there = self._fractions(here), self._fractions(there)
        itself = (fraction_there * to_there).sum(dim=-1)
        return (fraction_here * to_there).sum(dim=-1) + (fraction_there * to_here).sum(dim=-1) - 2 * itself

    def _field(self, latents: Tensor) -> Tensor:
        """[M, D] -> [M, nodes²]"""
        return F.relu(latents.split(self.sizes, dim=-1)[0])

    def _fractions(self, field: Tensor) -> Tensor:
        return field / (field.sum(dim=-1, keepdim=True) + 1e-6)

    def _to_nearest(self, field: Tensor) -> Tensor:
        """-> from each node to the nearest particle, in multiples of `near` [M, nodes²]"""
        near = self.reach @ field.reshape(-1, self.nodes, self.nodes) @ self.reach
        return -self.unit * torch.log(near + NOWHERE).reshape(-1, self.sizes[0])
