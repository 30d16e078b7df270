"""Heads that propose action sequences worth trying first: for goals that are places, and for goals that are pictures."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .grid import Grid, nodes_around
from .heads import Readouts
from .layers import mlp
from .predictors.mlp import CHANGE_GAIN

COUNT, HIDDEN = 8, 192
HINDSIGHT_HIDDEN = 256


class Proposals(nn.Module):
    """latent [N, D], goal [N, 2] in metres -> [N, K, H, A] in [-1, 1]; `forward` for N = 1 without that axis, as the graph gives it"""

    def __init__(self, readouts: Readouts, latent: int, steps: int, axes: int, count: int = COUNT, hidden: int = HIDDEN):
        super().__init__()
        self.shape = (count, steps, axes)
        self.latent_size, self.goal_size = latent, 2
        self.readouts = readouts
        for parameter in readouts.parameters():
            parameter.requires_grad_(False)
        self.net = mlp(latent + 9, hidden, count * steps * axes)

    def propose(self, latent: Tensor, goal: Tensor) -> Tensor:
        return torch.tanh(self.net(torch.cat([latent, self.geometry(latent, goal)], dim=-1))).reshape(-1, *self.shape)

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        return self.propose(latent, goal)[0]

    def geometry(self, latent: Tensor, goal: Tensor) -> Tensor:
        """Where goal and body are, the goal as the body sees it, and its distance: products that a small network learns badly. -> [N, 9]"""
        x, y, cos, sin = self.readouts(latent).unbind(dim=-1)
        dx, dy = goal[:, 0] - x, goal[:, 1] - y
        distance = torch.sqrt(dx * dx + dy * dy + 1e-6)
        ahead, left = cos * dx + sin * dy, cos * dy - sin * dx
        return torch.stack([goal[:, 0], goal[:, 1], x, y, ahead, left, ahead / distance, left / distance, distance], dim=-1)


class HindsightProposals(nn.Module):
    """latent [N, D], goal's latent [N, D] -> [N, K, H, A] in [-1, 1], one command a model step; `forward` for N = 1 without that axis, as the graph gives it"""

    def __init__(self, sight: ViewOfLatents | ViewOfField, axes: int, count: int, horizon: int):
        super().__init__()
        self.shape = (count, horizon, axes)
        self.latent_size = self.goal_size = sum(sight.sizes)
        self.sight = sight
        self.net = mlp(sight.size, HINDSIGHT_HIDDEN, count * horizon * axes)

    def propose(self, latent: Tensor, goal: Tensor) -> Tensor:
        return torch.tanh(self.net(self.sight(latent, goal))).reshape(-1, *self.shape)

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        return self.propose(latent, goal)[0]


class ViewOfLatents(nn.Module):
    """The latent, the picture's part of the goal's (a goal picture comes without speeds), and what is between them."""

    def __init__(self, sizes: tuple[int, int]):
        """@param sizes of the picture's part of a latent, and of the rest"""
        super().__init__()
        self.sizes = sizes
        self.size = 3 * sizes[0] + sizes[1]

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        """-> [N, size]"""
        here, there = latent.split(self.sizes, dim=-1)[0], goal.split(self.sizes, dim=-1)[0]
        return torch.cat([latent, there, CHANGE_GAIN * (there - here)], dim=-1)


class ViewOfField(nn.Module):
    """Both fields as the actuated body sees them, and where the picture ends: so that a push is the same question wherever it begins."""

    CHANNELS = (32, 48, 64)

    def __init__(self, grid: Grid, sizes: tuple[int, int], mean: Tensor, spread: Tensor):
        """@param sizes of field and proprioception @param mean, spread by which proprioception is normalised [P]; its last two numbers are the actuated body's place"""
        super().__init__()
        self.nodes, self.sizes = grid.nodes, sizes
        reach = grid.nodes - 1  # to the far end of the picture, from anywhere
        self.register_buffer("around", torch.arange(-reach, reach + 1) + torch.zeros(1), persistent=False)
        self.register_buffer("each", torch.arange(grid.nodes) + torch.zeros(1), persistent=False)
        place = torch.zeros(sizes[1], 2)
        place[-2, 0] = place[-1, 1] = 1
        self.register_buffer("place", place, persistent=False)
        # Of the normalised place: node = scale · place + shift.
        self.register_buffer("shift", grid.at(mean[-2:]))
        self.register_buffer("scale", grid.at(mean[-2:] + spread[-2:]) - self.shift)
        widths = (3, *self.CHANNELS)
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(widths, widths[1:]))
        side = 2 * reach + 1
        for _ in self.layers:
            side = (side + 1) // 2
        self.last = nn.Linear(self.CHANNELS[-1] * side**2, HINDSIGHT_HIDDEN)
        self.size = HINDSIGHT_HIDDEN + self.sizes[1] + 2

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        """-> [N, size]"""
        seen, body, between = self.see(latent, goal)
        for layer in self.layers:
            seen = F.silu(layer(seen))
        return torch.cat([F.silu(self.last(seen.flatten(1))), body, between], dim=-1)

    def see(self, latent: Tensor, goal: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """-> now, goal and picture, around the node that the body is nearest to [N, 3, 2 reach + 1, 2 reach + 1]; the body; where it stands between nodes [N, 2]"""
        now, body = latent.split(self.sizes, dim=-1)
        wanted, _ = goal.split(self.sizes, dim=-1)
        at = (body @ self.place) * self.scale + self.shift
        nearest, across, down = nodes_around(at, self.around, self.each)
        fields = torch.stack([now, wanted, torch.ones_like(now)], dim=1).reshape(-1, 3, self.nodes, self.nodes)
        return down.unsqueeze(1) @ fields @ across.transpose(1, 2).unsqueeze(1), body, at - nearest
