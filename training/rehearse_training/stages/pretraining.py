"""Trains encoder and predictor. Every step draws its batch from (seed, step) alone, so a resumed run equals one that was never stopped."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..config import Config
from ..data.episodes import Observations
from ..data.labels import names_of
from ..errors import TrainingError
from ..log import log
from ..losses.objective import Pretraining
from ..networks.encoder import picture_size
from ..networks.predictors import predictor_class
from ..networks.predictors.predictor import Shape, Spread
from ..networks.world_model import WorldModel
from .checkpoint import identity_of, same_identity, save_checkpoint
from .collapse import effective_rank, min_std
from .grounding_values import grounded_values, spread_of
from .schedule import learning_rate

NORMALISING_ROWS = 2000


def build_world_model(observations: Observations, rows: np.ndarray, config: Config, seed: int) -> WorldModel:
    """With fresh weights; pictures and proprioception are normalised by the training rows."""
    torch.manual_seed(seed)
    proprioception = observations.proprioception.shape[1]
    encoder = None
    if config.encoder.kind != "trained":
        from ..networks.foundation.backbone import load_backbone
        from ..networks.foundation.encoder import FoundationEncoder

        encoder = FoundationEncoder(load_backbone(config.encoder, config.image, config.model.cells), proprioception, config.model)
    kind = predictor_class(config.model)
    names = names_of(config, observations) if kind.grounded and config.model.layout == "vector" else ()
    cells, channels = picture_size(config.model) if encoder is None else (encoder.cells, encoder.channels)
    shape = Shape(
        cells,
        channels,
        proprioception,
        observations.action.shape[1],
        ticks=config.action.block,
        speeds=len(config.speeds),
        names=tuple(name for name, _ in names),
        reach_m=tuple((axis.range[0] * config.action.period_s, axis.range[1] * config.action.period_s) for axis in config.action.axes),
    )
    predictor = kind.of(shape, config.model) if kind.drawn_before_encoder else None
    world_model = WorldModel(config.image.width, config.image.height, proprioception, observations.action.shape[1], config.model, encoder, predictor)
    some = np.flatnonzero(rows)
    some = some[:: max(1, len(some) // NORMALISING_ROWS)]
    world_model.encoder.fit_normalisation(torch.from_numpy(observations.images[some]), torch.from_numpy(observations.proprioception[some]))
    mean, std = spread_of(observations, rows, names) if names else (torch.zeros(0), torch.zeros(0))
    world_model.predictor.fit_spread(Spread(mean, std, world_model.encoder.proprioception_mean, world_model.encoder.proprioception_std))
    return world_model


def pretrain(observations: Observations, rows: np.ndarray, config: Config, seed: int, checkpoint: Path) -> tuple[WorldModel, dict[str, Any]]:
    """@param rows mask of the training rows @returns the trained model and {steps, wall_s, terms, collapse}; goes on from `checkpoint` if it is there"""
    schedule = config.schedule
    world_model = build_world_model(observations, rows, config, seed)
    values_of = loss_weights = None
    if any(term.network_name == "grounding" for term in config.objective.active()):
        values_of, loss_weights = grounded_values(observations, rows, config)
    pretraining = Pretraining(world_model, config, loss_weights)
    optimiser = torch.optim.AdamW(_groups(pretraining, schedule.weight_decay), lr=schedule.learning_rate)
    back = world_model.context_frames - 1
    steps_of_window = back + schedule.horizon
    starts = observations.windows(rows, steps_of_window)
    if len(starts) == 0:
        raise TrainingError("RH-BAG-SHORT", f"no sequence is {steps_of_window} model steps long", "record longer, or shorten schedule.targets")
    encoded = [*range(back + 1), *(back + target for target in schedule.targets)]
    begin, wall_before = 0, 0.0
    identity = identity_of(config, seed, observations.sha256)
    report: dict[str, Any] = {}
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        if not same_identity(state["identity"], identity):
            raise TrainingError("RH-TRAIN-RESUME", f"{checkpoint} was made with other data, seed or configuration", "give another --runs folder, or remove it")
        pretraining.load_state_dict(state["weights"])
        optimiser.load_state_dict(state["optimiser"])
        begin, wall_before, report = state["step"], state["wall_s"], state["report"]
    started = time.perf_counter()
    recent: dict[str, float] = {}
    pretraining.train()
    for step in range(begin, schedule.steps):
        rng = np.random.default_rng([seed, 2, step])
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        window = observations.follow(np.sort(rng.choice(starts, schedule.batch)), steps_of_window)
        frames = window[:, encoded]
        terms = pretraining(
            torch.from_numpy(observations.images[frames]),
            torch.from_numpy(observations.proprioception[window]),
            torch.from_numpy(observations.pose[frames]),
            torch.from_numpy(observations.action[window[:, :-1]]),
            generator,
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
            save_checkpoint(state, checkpoint)
    wall = wall_before + time.perf_counter() - started
    world_model.eval()
    for parameter in world_model.parameters():
        parameter.requires_grad_(False)
    return world_model, {"steps": schedule.steps, "wall_s": round(wall, 1), **report}


@torch.no_grad()
def collapse_of(world_model: WorldModel, observations: Observations, frames: np.ndarray) -> dict[str, float]:
    """Of the picture's part of the latents of some rows."""
    rows = frames.reshape(-1)[:512]
    latents = world_model.encoder(torch.from_numpy(observations.images[rows]), torch.from_numpy(observations.proprioception[rows]))
    pictures = world_model.encoder.features(latents[:, : world_model.encoder.image_latent])
    return {"effective_rank": round(effective_rank(pictures), 2), "min_std": round(min_std(pictures), 3)}


def _groups(module: torch.nn.Module, weight_decay: float) -> list[dict]:
    """Weight decay for matrices and kernels, none for biases."""
    learned = [p for p in module.parameters() if p.requires_grad]
    matrices = [p for p in learned if p.ndim > 1]
    others = [p for p in learned if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
