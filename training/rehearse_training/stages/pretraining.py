"""Trains encoder and predictor. Every step draws its batch from (seed, step) alone, so a resumed run equals one that was never stopped."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..config import Config, Names
from ..data.episodes import Observations
from ..data.labels import known_places, names_of, targets_of
from ..errors import TrainingError
from ..log import log
from ..losses.grounding import shares_of
from ..losses.objective import Pretraining
from ..networks.field import FieldPredictor, Grid
from ..networks.model import WorldModel
from ..networks.object_centric import BodiesPredictor
from .collapse import effective_rank, min_std
from .schedule import learning_rate

NORMALISING_ROWS = 2000
# Of the objective, those that the first checkpoints' identity does not know.
LATER_SETTINGS = {"coding_rate", "capacity", "contrastive", "temperature", "ema_decay", "radius", "straightening", "time_similarity", "grounding", "grounding_by_body", "grounding_seen"}
# Of the networks, those that only grids of cells have.
LATER_SIZES = {"layout", "cells", "cell_channels", "predictor"}
# And only predictors of bodies.
BODIES_SIZES = {"frame", "waves", "driven"}
# And only fields.
FIELD_SIZES = {"things", "view_m", "window"}
# Of the bodies' sizes, what the first such predictors did not have.
WAVES_SIZES = {"waves", "driven"}


def build_world_model(observations: Observations, rows: np.ndarray, config: Config, seed: int) -> WorldModel:
    """With fresh weights; pictures and proprioception are normalised by the training rows."""
    torch.manual_seed(seed)
    proprioception = observations.proprioception.shape[1]
    encoder = None
    if config.encoder.kind != "trained":
        from ..networks.foundation.backbone import load_backbone
        from ..networks.foundation.encoder import FoundationEncoder

        encoder = FoundationEncoder(load_backbone(config.encoder, config.image, config.model.cells), proprioception, config.model)
    predictor: BodiesPredictor | FieldPredictor | None = None
    if config.model.predictor == "bodies":
        predictor = _predictor_of_bodies(observations, config)
    elif config.model.predictor == "field":
        predictor = FieldPredictor(Grid(config.model.cells, config.model.view_m), proprioception, observations.action.shape[1], config.action.block, config.model)
    world_model = WorldModel(config.image.width, config.image.height, proprioception, observations.action.shape[1], config.model, encoder, predictor)
    some = np.flatnonzero(rows)
    some = some[:: max(1, len(some) // NORMALISING_ROWS)]
    world_model.encoder.fit_normalisation(torch.from_numpy(observations.images[some]), torch.from_numpy(observations.proprioception[some]))
    speeds = world_model.encoder.proprioception_mean, world_model.encoder.proprioception_std
    if isinstance(predictor, BodiesPredictor):
        predictor.fit_frame(*_spread(observations, rows, names_of(config, observations)), *speeds)
    elif predictor is not None:
        predictor.fit_frame(*speeds)
    return world_model


def _predictor_of_bodies(observations: Observations, config: Config) -> BodiesPredictor:
    names, frame, speeds = [name for name, _ in names_of(config, observations)], config.model.frame, len(config.speeds)
    for setting, body in (("frame", frame), *([("driven", config.model.driven)] if config.model.waves > 0 else [])):
        if not {f"{body}.x", f"{body}.y"} <= set(names):
            raise TrainingError("RH-CONFIG-VALUE", f"model.{setting} is {body!r}, of which no x and y are read", f"choose a body of readouts: {', '.join(names)}")
    ways = tuple((axis.range[0] * config.action.period_s, axis.range[1] * config.action.period_s) for axis in config.action.axes)
    return BodiesPredictor(config.model.image_latent + speeds, observations.action.shape[1], config.action.block, speeds, tuple(names), ways, config.model)


def pretrain(observations: Observations, rows: np.ndarray, config: Config, seed: int, checkpoint: Path) -> tuple[WorldModel, dict[str, Any]]:
    """@param rows mask of the training rows @returns the trained model and {steps, wall_s, terms, collapse}; goes on from `checkpoint` if it is there"""
    schedule = config.schedule
    world_model = build_world_model(observations, rows, config, seed)
    values_of = shares = None
    if config.objective.grounding > 0 or config.objective.grounding_seen > 0:
        values_of, shares = grounded_values(observations, rows, config)
    pretraining = Pretraining(world_model, config, shares)
    optimiser = torch.optim.AdamW(_groups(pretraining, schedule.weight_decay), lr=schedule.learning_rate)
    back = world_model.context_frames - 1
    steps_of_window = back + schedule.horizon
    starts = observations.windows(rows, steps_of_window)
    if len(starts) == 0:
        raise TrainingError("RH-BAG-SHORT", f"no sequence is {steps_of_window} model steps long", "record longer, or shorten schedule.targets")
    encoded = [*range(back + 1), *(back + target for target in schedule.targets)]
    begin, wall_before = 0, 0.0
    identity = {"seed": seed, "config": _shaping(config), "data": observations.sha256}
    report: dict[str, Any] = {}
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        if state["identity"] != identity:
            raise TrainingError("RH-TRAIN-RESUME", f"{checkpoint} was made with other data, seed or configuration", "give another --runs folder, or remove it")
        pretraining.load_state_dict(state["weights"])
        optimiser.load_state_dict(state["optimiser"])
        begin, wall_before, report = state["step"], state["wall_s"], state["report"]
    started = time.perf_counter()
    recent: dict[str, float] = {}
    pretraining.train()
    for step in range(begin, schedule.steps):
        rng = np.random.default_rng([seed, 2, step])
        chance = torch.Generator().manual_seed(int(rng.integers(2**62)))
        window = observations.follow(np.sort(rng.choice(starts, schedule.batch)), steps_of_window)
        frames = window[:, encoded]
        terms = pretraining(
            torch.from_numpy(observations.images[frames]),
            torch.from_numpy(observations.proprioception[window]),
            torch.from_numpy(observations.pose[frames]),
            torch.from_numpy(observations.action[window[:, :-1]]),
            chance,
            None if values_of is None else values_of(frames),
        )
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(schedule, step)
        optimiser.zero_grad(set_to_none=True)
        terms["total"].backward()
        torch.nn.utils.clip_grad_norm_(pretraining.parameters(), schedule.clip)
        optimiser.step()
        pretraining.after_step((step + 1) / schedule.steps)
        total = terms["total"].item()
        if not math.isfinite(total):
            raise TrainingError("RH-TRAIN-DIVERGED", f"the loss became {total} at step {step}", "lower schedule.learning_rate")
        for name, value in terms.items():
            recent[name] = 0.9 * recent.get(name, value.item()) + 0.1 * value.item()
        done = step + 1
        wall = wall_before + time.perf_counter() - started
        if done % schedule.log_every == 0 or done == schedule.steps:
            report = {"terms": {k: round(v, 5) for k, v in recent.items()}, "collapse": collapse_of(world_model, observations, frames)}
            rate = (done - begin) / (time.perf_counter() - started)
            log(
                f"world model {done}/{schedule.steps}  {rate:.2f} steps/s  {(schedule.steps - done) / rate / 60:.1f} min left  "
                + "  ".join(f"{k} {v:.4f}" for k, v in recent.items())
                + f"  rank {report['collapse']['effective_rank']:.1f}  min std {report['collapse']['min_std']:.2f}"
            )
        if done % schedule.checkpoint_every == 0 or done == schedule.steps:
            state = {
                "identity": identity,
                "weights": pretraining.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": done,
                "wall_s": wall,
                "report": report,
            }
            _save(state, checkpoint)
    wall = wall_before + time.perf_counter() - started
    world_model.eval()
    for parameter in world_model.parameters():
        parameter.requires_grad_(False)
    return world_model, {"steps": schedule.steps, "wall_s": round(wall, 1), **report}


def grounded_values(observations: Observations, rows: np.ndarray, config: Config) -> tuple[Callable[[np.ndarray], torch.Tensor], torch.Tensor]:
    """@param rows mask of the training rows @returns what grounding asks for: of any rows [...] the values [..., R], and how much each counts [R]"""
    if config.model.layout == "field":
        grid, columns = Grid(config.model.cells, config.model.view_m), known_places(config, observations)

        def fields_of(frames: np.ndarray) -> torch.Tensor:
            return grid.field(torch.from_numpy(observations.truth[frames.reshape(-1)][:, columns])).reshape(*frames.shape, -1)

        some = np.flatnonzero(rows)
        variance = fields_of(some[:: max(1, len(some) // NORMALISING_ROWS)]).var()  # of the mean node
        return fields_of, torch.full((grid.nodes**2,), 1 / (grid.nodes**2 * float(variance)))
    names = names_of(config, observations)
    values = normalised_values(observations, rows, names)
    return lambda frames: values[torch.from_numpy(frames)], shares_of([name for name, _ in names], config.objective.grounding_by_body)


def normalised_values(observations: Observations, rows: np.ndarray, names: Names) -> torch.Tensor:
    """What the readouts will be asked for [all rows, R], less its mean and in units of its spread over the training rows."""
    mean, spread = _spread(observations, rows, names)
    return (targets_of(observations, np.arange(len(observations.next)), names) - mean) / spread


def _spread(observations: Observations, rows: np.ndarray, names: Names) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and spread over the training rows of what the readouts will be asked for [R]"""
    training = targets_of(observations, np.flatnonzero(rows), names)
    return training.mean(dim=0), training.std(dim=0).clamp_min(1e-6)


