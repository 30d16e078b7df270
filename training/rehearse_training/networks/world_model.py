"""Encoder and predictor, together."""

from __future__ import annotations

from torch import nn

from ..config import ModelSize
from .encoder import Encoder
from .predictors import predictor_class
from .predictors.predictor import Predictor, Shape


class WorldModel(nn.Module):
    def __init__(self, width: int, height: int, proprioception: int, action: int, size: ModelSize, encoder: nn.Module | None = None, predictor: Predictor | None = None):
        """@param encoder one of another kind, with what `Encoder` has besides its layers @param predictor one that was built already"""
        super().__init__()
        self.encoder = encoder or Encoder(width, height, proprioception, size)
        self.latent_size = self.encoder.image_latent + proprioception
        self.action_size = action
        if predictor is None:
            predictor = predictor_class(size).of(Shape(self.encoder.cells, self.encoder.channels, proprioception, action), size)
        self.predictor = predictor

    @property
    def context_frames(self) -> int:
        return self.predictor.context_frames

    @property
    def context_size(self) -> int:
        frames = self.context_frames
        return frames * self.latent_size + (frames - 1) * self.action_size
