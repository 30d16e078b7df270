"""Encoder and predictor, trained further one at a time.

In joint training a picture costs its whole window, and a window its pictures. An encoder that is to tell millimetres needs more pictures than that pays for, a predictor
of contact many more transitions. For the predictor every picture is encoded once. Where pictures come once each control period, a predictor that goes by control periods is told what came of each.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .config import Config
from .episodes import Observations
from .errors import TrainingError
from .fitting import fit
from .field import FieldPredictor
from .latents import encode
from .log import say
from .model import TickPredictor, WorldModel
from .pretraining import grounded_values

# In units of the latents' spread: errors below this count by their square, larger ones by their size. A push that was missed is no reason to blur all others.
SMALL = 0.05
# What the rest of the latent counts, where the bodies' numbers are known.
REST = 0.1


def refine_encoder(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config, seed: int) -> None:
    """@param rows mask of the training rows; the predictor tells how much of the latent the truth does"""
    sight, encoder, known = config.sight, world_model.encoder, world_model.predictor.known
    used = np.flatnonzero(rows)
    rest = torch.zeros(len(observations.next), encoder.image_latent - known)
    rest[torch.from_numpy(used)] = encode(world_model, observations, used)[:, known : encoder.image_latent]
    values_of, _ = grounded_values(observations, rows, config)
    is_field = isinstance(world_model.predictor, FieldPredictor)

    def loss_of(rng: np.random.Generator) -> Tensor:
        at = np.sort(rng.choice(used, sight.batch))
        pictures = encoder(torch.from_numpy(observations.images[at]), torch.from_numpy(observations.proprioception[at]))[:, : encoder.image_latent]
        return _loss(pictures - torch.cat([values_of(at), rest[torch.from_numpy(at)]], dim=-1), known, expected=is_field)

    for parameter in encoder.parameters():
        parameter.requires_grad_(True)
    fit("encoder", encoder, sight.steps, sight.learning_rate, seed, loss_of)


def refine_predictor(world_model: WorldModel, observations: Observations, rows: np.ndarray, config: Config, seed: int) -> None:
    """@param rows mask of the training rows"""
    refinement, block = config.refinement, config.action.block
    predictor = world_model.predictor
    starts = observations.windows(rows, refinement.ahead)
    known = predictor.known if isinstance(predictor, TickPredictor) else 0
    by_tick = known > 0
    if by_tick:  # rows one control period apart
        ends = observations.follow(starts, refinement.ahead)
        every = (np.diff(ends, axis=1) == block).all(axis=1)
        by_tick = bool(every.mean() > 0.5)
        starts = starts[every] if by_tick else starts
    if len(starts) == 0:
        raise TrainingError("RH-BAG-SHORT", f"no sequence is {refinement.ahead} model steps long", "record longer, or shorten refinement.ahead")
    used = np.flatnonzero(rows)
    latents = torch.zeros(len(observations.next), world_model.latent_size)
    latents[torch.from_numpy(used)] = encode(world_model, observations, used)
    say(f"refining {len(used)} pictures encoded, {len(starts)} windows, {'every control period' if by_tick else 'every step'} is told")
    targets = latents
    if known > 0:
        targets = latents.clone()
        values_of, _ = grounded_values(observations, rows, config)
        for part in np.array_split(used, max(1, len(used) // 4096)):
            targets[torch.from_numpy(part), :known] = values_of(part)
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
        return _loss(torch.stack(errors), known, expected=isinstance(predictor, FieldPredictor))

    for parameter in predictor.parameters():
        parameter.requires_grad_(True)
    fit("predictor", predictor, refinement.steps, refinement.learning_rate, seed, loss_of)


def _loss(errors: Tensor, known: int, expected: bool) -> Tensor:
    """errors [..., D] -> one number. `expected`: what is known is a number of things, whose mean is asked for: by size a rare thing would count for none"""
    if known == 0:
        return errors.square().mean()
    rest = errors[..., known:]
    if expected:
        return errors[..., :known].square().sum(dim=-1).mean() + (rest.square().mean() if rest.numel() > 0 else 0.0)
    size = F.smooth_l1_loss(errors, torch.zeros_like(errors), beta=SMALL, reduction="none")
    return size[..., :known].mean() + (REST * size[..., known:].mean() if rest.numel() > 0 else 0.0)
