"""What a model is worth, measured on held-out episodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from .collapse import effective_rank, min_std
from .cost_to_go import Pairs
from .episodes import Observations
from .latents import Latents, encode, imagine
from .model import CostToGo, Readouts, WorldModel
from .readouts import targets_of

RIDGE = 1e-3


def linear_probe_r2(train: Tensor, train_targets: Tensor, test: Tensor, test_targets: Tensor) -> list[float]:
    """Ridge regression from latents; R² of each target on the test rows."""
    mean, std = train.mean(dim=0), train.std(dim=0).clamp_min(1e-6)
    a, b = (torch.cat([(z - mean) / std, torch.ones(len(z), 1)], dim=1).double() for z in (train, test))
    weights = torch.linalg.solve(a.T @ a + RIDGE * len(a) * torch.eye(a.shape[1], dtype=torch.double), a.T @ train_targets.double())
    return r2(b @ weights, test_targets.double())


def r2(predicted: Tensor, wanted: Tensor) -> list[float]:
    left = (predicted - wanted).square().sum(dim=0)
    total = (wanted - wanted.mean(dim=0)).square().sum(dim=0)
    return [round(float(v), 4) for v in 1 - left / total]


def collapse_measures(world_model: WorldModel, latents: Tensor) -> dict[str, float]:
    pictures = latents[:, : world_model.encoder.image_latent]
    return {"effective_rank": round(effective_rank(pictures), 2), "min_std": round(min_std(pictures), 3)}


@torch.no_grad()
def readout_measures(readouts: Readouts, observations: Observations, latents: Latents) -> dict[str, Any]:
    """Of every readout, r2 and mean absolute error on seen latents; of the position, mean distance in metres by depth of imagination."""
    wanted = targets_of(observations, latents.seen_rows)
    values = readouts(latents.seen)
    by_name = {
        name: {"r2": score, "mae": round(float(error), 4)}
        for (name, _), score, error in zip(Readouts.NAMES, r2(values, wanted), (values - wanted).abs().mean(dim=0))
    }
    imagined_wanted = targets_of(observations, latents.imagined_rows)
    distance = (readouts(latents.imagined)[:, :2] - imagined_wanted[:, :2]).norm(dim=1).numpy()
    depths = sorted(set(latents.imagined_depth.tolist()))
    angle = _yaw_error_deg(values, wanted)
    return {
        "readouts": by_name,
        "position_error_m": {
            "seen": round(float((values - wanted)[:, :2].norm(dim=1).mean()), 4),
            "imagined": {int(d): round(float(distance[latents.imagined_depth == d].mean()), 4) for d in depths},
        },
        "yaw_error_deg": {
            "seen": round(float(angle.mean()), 2),
            "imagined": {
                int(d): round(float(_yaw_error_deg(readouts(latents.imagined[latents.imagined_depth == d]), imagined_wanted[latents.imagined_depth == d]).mean()), 2)
                for d in (depths[0], depths[-1])
            },
        },
    }


def _yaw_error_deg(values: Tensor, wanted: Tensor) -> Tensor:
    difference = torch.atan2(values[:, 3], values[:, 2]) - torch.atan2(wanted[:, 3], wanted[:, 2])
    return torch.rad2deg(torch.atan2(difference.sin(), difference.cos()).abs())


@torch.no_grad()
def cost_to_go_measures(cost_to_go: CostToGo, pairs: Pairs, count: int = 40_000, seed: int = 5) -> dict[str, Any]:
    """Mean absolute error in metres, for goals in sight and out of sight, from seen and from imagined latents."""
    rng = np.random.default_rng(seed)
    result: dict[str, Any] = {}
    for name, among in (("seen", np.flatnonzero(pairs.depth == 0)), ("imagined", np.flatnonzero(pairs.depth > 0))):
        if len(among) == 0:
            continue
        latents, goals, metres, sight = pairs.draw(rng, count, among)
        known = torch.isfinite(metres).numpy()
        error = (cost_to_go(latents, goals) - metres).numpy()
        straight_error = ((goals - cost_to_go.readouts.position(latents)).norm(dim=1) - metres).numpy()
        entry: dict[str, Any] = {}
        for label, mask in (("in_sight", known & sight), ("out_of_sight", known & ~sight)):
            if mask.any():
                entry[label] = {
                    "mae_m": round(float(np.abs(error[mask]).mean()), 4),
                    "bias_m": round(float(error[mask].mean()), 4),
                    "mean_m": round(float(metres.numpy()[mask].mean()), 3),
                    "straight_line_mae_m": round(float(np.abs(straight_error[mask]).mean()), 4),
                }
        result[name] = entry
    return result


@torch.no_grad()
def step_error_quantiles(world_model: WorldModel, observations: Observations, rows: np.ndarray, count: int, rng: np.random.Generator) -> dict[str, float]:
    """Mean squared error over the latent of one predicted step: how far off is normal."""
    starts = observations.windows(rows, 1)
    starts = np.sort(rng.choice(starts, min(count, len(starts)), replace=False))
    predicted, target_rows = imagine(world_model, observations, starts, 1)
    error = (predicted[:, 0] - encode(world_model, observations, target_rows[:, 0])).square().mean(dim=1).numpy()
    return {name: float(f"{np.quantile(error, q):.4g}") for name, q in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))}
