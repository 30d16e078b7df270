"""A grid over a picture from straight above, and how many particles lie at each of its nodes."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


class Grid:
    """Nodes in the middle of `nodes` × `nodes` squares that a square picture from straight above is divided into; row by row from the top, as pictures are."""

    def __init__(self, nodes: int, view_m: float):
        """@param view_m side of what the picture shows; its middle is the origin, its right +x, its top +y"""
        self.nodes, self.view_m, self.node_m = nodes, view_m, view_m / nodes

    def at(self, places: Tensor) -> Tensor:
        """places [..., 2] in m -> their column and row, in nodes [..., 2]"""
        return (places * torch.tensor([1.0, -1.0]) + self.view_m / 2) / self.node_m - 0.5

    def field(self, places: Tensor) -> Tensor:
        """places of particles [B, n, 2] in m -> how many lie at each node [B, nodes²]: each counts for the four around it, by nearness"""
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
