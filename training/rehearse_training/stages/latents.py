"""Latents of a frozen world model, seen and imagined, each with the row of the observation that it stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..data.episodes import Observations
from ..networks.encoder import Encoder
from ..networks.predictors.predictor import pack_context
from ..networks.world_model import WorldModel


@dataclass(frozen=True)
class Latents:
    """`seen[i]` encodes row `seen_rows[i]`; `imagined[i]` was predicted for row `imagined_rows[i]` from `imagined_depth[i]` steps before."""

    seen: Tensor  # [n, D]
    seen_rows: np.ndarray  # int64 [n]
    imagined: Tensor  # [m, D]
    imagined_rows: np.ndarray  # int64 [m]
    imagined_depth: np.ndarray  # int64 [m]


@torch.no_grad()
def encode(world_model: WorldModel, observations: Observations, rows: np.ndarray, batch: int = 512) -> Tensor:
    """-> [rows, D]"""
    parts = [
        world_model.encoder(torch.from_numpy(observations.images[part]), torch.from_numpy(observations.proprioception[part]))
        for part in np.array_split(rows, max(1, -(-len(rows) // batch)))
    ]
    return torch.cat(parts)


def at_rest(encoder: Encoder, latents: Tensor) -> Tensor:
    """The same pictures with no motion: as goal pictures are encoded."""
    rest = encoder.normalise(torch.zeros_like(encoder.proprioception_mean))
    return torch.cat([latents[:, : encoder.image_latent], rest.expand(len(latents), -1)], dim=1)


@torch.no_grad()
def imagine(world_model: WorldModel, observations: Observations, starts: np.ndarray, steps: int) -> tuple[Tensor, np.ndarray]:
    """
    Rolls the model from pictures with the actions that were commanded.
    @param starts rows of the first pictures that it sees; a model that looks back begins as many steps later
    -> latents [starts, steps, D], their rows [starts, steps]
    """
    back = world_model.context_frames - 1
    window = observations.follow(starts, back + steps)
    actions = torch.from_numpy(observations.action[window[:, :-1]])
    seen = torch.stack([encode(world_model, observations, window[:, frame]) for frame in range(back + 1)], dim=1)
    context = pack_context(seen, actions[:, :back])
    parts = [world_model.predictor.rollout(z, a) for z, a in zip(context.split(2048), actions[:, back:].split(2048))]
    return torch.cat(parts), window[:, back + 1 :]


def collect_latents(
    world_model: WorldModel, observations: Observations, rows: np.ndarray, steps: int, starts: int, seen: int, rng: np.random.Generator
) -> Latents:
    """@param rows mask of rows to draw from; at most `seen` pictures are encoded and `starts` rollouts of `steps` steps made"""
    chosen = np.flatnonzero(rows)
    if len(chosen) > seen:
        chosen = np.sort(rng.choice(chosen, seen, replace=False))
    begin = observations.windows(rows, world_model.context_frames - 1 + steps)
    if len(begin) > starts:
        begin = np.sort(rng.choice(begin, starts, replace=False))
    imagined, targets = imagine(world_model, observations, begin, steps)
    depth = np.broadcast_to(np.arange(1, steps + 1), targets.shape)
    return Latents(encode(world_model, observations, chosen), chosen, imagined.flatten(0, 1), targets.reshape(-1), depth.reshape(-1).copy())
