"""Time similarity, as in PLDM (Sobal et al. 2025, arXiv 2502.14819): latents of neighbouring moments should be near each other."""

from __future__ import annotations

from torch import Tensor, nn

from .term import Setting, Term, Window


def time_similarity(latents: Tensor, steps: Tensor) -> Tensor:
    """latents [n, moments, d] at the model steps `steps` [moments] -> mean square of the change a step; moments may be unevenly spaced"""
    return (latents.diff(dim=1) / steps.diff()[:, None]).square().mean()


class TimeSimilarity(Term):
    name = "time_similarity"
    weight = Setting(0.0)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return time_similarity(window.pictures, window.steps)
