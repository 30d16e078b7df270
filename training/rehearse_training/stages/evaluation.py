"""What a model is worth, measured on held-out episodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..config import POSE
from ..data.episodes import Observations
from ..data.labels import targets_of
from ..networks.goal_costs import GoalCost
from ..networks.heads import CostToGo, Readouts
from ..networks.world_model import WorldModel
from .collapse import effective_rank, min_std
from .cost_to_go import Pairs
from .goal_costs import Hindsight
from .latents import Latents, encode, imagine

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
    # What never changes, as the heading of a body that does not turn, leaves nothing to explain.
    return [round(float(v), 4) for v in torch.where(total > 0, 1 - left / total, torch.ones_like(total))]


def collapse_measures(world_model: WorldModel, latents: Tensor) -> dict[str, float]:
    pictures = world_model.encoder.features(latents[:, : world_model.encoder.image_latent])
    measured = {"effective_rank": round(effective_rank(pictures), 2), "min_std": round(min_std(pictures), 3)}
    return measured | ({"channels": world_model.encoder.channels} if world_model.encoder.cells > 1 else {})


DEPTHS = (1, 2, 4, 5, 8, 10)


@torch.no_grad()
def readout_measures(readouts: Readouts, observations: Observations, latents: Latents) -> dict[str, Any]:
    """
    Of every readout, r2 and mean absolute error on seen latents; and `errors` by depth of imagination: of a body, of position and heading;
    of others, of what is a place (`a.x`, `a.y`) and of what is an angle (`a.cos`, `a.sin`), and the r2 of each
    """
    wanted = targets_of(observations, latents.seen_rows, readouts.names)
    values = readouts(latents.seen)
    by_name = {
        name: {"r2": score, "mae": round(float(error), 4)}
        for (name, _), score, error in zip(readouts.names, r2(values, wanted), (values - wanted).abs().mean(dim=0))
    }
    imagined_wanted = targets_of(observations, latents.imagined_rows, readouts.names)
    if readouts.names != POSE:
        return {"readouts": by_name, "errors": _errors(readouts, latents, values, wanted, imagined_wanted)}
    distance = (readouts(latents.imagined)[:, :2] - imagined_wanted[:, :2]).norm(dim=1).numpy()
    depths = sorted(set(latents.imagined_depth.tolist()))
    angle = _yaw_error_deg(values, wanted)
    errors = {
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
    return {"readouts": by_name, "errors": errors}


def _errors(readouts: Readouts, latents: Latents, values: Tensor, wanted: Tensor, imagined_wanted: Tensor) -> dict[str, Any]:
    names = [name for name, _ in readouts.names]
    depths = [d for d in DEPTHS if (latents.imagined_depth == d).any()]
    by_depth: dict[Any, tuple[Tensor, Tensor]] = {"seen": (values, wanted)}
    for d in depths:
        rows = torch.from_numpy(latents.imagined_depth == d)
        by_depth[d] = (readouts(latents.imagined[rows]), imagined_wanted[rows])
    result: dict[str, Any] = {"readout_r2": {at: dict(zip(names, r2(*pair))) for at, pair in by_depth.items()}}
    for name in names:
        body, _, last = name.rpartition(".")
        if last == "x" and f"{body}.y" in names:
            pick = [names.index(name), names.index(f"{body}.y")]
            result.setdefault("place_error_m", {})[body] = {
                at: round(float((got - real)[:, pick].norm(dim=1).mean()), 4) for at, (got, real) in by_depth.items()
            }
        if last == "cos" and f"{body}.sin" in names:
            pick = [names.index(name), names.index(f"{body}.sin")]
            result.setdefault("angle_error_deg", {})[body] = {
                at: round(float(_turn_deg(got[:, pick], real[:, pick]).mean()), 2) for at, (got, real) in by_depth.items()
            }
    return result


def _yaw_error_deg(values: Tensor, wanted: Tensor) -> Tensor:
    return _turn_deg(values[:, 2:4], wanted[:, 2:4])


def _turn_deg(values: Tensor, wanted: Tensor) -> Tensor:
    """values, wanted [n, (cos, sin)] -> the angle between them [n], degrees"""
    difference = torch.atan2(values[:, 1], values[:, 0]) - torch.atan2(wanted[:, 1], wanted[:, 0])
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
def goal_cost_measures(cost: GoalCost, world_model: WorldModel, observations: Observations, latents: Latents, longest: int, seed: int = 5) -> dict[str, Any]:
    """
    Of goals that were reached later in the same recording: rank correlation (Spearman's) of the cost with the steps that were left, and the median cost at
    some of them; of imagined latents, the median cost to the picture that they stand for (what cannot be told apart) and the correlation likewise.
    """
    hindsight = Hindsight(world_model.encoder, observations, latents)
    rng = np.random.default_rng(seed)
    result: dict[str, Any] = {}
    for name, among in (("seen", np.flatnonzero(hindsight.depth == 0)), ("imagined", np.flatnonzero(hindsight.depth > 0))):
        z, goal, steps = hindsight.draw(rng, 20_000, longest, among)
        values, left = cost(z, goal).numpy(), steps.numpy()
        result[name] = {
            "rank_correlation": round(_rank_correlation(values, left), 3),
            "median_by_steps": {d: round(float(np.median(values[np.abs(left - d) < 0.5])), 3) for d in (0, 1, 2, 5, 10, 20) if (np.abs(left - d) < 0.5).sum() > 20},
        }
    return result


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(v)).astype(np.float64) for v in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


@torch.no_grad()
def step_error_quantiles(world_model: WorldModel, observations: Observations, rows: np.ndarray, count: int, rng: np.random.Generator) -> dict[str, float]:
    """Mean squared error over the latent of one predicted step: how far off is normal."""
    starts = observations.windows(rows, world_model.context_frames)
    starts = np.sort(rng.choice(starts, min(count, len(starts)), replace=False))
    predicted, target_rows = imagine(world_model, observations, starts, 1)
    error = (predicted[:, 0] - encode(world_model, observations, target_rows[:, 0])).square().mean(dim=1).numpy()
    return {name: float(f"{np.quantile(error, q):.4g}") for name, q in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))}
