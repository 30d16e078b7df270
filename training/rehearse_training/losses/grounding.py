"""Grounding: the picture's part of latents, seen and imagined, must tell what the readouts will be asked for.

The one term with labels. Where a simulator or a motion capture system knew the truth, or odometry the pose, it brings in minutes what prediction alone
brings in hours; a model so trained is not label-free, and its card says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .term import Setting, Sizes, Term, Window


class Grounding(nn.Module):
    def __init__(self, image_latent: int, loss_weights: Tensor, hidden: int = 128):
        """@param loss_weights how much each value counts [R], 1 in all"""
        super().__init__()
        self.register_buffer("loss_weights", loss_weights, persistent=False)
        self.first = nn.Linear(image_latent, hidden)
        self.last = nn.Linear(hidden, len(loss_weights))

    def forward(self, pictures: Tensor) -> Tensor:
        """pictures' parts of latents [..., image latent] -> values [..., R], in units of their spread"""
        return self.last(F.silu(self.first(pictures)))

    def loss(self, pictures: Tensor, imagined: Tensor, values: Tensor) -> Tensor:
        """pictures [B, 1 + targets, image latent], imagined [B, targets, image latent], values [B, 1 + targets, R]: less their mean, in units of their spread"""
        return (self.error(pictures, values) + self.error(imagined, values[:, 1:])) / 2

    def error(self, pictures: Tensor, values: Tensor) -> Tensor:
        """Mean square of what is read from pictures' parts of latents [B, T, image latent] less values [B, T, R]."""
        return (self(pictures) - values).square().mean(dim=(0, 1)) @ self.loss_weights


class SlotGrounding(Grounding):
    """Without a network: the first numbers of the picture's part are the values themselves."""

    def __init__(self, loss_weights: Tensor):
        nn.Module.__init__(self)
        self.register_buffer("loss_weights", loss_weights, persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures[..., : len(self.loss_weights)]


def loss_weights_of(names: Sequence[str], by_body: bool) -> Tensor:
    """names such as `block.x` -> loss weights [R], 1 in all: all alike, or the numbers of each body (what stands before the first dot) as much as those of any other"""
    bodies = [name.split(".")[0] for name in names]
    counts = torch.tensor([bodies.count(body) if by_body else 1.0 for body in bodies])
    return (1 / counts) / (1 / counts).sum()


class GroundingTerm(Term):
    name = "grounding"
    weight = Setting(0.0)
    # Not every number alike, but every body (`agent.x` and `agent.y` are one): for what is described by very many numbers.
    settings = {"grounding_by_body": Setting(False)}
    against_collapse = True
    network_name = "grounding"

    def network(self, sizes: Sizes, encoder: nn.Module) -> nn.Module | None:
        if sizes.loss_weights is None:
            return None
        return SlotGrounding(sizes.loss_weights) if sizes.grounded else Grounding(sizes.image_latent, sizes.loss_weights)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        assert isinstance(network, Grounding) and window.values is not None
        return network.loss(window.pictures, window.imagined, window.values)


class GroundingSeenTerm(Term):
    """More of the same for pictures alone: what cannot be foreseen would otherwise drown out what can be seen."""

    name = "grounding_seen"
    weight = Setting(0.0)
    against_collapse = True
    network_name = "grounding"

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        assert isinstance(network, Grounding) and window.values is not None
        return network.error(window.pictures, window.values)
