"""InfoNCE (van den Oord et al. 2018, arXiv 1807.03748): which of the batch's latents is the one that was predicted?

Cosines over a temperature, as in SimCLR (Chen et al. 2020, arXiv 2002.05709). Other moments of the same window are among the wrong answers, so that what changes
slowly does not suffice.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .sphere import directions
from .term import Setting, Term, Window


def contrastive(predicted: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """predicted, targets [n, d], row i of both of one moment -> mean cross entropy in nats of choosing it among all n"""
    cosines = directions(predicted) @ directions(targets).T  # [n, n]
    return F.cross_entropy(cosines / temperature, torch.arange(len(targets)))


class Contrastive(Term):
    name = "contrastive"
    weight = Setting(1.0)
    settings = {"temperature": Setting(0.1, above_least=True)}
    method = "infonce"
    companions = ("radius",)
    against_collapse = True

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return contrastive(*window.moments, self.values["temperature"])
