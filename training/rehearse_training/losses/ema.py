"""Distillation: the targets are encoded by a moving average of the encoder (BYOL, Grill et al. 2020, arXiv 2006.07733; I-JEPA, Assran et al. 2023, arXiv 2301.08243).

No term pushes latents apart; that the teacher lags behind, and that no gradient reaches it, is all there is against collapse. The teacher is of use only
in training: exported is the encoder that learns, as it is the one from whose latents the predictor starts.
"""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn

from .term import Setting, Sizes, Term, Window


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


def decay_at(first: float, done: float) -> float:
    """BYOL's schedule: from `first` by a half cosine to 1 at the end of training. done: fraction of the training"""
    return 1 - (1 - first) * (math.cos(math.pi * done) + 1) / 2


class Teacher(Term):
    """Predictions are compared with its latents."""

    name = "ema"
    weight = None
    # Of the moving average at the start: 0.996 in BYOL, the mean of some 250 steps. Runs here are short.
    settings = {"ema_decay": Setting(0.99, most=1.0)}
    method = "ema"
    companions = ("radius",)
    against_collapse = True
    network_name = "teacher"

    def network(self, sizes: Sizes, encoder: nn.Module) -> nn.Module:
        return teacher_of(encoder)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        raise NotImplementedError("a teacher has no loss of its own")

    def targets(self, network: nn.Module | None, images: Tensor, proprioception: Tensor) -> Tensor:
        assert network is not None
        with torch.no_grad():
            return network(images, proprioception)

    def after_step(self, network: nn.Module | None, encoder: nn.Module, done: float) -> None:
        assert network is not None
        follow(network, encoder, decay_at(self.values["ema_decay"], done))
