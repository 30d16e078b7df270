"""Encoder and predictor, trained further one at a time.

In joint training a picture costs its whole window, and a window its pictures. An encoder that is to tell millimetres needs more pictures than that pays for, a predictor
of contact many more transitions. For the predictor every picture is encoded once. Where pictures come once each control period, a predictor that goes by control periods is compared with each.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..config import Config
from ..data.episodes import Observations
from ..errors import TrainingError
from ..log import log
from ..networks.world_model import WorldModel
from .fitting import fit
from .grounding_values import grounded_values
from .latents import encode

def refine_encoder(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config, seed: int) -> None:
    """@param rows mask of the training rows; the predictor is a grounded one"""
    schedule, encoder = config.encoder_fine_tune, world_model.encoder
    used, picture = np.flatnonzero(rows), slice(encoder.image_latent)
    _, targets = _encoded(world_model, observations, rows, config)

    def loss_of(rng: np.random.Generator) -> Tensor:
        at = np.sort(rng.choice(used, schedule.batch))
        latents = encoder(torch.from_numpy(observations.images[at]), torch.from_numpy(observations.proprioception[at]))
        return world_model.predictor.refinement_loss(latents[:, picture] - targets[torch.from_numpy(at), picture])

    for parameter in encoder.parameters():
        parameter.requires_grad_(True)
    fit("encoder", encoder, schedule.steps, schedule.learning_rate, seed, loss_of)


def refine_predictor(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config, seed: int) -> None:
    """@param rows mask of the training rows"""
    refinement, block = config.refinement, config.action.block
    predictor = world_model.predictor
    starts = observations.windows(rows, refinement.ahead)
    by_tick = predictor.grounded
    if by_tick:  # rows one control period apart
        ends = observations.follow(starts, refinement.ahead)
        every = (np.diff(ends, axis=1) == block).all(axis=1)
        by_tick = bool(every.mean() > 0.5)
        starts = starts[every] if by_tick else starts
    if len(starts) == 0:
        raise TrainingError("RH-BAG-SHORT", f"no sequence is {refinement.ahead} model steps long", "record longer, or shorten refinement.ahead")
    latents, targets = _encoded(world_model, observations, rows, config)
    log(f"refining {int(rows.sum())} pictures encoded, {len(starts)} windows, {'every control period' if by_tick else 'every step'} is compared")
    actions = torch.from_numpy(observations.action)

    def loss_of(rng: np.random.Generator) -> Tensor:
        at = observations.follow(rng.choice(starts, refinement.batch), refinement.ahead)
        latent, errors = latents[at[:, 0]], []
        for step in range(refinement.ahead):
            now, action = at[:, step], actions[at[:, step]]
            each = predictor.each_tick(latent, action) if by_tick else [predictor(latent, action)]
            then = [now + 1 + tick for tick in range(block)] if by_tick else [at[:, step + 1]]
            errors += [imagined - targets[rows] for imagined, rows in zip(each, then, strict=True)]
            latent = each[-1]
        return predictor.refinement_loss(torch.stack(errors))

    for parameter in predictor.parameters():
        parameter.requires_grad_(True)
    fit("predictor", predictor, refinement.steps, refinement.learning_rate, seed, loss_of)


def _encoded(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config) -> tuple[Tensor, Tensor]:
    """@returns latents of these rows, nought in all others [all rows, D]; and the same with what the truth tells in its place, as far as the predictor says that it does"""
    used, predictor = np.flatnonzero(rows), world_model.predictor
    latents = torch.zeros(len(observations.next), world_model.latent_size)
    latents[torch.from_numpy(used)] = encode(world_model, observations, used)
    if not predictor.grounded:
        return latents, latents
    targets = latents.clone()
    values_of, _ = grounded_values(observations, rows, config)
    for part in np.array_split(used, max(1, len(used) // 4096)):
        targets[torch.from_numpy(part), : predictor.known] = values_of(part)
    return latents, targets
