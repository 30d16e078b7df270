"""Readouts: where the body is, read from latents, seen and imagined alike."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .config import HeadSchedule
from .episodes import Observations
from .fitting import fit
from .latents import Latents
from .model import Readouts


def targets_of(observations: Observations, rows: np.ndarray) -> Tensor:
    """-> [rows, (x, y, cos yaw, sin yaw)]"""
    x, y, yaw = observations.pose[rows].T
    return torch.from_numpy(np.stack([x, y, np.cos(yaw), np.sin(yaw)], axis=1))


def train_readouts(readouts: Readouts, observations: Observations, latents: Latents, schedule: HeadSchedule, seed: int) -> None:
    seen_targets = targets_of(observations, latents.seen_rows)
    imagined_targets = targets_of(observations, latents.imagined_rows)
    half = schedule.batch // 2

    def loss(rng: np.random.Generator) -> Tensor:
        a = torch.from_numpy(rng.integers(0, len(latents.seen), half))
        b = torch.from_numpy(rng.integers(0, len(latents.imagined), half))
        values = readouts(torch.cat([latents.seen[a], latents.imagined[b]]))
        return (values - torch.cat([seen_targets[a], imagined_targets[b]])).square().mean()

    fit("readouts", readouts, schedule.readout_steps, schedule.learning_rate, seed, loss)
