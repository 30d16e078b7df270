"""A camera's bytes to what a vision transformer was trained on: resizing as a product with constant matrices, so that any runtime computes the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALVES = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


@dataclass(frozen=True)
class Resize:
    """The shorter side to `side` pixels, anti-aliased, then the middle square of that many."""

    side: int
    mode: Literal["bilinear", "bicubic"] = "bilinear"


class Pictures(nn.Module):
    """image uint8 [B, height, width, 3] -> [B, 3, side, side], normalised.

    Resizing is linear and separable: rows @ picture @ columns, the matrices being what PyTorch's own anti-aliased resizing makes of the
    identity. That is what torchvision's Resize and CenterCrop do with a tensor, to within rounding.
    """

    def __init__(self, width: int, height: int, resizes: list[Resize], mean_std: tuple[tuple[float, ...], tuple[float, ...]]):
        super().__init__()
        rows, columns = torch.eye(height), torch.eye(width)
        for step in resizes:
            tall, wide = len(rows), len(columns)
            short = min(tall, wide)
            rows = _crop(_resize(tall, step.side * tall // short, step.mode), step.side) @ rows
            columns = _crop(_resize(wide, step.side * wide // short, step.mode), step.side) @ columns
        mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in mean_std)
        self.register_buffer("rows", rows, persistent=False)
        self.register_buffer("columns", columns.T.contiguous(), persistent=False)
        self.register_buffer("scale", 1 / (255 * std), persistent=False)
        self.register_buffer("offset", mean / std, persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        pixels = image.to(torch.float32).permute(0, 3, 1, 2)
        return (self.rows @ pixels @ self.columns) * self.scale - self.offset


def _resize(size: int, to: int, mode: str) -> Tensor:
    """[to, size]"""
    return F.interpolate(torch.eye(size)[None, None], size=(to, size), mode=mode, antialias=True, align_corners=False)[0, 0]


def _crop(matrix: Tensor, side: int) -> Tensor:
    first = int(round((len(matrix) - side) / 2.0))
    return matrix[first : first + side]
