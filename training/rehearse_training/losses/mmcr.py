"""Maximum manifold capacity (Yerxa et al. 2023, arXiv 2303.03307): the centroids of what belongs together should fill the space.

The paper's manifold is a picture under augmentations. Here it is one moment, as seen and as imagined: its centroid is long only where the two agree.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .sphere import directions
from .term import Setting, Term, Window


def capacity(views: Sequence[Tensor]) -> Tensor:
    """views, each [n, d], row i of all of one moment; only directions count -> 1 − ‖centroids‖_* / √(n · min(n, d)), which is between 0 and 1"""
    centroids = torch.stack([directions(view) for view in views]).mean(dim=0)
    n, d = centroids.shape
    return 1 - torch.linalg.svdvals(centroids).sum() / (n * min(n, d)) ** 0.5


class Capacity(Term):
    name = "capacity"
    weight = Setting(10.0)
    method = "mmcr"
    companions = ("radius",)
    against_collapse = True

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return capacity(window.moments)
