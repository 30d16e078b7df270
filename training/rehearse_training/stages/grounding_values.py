"""What grounding asks for: labels in units of their spread, or of a field how many particles lie at each node."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ..config import Config, Names
from ..data.episodes import Observations
from ..data.labels import known_places, names_of, targets_of
from ..losses.grounding import loss_weights_of
from ..networks.grid import Grid

SPREAD_ROWS = 2000


def grounded_values(observations: Observations, rows: np.ndarray, config: Config) -> tuple[Callable[[np.ndarray], torch.Tensor], torch.Tensor]:
    """@param rows mask of the training rows @returns what grounding asks for: of any rows [...] the values [..., R], and how much each counts [R]"""
    if config.model.layout == "field":
        grid, columns = Grid(config.model.cells, config.model.view_m), known_places(config, observations)

        def fields_of(frames: np.ndarray) -> torch.Tensor:
            return grid.field(torch.from_numpy(observations.truth[frames.reshape(-1)][:, columns])).reshape(*frames.shape, -1)

        some = np.flatnonzero(rows)
        variance = fields_of(some[:: max(1, len(some) // SPREAD_ROWS)]).var()  # of the mean node
        return fields_of, torch.full((grid.nodes**2,), 1 / (grid.nodes**2 * float(variance)))
    names = names_of(config, observations)
    values = normalised_values(observations, rows, names)
    return lambda frames: values[torch.from_numpy(frames)], loss_weights_of([name for name, _ in names], config.objective.grounding_by_body)


def normalised_values(observations: Observations, rows: np.ndarray, names: Names) -> torch.Tensor:
    """What the readouts will be asked for [all rows, R], less its mean and in units of its spread over the training rows."""
    mean, spread = spread_of(observations, rows, names)
    return (targets_of(observations, np.arange(len(observations.next)), names) - mean) / spread


def spread_of(observations: Observations, rows: np.ndarray, names: Names) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and spread over the training rows of what the readouts will be asked for [R]"""
    training = targets_of(observations, np.flatnonzero(rows), names)
    return training.mean(dim=0), training.std(dim=0).clamp_min(1e-6)
