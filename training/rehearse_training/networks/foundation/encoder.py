"""The trainable part on top of a frozen model's features."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...config import ModelSize
from ..encoder import Encoder
from .backbone import Backbone


class FoundationEncoder(nn.Module):
    """One observation to one latent, as `Encoder`: a frozen model's features, normalised, and two layers on each token.

    In training it is given features, which are on disk; a picture (uint8) goes through the frozen model first. That model is no part of the
    weights: it is neither trained nor kept in checkpoints.
    """

    features, normalise = Encoder.features, Encoder.normalise

    def __init__(self, backbone: Backbone, proprioception: int, size: ModelSize):
        super().__init__()
        self.frozen = (backbone,)
        self.cells = backbone.tokens
        self.channels = size.cell_channels if size.layout == "patches" else size.image_latent
        self.image_latent = self.cells * self.channels
        self.project = nn.Sequential(nn.Linear(backbone.channels, size.encoder_hidden), nn.SiLU(), nn.Linear(size.encoder_hidden, self.channels))
        # Of every token for itself: what is the same in all pictures says nothing.
        self.register_buffer("feature_mean", torch.zeros(backbone.tokens, backbone.channels))
        self.register_buffer("feature_std", torch.ones(backbone.channels))
        self.register_buffer("proprioception_mean", torch.zeros(proprioception))
        self.register_buffer("proprioception_std", torch.ones(proprioception))

    def forward(self, image: Tensor, proprioception: Tensor) -> Tensor:
        """image uint8 [B, height, width, 3] or features [B, tokens, channels], proprioception [B, P] in SI -> latent [B, D]"""
        features = self.frozen[0](image) if image.dtype == torch.uint8 else image.to(torch.float32)
        tokens = self.project((features - self.feature_mean) / self.feature_std)
        return torch.cat([tokens.flatten(1), self.normalise(proprioception)], dim=-1)

    @torch.no_grad()
    def fit_normalisation(self, images: Tensor, proprioception: Tensor) -> None:
        """images: features [n, tokens, channels]; proprioception [n, P]"""
        features = images.to(torch.float32)
        self.feature_mean.copy_(features.mean(dim=0))
        self.feature_std.copy_((features - self.feature_mean).square().mean(dim=(0, 1)).sqrt().clamp_min(1e-3))
        self.proprioception_mean.copy_(proprioception.mean(dim=0))
        self.proprioception_std.copy_(proprioception.std(dim=0).clamp_min(1e-3))

    def export_module(self) -> nn.Module:
        return WithBackbone(self)


class WithBackbone(nn.Module):
    """With the frozen model among its parts, as export needs it."""

    def __init__(self, encoder: FoundationEncoder):
        super().__init__()
        self.encoder, self.backbone = encoder, encoder.frozen[0]

    def forward(self, image: Tensor, proprioception: Tensor) -> Tensor:
        return self.encoder(self.backbone(image), proprioception)
