"""Readouts: physical quantities, read from latents, seen and imagined alike."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..config import POSE, Config, HeadSchedule
from ..data.episodes import Observations
from ..data.labels import targets_of
from ..losses.grounding import loss_weights_of
from ..networks.encoder import Encoder
from ..networks.heads import Readouts
from .fitting import fit
from .latents import Latents, at_rest


def train_readouts(readouts: Readouts, encoder: Encoder, observations: Observations, latents: Latents, config: Config, seed: int) -> None:
    schedule: HeadSchedule = config.heads
    seen_targets = targets_of(observations, latents.seen_rows, readouts.names)
    imagined_targets = targets_of(observations, latents.imagined_rows, readouts.names)
    # A body's numbers are all of size one already; others are learned in units of their spread.
    mean, spread = torch.zeros(len(readouts.names)), torch.ones(len(readouts.names))
    if readouts.names != POSE:
        mean, spread = seen_targets.mean(dim=0), seen_targets.std(dim=0).clamp_min(1e-6)
    half = schedule.batch // 2
    loss_weights = loss_weights_of([name for name, _ in readouts.names], config.objective.grounding_by_body)
    rows = torch.cat([torch.full((half,), schedule.readout_seen), torch.ones(half)])
    rows /= rows.sum()

    def loss(rng: np.random.Generator) -> Tensor:
        a = torch.from_numpy(rng.integers(0, len(latents.seen), half))
        b = torch.from_numpy(rng.integers(0, len(latents.imagined), half))
        seen = latents.seen[a]
        if config.goal == "latent":  # goal pictures are encoded at rest
            seen = torch.cat([seen[: half // 2], at_rest(encoder, seen[half // 2 :])])
        values = readouts(torch.cat([seen, latents.imagined[b]]))
        errors = (values - (torch.cat([seen_targets[a], imagined_targets[b]]) - mean) / spread).square() @ loss_weights  # [batch]
        return errors @ rows

    fit("readouts", readouts, schedule.readout_steps, schedule.learning_rate, seed, loss)
    last = readouts.net[-1]
    with torch.no_grad():
        last.weight.mul_(spread[:, None])
        last.bias.mul_(spread).add_(mean)
