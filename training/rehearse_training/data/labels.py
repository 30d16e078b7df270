"""What can be read from latents, with its true values: the configuration's columns of the truth, or the body's pose by odometry."""

from __future__ import annotations

import fnmatch

import numpy as np
import torch
from torch import Tensor

from ..config import Names, POSE, Config
from ..errors import TrainingError
from .align import place_of
from .episodes import Observations


def names_of(config: Config, observations: Observations) -> Names:
    """What is to be read, with units."""
    if not config.readouts:
        return POSE
    known = dict(zip(observations.truth_names.tolist(), observations.truth_units.tolist()))
    missing = [pattern for pattern in config.readouts if not fnmatch.filter(known, pattern)]
    if missing:
        raise TrainingError(
            "RH-BAG-TRUTH", f"the recordings have no true {', '.join(missing)}", f"set topics.truth, and name readouts among: {', '.join(known) or 'none'}"
        )
    return tuple((name, known[name]) for pattern in config.readouts for name in fnmatch.filter(known, pattern))


def known_places(config: Config, observations: Observations) -> np.ndarray:
    """Columns of the truth with the places of `model.particles` [particles, (x, y)]"""
    particles, known = config.model.particles, observations.truth_names.tolist()
    names = [name.removesuffix(".x") for name in known if fnmatch.fnmatch(name, f"{particles}.*.x")]
    if not names:
        raise TrainingError("RH-BAG-TRUTH", f"the recordings have no true {particles}.*.x", f"name model.particles among: {', '.join(known) or 'none'}")
    return np.array([[known.index(f"{name}.x"), known.index(f"{name}.y")] for name in names])


def targets_of(observations: Observations, rows: np.ndarray, names: Names = POSE) -> Tensor:
    """-> [rows, R]"""
    if names == POSE:
        return torch.from_numpy(place_of(observations.pose[rows]))
    columns = [observations.truth_names.tolist().index(name) for name, _ in names]
    return torch.from_numpy(observations.truth[rows][:, columns])
