"""Latents for many loose things: a field, how many of them lie at each node of a grid over the picture; and a predictor that changes it near the driven body alone.

Things that nobody pushes stay where they are, wherever that is. So the predictor looks at the field around the driven body, one control period at a time, and tells
the changes there: what is farther off is kept to the last bit, and one push is one fact all over the table. An expected field adds up where the places of single
things would not: it needs no names for them, and says how sure it is (after the linear models of piles by Suh and Tedrake 2020, arXiv 2002.09093, which look at pictures so).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..config import ModelSize
from .model import GoalCost, Readouts, TickPredictor

# Of the nearest thing by the cost, in nodes: what is nearer than this blurs into one.
SOFTNESS = 0.5
# A field so far off is nowhere: keeps the logarithm finite, beyond any distance on a grid of 64 nodes.
NOWHERE = 1e-30
# Of a body's place and speeds, in their spreads: what they change by in a control period where the network says 1.
STEP = 0.2


class Grid:
    """Nodes in the middle of `nodes` × `nodes` squares that a square picture from straight above is divided into; row by row from the top, as pictures are."""

    def __init__(self, nodes: int, view_m: float):
        """@param view_m side of what the picture shows; its middle is the origin, its right +x, its top +y"""
        self.nodes, self.view_m, self.node_m = nodes, view_m, view_m / nodes

    def at(self, places: Tensor) -> Tensor:
        """places [..., 2] in m -> their column and row, in nodes [..., 2]"""
        return (places * torch.tensor([1.0, -1.0]) + self.view_m / 2) / self.node_m - 0.5

    def field(self, places: Tensor) -> Tensor:
        """places of things [B, n, 2] in m -> how many lie at each node [B, nodes²]: each counts for the four around it, by nearness"""
        column, row = self.at(places).clamp(0, self.nodes - 1).unsqueeze(-1).unbind(dim=-2)  # [B, n, 1] each
        nodes = torch.arange(self.nodes)
        across, down = F.relu(1 - (column - nodes).abs()), F.relu(1 - (row - nodes).abs())  # [B, n, nodes]
        return (down.transpose(1, 2) @ across).flatten(1)


def nodes_around(at: Tensor, around: Tensor, each: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """
    at [N, 2]: column and row, in nodes; around [window]: steps from the nearest node; each [nodes]: 0, 1, … -> the node that is nearest [N, 2];
    and two products' factors, `down @ field @ across.T` being the window [N, window, nodes] each; nodes outside the picture are empty
    """
    nearest = torch.floor(at + 0.5)
    column, row = nearest.unsqueeze(-1).split(1, dim=1)  # [N, 1, 1]
    # Exactly one where a node of the window is a node of the grid.
    across = F.relu(1 - (column + around.unsqueeze(-1) - each).abs())
    down = F.relu(1 - (row + around.unsqueeze(-1) - each).abs())
    return nearest, across, down


class FieldPredictor(TickPredictor):
    """One model step: `ticks` times the same network, which sees the nodes around the driven body, and tells how they change.

    Latents are [field, normalised proprioception], whose last two numbers are the driven body's place. The nodes seen are those around the one that it is nearest to; where
    it stands between nodes is told beside them. Nodes outside the picture are empty, and stay so.
    """

    def __init__(self, grid: Grid, proprioception: int, action: int, ticks: int, size: ModelSize):
        """@param action numbers of a whole step, `ticks` times those of one period"""
        assert size.window % 2 == 1 and proprioception >= 4
        self_sees = proprioception + action // ticks + 2
        super().__init__(size.window**2 + self_sees, size.window**2 + proprioception, size)
        with torch.no_grad():
            self.last.weight.mul_(0.1)
        self.known = grid.nodes**2
        self.sizes = (self.known, proprioception)
        self.changes = (size.window**2, proprioception)
        self.axes, self.nodes, self.window = action // ticks, grid.nodes, size.window
        self.register_buffer("around", torch.arange(size.window) - size.window // 2 + torch.zeros(1), persistent=False)
        self.register_buffer("each", torch.arange(grid.nodes) + torch.zeros(1), persistent=False)
        place = torch.zeros(proprioception, 2)
        place[-2, 0] = place[-1, 1] = 1
        self.register_buffer("place", place, persistent=False)
        # Of the normalised place: node = scale · place + shift.
        self.register_buffer("scale", torch.ones(2))
        self.register_buffer("shift", torch.zeros(2))
        self.grid = grid

    @torch.no_grad()
    def fit_frame(self, mean: Tensor, spread: Tensor) -> None:
        """mean, spread [P], as the encoder normalises proprioception"""
        self.shift.copy_(self.grid.at(mean[-2:]))
        self.scale.copy_(self.grid.at(mean[-2:] + spread[-2:]) - self.shift)

    def each_tick(self, latent: Tensor, action: Tensor) -> list[Tensor]:
        """-> the latents [N, D] after each control period of the step"""
        field, body = latent.split(self.sizes, dim=-1)
        field = field.reshape(-1, self.nodes, self.nodes)
        latents = []
        for now in action.split(self.axes, dim=-1):
            field, body = self._tick(field, body, now)
            latents.append(torch.cat([field.reshape(-1, self.sizes[0]), body], dim=-1))
        return latents

    def _tick(self, field: Tensor, body: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
        """field [N, nodes, nodes], body [N, P], action [N, axes] -> both, one control period on"""
        at = (body @ self.place) * self.scale + self.shift  # [N, 2]
        nearest, across, down = nodes_around(at, self.around, self.each)
        seen = down @ field @ across.transpose(1, 2)  # [N, window, window]
        change, moved = self.change(torch.cat([seen.reshape(-1, self.window**2), body, action, at - nearest], dim=-1)).split(self.changes, dim=-1)
        # No node gains or loses more than two in a period, no speed or place more than its spread; a number of things is never below nought.
        window = 2 * torch.tanh(change.reshape(-1, self.window, self.window) / 2)
        return F.relu(field + down.transpose(1, 2) @ window @ across), body + torch.tanh(STEP * moved)


class ChamferCost(GoalCost):
    """Chamfer distance of the fields: the mean way of a thing to the nearest of the goal's, and of the goal's to the nearest thing, in multiples of `near`.

    The nearest is a soft minimum over all nodes by the exponential of the distance along the axes, which two products with a matrix give for all nodes at once.
    Less what the goal itself has to itself, so that it is nought there (and may be a little below where things lie closer together than the goal's).
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
        to_here, to_there = self._way(here), self._way(there)  # [M or 1, nodes²]
        share_here, share_there = self._shares(here), self._shares(there)
        itself = (share_there * to_there).sum(dim=-1)
        return (share_here * to_there).sum(dim=-1) + (share_there * to_here).sum(dim=-1) - 2 * itself

    def _field(self, latents: Tensor) -> Tensor:
        """[M, D] -> [M, nodes²]"""
        return F.relu(latents.split(self.sizes, dim=-1)[0])

    def _shares(self, field: Tensor) -> Tensor:
        return field / (field.sum(dim=-1, keepdim=True) + 1e-6)

    def _way(self, field: Tensor) -> Tensor:
        """-> from each node to the nearest thing, in multiples of `near` [M, nodes²]"""
        near = self.reach @ field.reshape(-1, self.nodes, self.nodes) @ self.reach
        return -self.unit * torch.log(near + NOWHERE).reshape(-1, self.sizes[0])
