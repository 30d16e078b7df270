"""The costs of goal pictures: built as the configuration says, and what of them is learned from the recordings, in hindsight.

Any later moment of a recording is a goal that was reached from any earlier one, in a number of steps that is known.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..config import Config
from ..data.episodes import Observations
from ..networks.encoder import Encoder
from ..networks.goal_costs import ChamferCost
from ..networks.goal_costs import GoalCost, LatentCost, ReadoutCost, TemporalCost
from ..networks.grid import Grid
from ..networks.heads import Readouts
from ..networks.world_model import WorldModel
from .fitting import fit
from .latents import Latents, at_rest


def build_goal_cost(config: Config, world_model: WorldModel, readouts: Readouts) -> GoalCost:
    sizes = (readouts, world_model.encoder.image_latent, world_model.latent_size)
    match config.goal_cost.kind:
        case "readout":
            return ReadoutCost(*sizes, config.goal_cost.tolerances)
        case "latent":
            return LatentCost(*sizes)
        case "chamfer":
            return ChamferCost(readouts, world_model.latent_size, Grid(config.model.cells, config.model.view_m), config.goal_cost.near)
        case _:
            return TemporalCost(*sizes, config.model.head_hidden)


class Hindsight:
    """Latents, seen and imagined, each with goals drawn from what was seen later in the same recording."""

    def __init__(self, encoder: Encoder, observations: Observations, latents: Latents):
        self.goals = at_rest(encoder, latents.seen)
        self.latents = torch.cat([latents.seen, latents.imagined])
        self.rows = np.concatenate([latents.seen_rows, latents.imagined_rows])
        self.depth = np.concatenate([np.zeros(len(latents.seen_rows), dtype=np.int64), latents.imagined_depth])
        self.goal_rows = latents.seen_rows  # sorted
        self.episode = observations.episode
        self.stride = observations.stride

    def draw(self, rng: np.random.Generator, count: int, longest: int, among: np.ndarray | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """-> latents [n, D], goals [n, D], steps between them [n], from 0 to `longest`; n <= count: pairs beyond an episode's end are left out"""
        pick = rng.integers(0, len(self.rows), count) if among is None else rng.choice(among, count)
        # Short spans are what planning decides on: as many of them as of long ones.
        span = np.round(self.stride * longest * rng.random(count) ** 2).astype(np.int64)
        near = np.searchsorted(self.goal_rows, self.rows[pick] + span).clip(0, len(self.goal_rows) - 1)
        found = self.goal_rows[near]
        steps = (found - self.rows[pick]) / self.stride
        keep = (self.episode[found] == self.episode[self.rows[pick]]) & (steps >= 0) & (steps <= longest)
        return self.latents[pick[keep]], self.goals[near[keep]], torch.from_numpy(steps[keep]).float()


def train_goal_cost(cost: GoalCost, encoder: Encoder, observations: Observations, latents: Latents, config: Config, seed: int) -> None:
    if isinstance(cost, LatentCost):
        first = observations.next[latents.seen_rows]
        at = np.searchsorted(latents.seen_rows, first).clip(0, len(latents.seen_rows) - 1)
        both = torch.from_numpy(np.flatnonzero(latents.seen_rows[at] == first))
        cost.fit_scale(latents.seen, torch.stack([latents.seen[both], latents.seen[torch.from_numpy(at)[both]]], dim=1))
    if isinstance(cost, TemporalCost):
        hindsight = Hindsight(encoder, observations, latents)
        settings = config.goal_cost

        def loss(rng: np.random.Generator) -> Tensor:
            z, goal, steps = hindsight.draw(rng, config.heads.batch, settings.longest)
            return expectile_loss(cost(z, goal), steps, settings.expectile) / settings.longest

        fit("cost to go", cost, config.heads.cost_to_go_steps, config.heads.learning_rate, seed, loss)


def expectile_loss(values: Tensor, wanted: Tensor, expectile: float) -> Tensor:
    """Squared error (Huber's beyond 3), with what is above the value weighted by `expectile` and what is below by the rest: below 0.5, towards the fast ones."""
    error = wanted - values
    weight = torch.where(error > 0, expectile, 1 - expectile)
    return (weight * F.huber_loss(values, wanted, delta=3.0, reduction="none")).mean()
