"""The expansion term of maximal coding rate reduction (Yu et al. 2020, arXiv 2006.08558), by itself as in EMP-SSL (Tong et al. 2023, arXiv 2304.03977).

The coding rate ½ log det(I + d / (n ε²) ẐᵀẐ) counts the nats that tell the features apart up to an error of ε: most when they fill all directions alike.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .sphere import directions
from .term import Setting, Term, Window

SQUARED_ERROR = 0.5  # ε²


def coding_rate(features: Tensor) -> Tensor:
    """features [n, d], only whose directions count -> nats a dimension by which the coding rate falls short of the most that there can be"""
    n, d = features.shape
    z = directions(features)
    matrix = torch.eye(d, dtype=z.dtype) + (d / (n * SQUARED_ERROR)) * (z.T @ z)
    rate = torch.linalg.cholesky(matrix).diagonal().log().sum()  # half of log det
    return math.log(1 + 1 / SQUARED_ERROR) / 2 - rate / d


class CodingRate(Term):
    name = "coding_rate"
    weight = Setting(10.0)
    method = "mcr2"
    companions = ("radius",)
    against_collapse = True

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return coding_rate(window.features)
