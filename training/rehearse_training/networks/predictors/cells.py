"""A predictor on a grid of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..layers import mlp
from .predictor import Predictor, Shape

if TYPE_CHECKING:
    from ...config import ModelSize


class CellPredictor(Predictor):
    """As `MlpPredictor`, for a grid of cells: blocks that mix cells (a matrix each for some groups of channels), then channels. All matrix products.

    Action and proprioception scale and shift the channels of every block.
    """

    GROUPS = 8
    settings: ClassVar[tuple[str, ...]] = ("predictor_hidden", "predictor_blocks")
    layouts: ClassVar[tuple[str, ...]] = ("patches",)

    def __init__(self, cells: int, channels: int, proprioception: int, action: int, size: ModelSize):
        super().__init__()
        hidden = size.predictor_hidden
        assert hidden % self.GROUPS == 0
        self.sizes = (cells * channels, proprioception)
        self.cells, self.channels = cells, channels
        self.first = nn.Linear(channels, hidden)
        self.place = nn.Parameter(0.02 * torch.randn(1, cells, hidden))
        self.mixing = nn.ParameterList(torch.randn(1, self.GROUPS, cells, cells) / cells**0.5 for _ in range(size.predictor_blocks))
        self.blocks = nn.ModuleList(mlp(hidden, 2 * hidden, hidden, layers=1) for _ in range(size.predictor_blocks))
        self.steering = nn.ModuleList(nn.Linear(action + proprioception, 2 * hidden) for _ in range(size.predictor_blocks))
        self.last = nn.Linear(hidden, channels)
        self.motion = mlp(hidden + action + proprioception, 64, proprioception, layers=1)

    @classmethod
    def of(cls, shape: Shape, size: ModelSize) -> Self:
        return cls(shape.cells, shape.channels, shape.proprioception, shape.action, size)

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        """latent [N, cells * channels + P], action [N, block * axes] in [-1, 1] -> next latent, likewise"""
        pictures, speeds = latent.split(self.sizes, dim=-1)
        drive = torch.cat([action, speeds], dim=-1)
        hidden = self._each(self.first, pictures.reshape(-1, self.cells, self.channels)) + self.place  # [N, cells, hidden]
        for mixing, block, steering in zip(self.mixing, self.blocks, self.steering):
            scale, shift = steering(drive).unsqueeze(1).chunk(2, dim=-1)
            steered = F.silu(hidden * (1 + scale) + shift)
            groups = steered.reshape(-1, self.cells, self.GROUPS, hidden.shape[-1] // self.GROUPS).transpose(1, 2)  # [N, groups, cells, hidden / groups]
            hidden = hidden + (mixing @ groups).transpose(1, 2).reshape(hidden.shape)
            hidden = hidden + self._each(block, hidden)
        moved = speeds + self.motion(torch.cat([hidden.mean(dim=1), drive], dim=-1))
        return torch.cat([pictures + self._each(self.last, hidden).flatten(1), moved], dim=-1)

    def _each(self, layer: nn.Module, cells: Tensor) -> Tensor:
        """[N, cells, any] -> the layer on every cell; as one matrix of rows, which is also how the gradient can be traced"""
        return layer(cells.reshape(-1, cells.shape[-1])).reshape(-1, self.cells, self.last.out_features if layer is self.last else self.last.in_features)
