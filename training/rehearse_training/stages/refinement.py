"""Encoder and predictor, trained further one at a time.

In joint training a picture costs its whole window, and a window its pictures. An encoder that is to tell millimetres needs more pictures than that pays for, a predictor
of contact many more transitions. For the predictor every picture is encoded once. Where pictures come once each control period, a predictor that goes by control periods is told what came of each.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..config import Config
from ..data.episodes import Observations
from ..errors import TrainingError
from ..log import log
from ..networks.field import FieldPredictor
from ..networks.model import TickPredictor, WorldModel
from .fitting import fit
from .latents import encode
from .pretraining import grounded_values

# In units of the latents' spread: errors below this count by their square, larger ones by their size. A push that was missed is no reason to blur all others.
SMALL = 0.05
# What the rest of the latent counts, where the bodies' numbers are known.
REST = 0.1


def refine_encoder(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config, seed: int) -> None:
    """@param rows mask of the training rows; the predictor is one that says how much of the latent the truth tells"""
    sight, encoder = config.sight, world_model.encoder
    used, picture = np.flatnonzero(rows), slice(encoder.image_latent)
    _, targets = _encoded(world_model, observations, rows, config)

    def loss_of(rng: np.random.Generator) -> Tensor:
        at = np.sort(rng.choice(used, sight.batch))
        latents = encoder(torch.from_numpy(observations.images[at]), torch.from_numpy(observations.proprioception[at]))
        return _loss(latents[:, picture] - targets[torch.from_numpy(at), picture], world_model.predictor)

    for parameter in encoder.parameters():
        parameter.requires_grad_(True)
    fit("encoder", encoder, sight.steps, sight.learning_rate, seed, loss_of)


def refine_predictor(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config, seed: int) -> None:
    """@param rows mask of the training rows"""
    refinement, block = config.refinement, config.action.block
    predictor = world_model.predictor
    starts = observations.windows(rows, refinement.ahead)
    by_tick = isinstance(predictor, TickPredictor)
    if by_tick:  # rows one control period apart
        ends = observations.follow(starts, refinement.ahead)
        every = (np.diff(ends, axis=1) == block).all(axis=1)
        by_tick = bool(every.mean() > 0.5)
        starts = starts[every] if by_tick else starts
    if len(starts) == 0:
        raise TrainingError("RH-BAG-SHORT", f"no sequence is {refinement.ahead} model steps long", "record longer, or shorten refinement.ahead")
    latents, targets = _encoded(world_model, observations, rows, config)
    log(f"refining {int(rows.sum())} pictures encoded, {len(starts)} windows, {'every control period' if by_tick else 'every step'} is told")
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
        return _loss(torch.stack(errors), predictor)

    for parameter in predictor.parameters():
        parameter.requires_grad_(True)
    fit("predictor", predictor, refinement.steps, refinement.learning_rate, seed, loss_of)


def _encoded(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config) -> tuple[Tensor, Tensor]:
    """@returns latents of these rows, nought in all others [all rows, D]; and the same with what the truth tells in its place, as far as the predictor says that it does"""
    used, predictor = np.flatnonzero(rows), world_model.predictor
    latents = torch.zeros(len(observations.next), world_model.latent_size)
    latents[torch.from_numpy(used)] = encode(world_model, observations, used)
    if not isinstance(predictor, TickPredictor):
        return latents, latents
    targets = latents.clone()
    values_of, _ = grounded_values(observations, rows, config)
    for part in np.array_split(used, max(1, len(used) // 4096)):
        targets[torch.from_numpy(part), : predictor.known] = values_of(part)
    return latents, targets


def _loss(errors: Tensor, predictor: nn.Module) -> Tensor:
    """errors [..., D] -> one number. Of a field, the mean number of things is asked for: by size a rare thing would count for none"""
    if not isinstance(predictor, TickPredictor):
        return errors.square().mean()
    known = predictor.known
    if isinstance(predictor, FieldPredictor):
        return errors[..., :known].square().sum(dim=-1).mean() + _mean(errors[..., known:].square())
    size = F.smooth_l1_loss(errors, torch.zeros_like(errors), beta=SMALL, reduction="none")
    return size[..., :known].mean() + REST * _mean(size[..., known:])


def _mean(rest: Tensor) -> Tensor:
    """0 of nothing: a latent may be known altogether"""
    return rest.mean() if rest.numel() > 0 else rest.sum()
