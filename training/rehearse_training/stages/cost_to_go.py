"""Trains the cost to go: metres of free path from a latent to a goal, from hindsight paths of the recordings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..config import HeadSchedule
from ..data.path_labels import Paths
from ..networks.heads import CostToGo
from .fitting import fit
from .latents import Latents


@dataclass(frozen=True)
class Pairs:
    """Latents that stand at a node, with everything needed to draw goals for them: other places of their episode."""

    latents: Tensor  # [n, D]
    episode: np.ndarray  # int64 [n], index into paths
    node: np.ndarray  # int64 [n]
    depth: np.ndarray  # int64 [n]: steps of imagination; 0: seen
    paths: list[Paths]

    def draw(self, rng: np.random.Generator, count: int, among: np.ndarray | None = None) -> tuple[Tensor, Tensor, Tensor, np.ndarray]:
        """-> latents [count, D], goals [count, 2], metres [count], whether in sight [count]"""
        pick = rng.integers(0, len(self.episode), count) if among is None else rng.choice(among, count)
        share = rng.random(count)
        counts = self._counts[self.episode[pick]]
        goal = np.minimum((share * counts).astype(np.int64), counts - 1)
        at = self._offsets[self.episode[pick]] + self.node[pick] * counts + goal
        goals = self._positions[self._node_offsets[self.episode[pick]] + goal]
        return self.latents[pick], torch.from_numpy(goals), torch.from_numpy(self._metres[at]), self._sight[at]

    def __post_init__(self) -> None:
        # All episodes' matrices end to end, so that a batch over many episodes is one indexing.
        counts = np.array([len(p.rows) for p in self.paths])
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731
        put("_counts", counts)
        put("_offsets", np.concatenate([[0], np.cumsum(counts**2)[:-1]]))
        put("_node_offsets", np.concatenate([[0], np.cumsum(counts)[:-1]]))
        put("_positions", np.concatenate([p.position for p in self.paths]))
        put("_metres", np.concatenate([p.metres.reshape(-1) for p in self.paths]))
        put("_sight", np.concatenate([p.in_sight.reshape(-1) for p in self.paths]))


def pair_up(latents: Latents, paths: list[Paths], rows: int) -> Pairs:
    """Keeps the latents whose row is a node. @param rows number of rows of all observations"""
    episode_of = np.full(rows, -1, dtype=np.int64)
    node_of = np.full(rows, -1, dtype=np.int64)
    for i, path in enumerate(paths):
        episode_of[path.rows] = i
        node_of[path.rows] = np.arange(len(path.rows))
    every = np.concatenate([latents.seen_rows, latents.imagined_rows])
    depth = np.concatenate([np.zeros(len(latents.seen_rows), dtype=np.int64), latents.imagined_depth])
    keep = episode_of[every] >= 0
    merged = torch.cat([latents.seen, latents.imagined])[torch.from_numpy(keep)]
    return Pairs(merged, episode_of[every[keep]], node_of[every[keep]], depth[keep], paths)


def train_cost_to_go(cost_to_go: CostToGo, pairs: Pairs, schedule: HeadSchedule, seed: int) -> None:
    seen, imagined = np.flatnonzero(pairs.depth == 0), np.flatnonzero(pairs.depth > 0)
    half = schedule.batch // 2

    def loss(rng: np.random.Generator) -> Tensor:
        batches = [pairs.draw(rng, half, part) for part in (seen, imagined) if len(part)]
        latents, goals, metres = (torch.cat([batch[i] for batch in batches]) for i in range(3))
        known = torch.isfinite(metres)
        # Squared: most goals are in sight, and an absolute error is content to call every detour nought.
        return (cost_to_go(latents, goals)[known] - metres[known]).square().mean()

    fit("cost to go", cost_to_go, schedule.cost_to_go_steps, schedule.learning_rate, seed, loss)
