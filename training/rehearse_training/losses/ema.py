"""Distillation: the targets are encoded by a moving average of the encoder (BYOL, Grill et al. 2020, arXiv 2006.07733; I-JEPA, Assran et al. 2023, arXiv 2301.08243).

No term pushes latents apart; that the teacher lags behind, and that no gradient reaches it, is all there is against collapse. The teacher is of use only
in training: exported is the encoder that learns, as it is the one from whose latents the predictor starts.
"""

from __future__ import annotations

import copy
import math

import torch
from torch import nn


def teacher_of(student: nn.Module) -> nn.Module:
    """A copy that starts equal and gets no gradient."""
    teacher = copy.deepcopy(student)
    for parameter in teacher.parameters():
        parameter.requires_grad_(False)
    return teacher


@torch.no_grad()
def follow(teacher: nn.Module, student: nn.Module, decay: float) -> None:
    """teacher ← decay · teacher + (1 − decay) · student"""
    for slow, fast in zip(teacher.parameters(), student.parameters(), strict=True):
        slow.lerp_(fast, 1 - decay)


def decay_at(first: float, share: float) -> float:
    """BYOL's schedule: from `first` by a half cosine to 1 at the end of training. share in [0, 1]"""
    return 1 - (1 - first) * (math.cos(math.pi * share) + 1) / 2
