"""How near a set of latents is to collapse."""

from __future__ import annotations

import torch
from torch import Tensor


def effective_rank(features: Tensor) -> float:
    """features [n, d] -> exp of the entropy of the normalised singular values (Roy, Vetterli 2007): d when isotropic, 1 on a line"""
    centred = features - features.mean(dim=0)
    # By the small matrix: a singular value decomposition of all rows would cost more than a training step.
    values = torch.linalg.eigvalsh(centred.T @ centred).clamp_min(0).sqrt()
    fraction = values / values.sum().clamp_min(1e-12)
    return float(torch.exp(-(fraction * (fraction + 1e-12).log()).sum()))


def min_std(features: Tensor) -> float:
    """features [n, d] -> the least standard deviation of any dimension"""
    return float(features.std(dim=0).min())
