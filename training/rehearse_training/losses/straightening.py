"""Temporal straightening (arXiv 2603.12231): successive velocities in latent space should point the same way, so that planning by gradients has an easy road."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from .term import Setting, Term, Window

if TYPE_CHECKING:
    from ..config import Config

EPSILON = 1e-2  # squared length below which a velocity has no direction: a robot at rest


def straightening(latents: Tensor) -> Tensor:
    """latents [n, moments, d], in order of time, at least three -> mean of 1 − cos between each two successive velocities"""
    velocity = latents.diff(dim=1)
    before, after = velocity[:, :-1], velocity[:, 1:]
    lengths = ((before.square().sum(dim=-1) + EPSILON) * (after.square().sum(dim=-1) + EPSILON)).sqrt()
    return (1 - (before * after).sum(dim=-1) / lengths).mean()


class Straightening(Term):
    name = "straightening"
    weight = Setting(0.0)

    @classmethod
    def lacks(cls, config: Config) -> tuple[str, str] | None:
        return None if len(config.schedule.targets) > 1 else ("objective.straightening with one target", "it compares two velocities: give two schedule.targets or more")

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return straightening(window.pictures)
