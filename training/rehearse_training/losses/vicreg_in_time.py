"""VICReg's two terms for what changes within a window: without them, what is slow to change crowds out what is fast."""

from __future__ import annotations

from torch import Tensor, nn

from .term import Setting, Term, Window
from .vicreg import covariance, variance


class VarianceInTime(Term):
    name = "variance_in_time"
    weight = Setting(0.0)
    settings = {"std_in_time": Setting(0.4)}
    companions = ("covariance_in_time",)
    against_collapse = True

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return variance(window.changes, target=self.values["std_in_time"])


class CovarianceInTime(Term):
    name = "covariance_in_time"
    weight = Setting(0.0)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return covariance(window.changes)
