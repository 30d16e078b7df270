"""Latents to pictures, for people."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Decoder(nn.Module):
    """latents [M, D] -> pictures [M, height, width, 3] in [0, 1]. For people; trained on frozen latents."""

    def __init__(self, latent: int, width: int, height: int, channels: int, hidden: int = 128):
        super().__init__()
        self.channels = channels
        self.cells = (height // 8, width // 8)
        self.first = nn.Sequential(nn.Linear(latent, hidden), nn.SiLU(), nn.Linear(hidden, channels * self.cells[0] * self.cells[1]), nn.SiLU())
        self.net = nn.Sequential(
            nn.ConvTranspose2d(channels, channels // 2, 4, stride=2, padding=1),
            nn.SiLU(),
            nn.ConvTranspose2d(channels // 2, channels // 4, 4, stride=2, padding=1),
            nn.SiLU(),
            nn.ConvTranspose2d(channels // 4, 3, 4, stride=2, padding=1),
        )

    def forward(self, latents: Tensor) -> Tensor:
        cells = self.first(latents).reshape(-1, self.channels, *self.cells)
        return torch.sigmoid(self.net(cells)).permute(0, 2, 3, 1)
