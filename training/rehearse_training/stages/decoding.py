"""Trains the decoder on frozen latents, so that people can look at what is imagined."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..config import HeadSchedule
from ..data.episodes import Observations
from ..networks.decoder import Decoder
from .fitting import fit
from .latents import Latents

COLOUR_WEIGHT = 12.0


def train_decoder(decoder: Decoder, observations: Observations, latents: Latents, schedule: HeadSchedule, seed: int) -> None:
    def loss(rng: np.random.Generator) -> Tensor:
        pick = rng.integers(0, len(latents.seen), schedule.decoder_batch)
        wanted = torch.from_numpy(observations.images[latents.seen_rows[pick]]).float() / 255  # [B, height, width, 3]
        # What moves is small: without more weight on coloured pixels, an empty room would be a good answer.
        weight = 1 + COLOUR_WEIGHT * (wanted.amax(dim=-1, keepdim=True) - wanted.amin(dim=-1, keepdim=True))
        return (weight * (decoder(latents.seen[pick]) - wanted).square()).mean()

    fit("decoder", decoder, schedule.decoder_steps, schedule.learning_rate, seed, loss)
