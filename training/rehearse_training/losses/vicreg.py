"""VICReg's two terms against collapse (Bardes, Ponce, LeCun 2022, arXiv 2105.04906), without its invariance term: that is the prediction."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .term import Setting, Term, Window


def variance(features: Tensor, target: float = 1.0, epsilon: float = 1e-4) -> Tensor:
    """features [n, d] -> how far each dimension's standard deviation falls short of the target, mean over dimensions"""
    std = torch.sqrt(features.var(dim=0) + epsilon)
    return torch.relu(target - std).mean()


def covariance(features: Tensor) -> Tensor:
    """features [n, d] -> sum of the squared covariances between different dimensions, divided by d"""
    n, d = features.shape
    centred = features - features.mean(dim=0)
    matrix = centred.T @ centred / (n - 1)  # [d, d]
    return (matrix.square().sum() - matrix.diagonal().square().sum()) / d


class Variance(Term):
    name = "variance"
    weight = Setting(16.0)
    method = "vicreg"
    companions = ("covariance",)
    against_collapse = True

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return variance(window.features)


class Covariance(Term):
    name = "covariance"
    weight = Setting(8.0)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return covariance(window.features)
