"""Readouts: physical quantities, read from latents, seen and imagined alike."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .config import Config, HeadSchedule
from .episodes import Observations, place_of
from .errors import TrainingError
from .fitting import fit
from .latents import Latents, at_rest
from .model import BODY, Encoder, Names, Readouts


def names_of(config: Config, observations: Observations) -> Names:
    """What is to be read, with units: the configuration's columns of the truth, or the body's pose."""
    if not config.readouts:
        return BODY
    known = dict(zip(observations.truth_names.tolist(), observations.truth_units.tolist()))
    missing = [name for name in config.readouts if name not in known]
    if missing:
        raise TrainingError(
            "RH-BAG-TRUTH", f"the recordings have no true {', '.join(missing)}", f"set topics.truth, and name readouts among: {', '.join(known) or 'none'}"
        )
    return tuple((name, known[name]) for name in config.readouts)


def targets_of(observations: Observations, rows: np.ndarray, names: Names = BODY) -> Tensor:
    """-> [rows, R]"""
    if names == BODY:
        return torch.from_numpy(place_of(observations.pose[rows]))
    columns = [observations.truth_names.tolist().index(name) for name, _ in names]
    return torch.from_numpy(observations.truth[rows][:, columns])


def train_readouts(readouts: Readouts, encoder: Encoder, observations: Observations, latents: Latents, config: Config, seed: int) -> None:
    schedule: HeadSchedule = config.heads
    seen_targets = targets_of(observations, latents.seen_rows, readouts.names)
    imagined_targets = targets_of(observations, latents.imagined_rows, readouts.names)
    # A body's numbers are all of size one already; others are learned in units of their spread.
    mean, spread = torch.zeros(len(readouts.names)), torch.ones(len(readouts.names))
    if readouts.names != BODY:
        mean, spread = seen_targets.mean(dim=0), seen_targets.std(dim=0).clamp_min(1e-6)
    half = schedule.batch // 2

    def loss(rng: np.random.Generator) -> Tensor:
        a = torch.from_numpy(rng.integers(0, len(latents.seen), half))
        b = torch.from_numpy(rng.integers(0, len(latents.imagined), half))
        seen = latents.seen[a]
        if config.goal == "latent":  # goal pictures are encoded at rest
            seen = torch.cat([seen[: half // 2], at_rest(encoder, seen[half // 2 :])])
        values = readouts(torch.cat([seen, latents.imagined[b]]))
        return (values - (torch.cat([seen_targets[a], imagined_targets[b]]) - mean) / spread).square().mean()

    fit("readouts", readouts, schedule.readout_steps, schedule.learning_rate, seed, loss)
    last = readouts.net[-1]
    with torch.no_grad():
        last.weight.mul_(spread[:, None])
        last.bias.mul_(spread).add_(mean)