@torch.no_grad()
def collapse_of(world_model: WorldModel, observations: Observations, frames: np.ndarray) -> dict[str, float]:
    """Of the picture's part of the latents of some rows."""
    rows = frames.reshape(-1)[:512]
    latents = world_model.encoder(torch.from_numpy(observations.images[rows]), torch.from_numpy(observations.proprioception[rows]))
    pictures = world_model.encoder.cloud(latents[:, : world_model.encoder.image_latent])
    return {"effective_rank": round(effective_rank(pictures), 2), "min_std": round(min_std(pictures), 3)}


def _groups(module: torch.nn.Module, weight_decay: float) -> list[dict]:
    """Weight decay for matrices and kernels, none for biases."""
    learned = [p for p in module.parameters() if p.requires_grad]
    matrices = [p for p in learned if p.ndim > 1]
    others = [p for p in learned if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def _shaping(config: Config) -> str:
    """What the weights depend on; how often to log and save is not among it."""
    schedule = asdict(config.schedule)
    del schedule["log_every"], schedule["checkpoint_every"]
    # A setting that came later and has no say is left out, so that checkpoints from before it go on.
    later = LATER_SETTINGS & config.objective.unused()
    objective = {name: value for name, value in asdict(config.objective).items() if name not in later}
    unsaid = WAVES_SIZES if config.model.waves == 0 else set()
    if config.model.predictor != "bodies":
        unsaid = BODIES_SIZES
    if config.model.layout != "field":
        unsaid = unsaid | FIELD_SIZES
    if config.model.layout == "vector" and config.model.predictor == "mlp":
        unsaid = unsaid | LATER_SIZES
    if config.model.context == 1:
        unsaid = unsaid | {"context"}
    model = {name: value for name, value in asdict(config.model).items() if name not in unsaid}
    if not config.schedule.restarts:
        del schedule["restarts"]
    parts = [model, objective, asdict(config.action), schedule]
    return repr(parts if config.encoder.kind == "trained" else [*parts, asdict(config.encoder)])


def _save(state: dict, path: Path) -> None:
    """Whole or not at all: a run may be stopped while it writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)
