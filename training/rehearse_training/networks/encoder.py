"""Pictures to latents. A latent is the picture's part followed by normalised proprioception."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..config import ModelSize

PATCH = 4


def picture_size(size: ModelSize) -> tuple[int, int]:
    """Cells of the picture's part of a latent, and numbers of each"""
    return {"vector": (1, size.image_latent), "patches": (size.cells**2, size.cell_channels), "field": (size.cells**2, 1)}[size.layout]


def encoder_settings(size: ModelSize) -> tuple[str, ...]:
    """Of `model:` in the configuration, the settings that the weights depend on."""
    own = {"vector": ("image_latent",), "patches": ("cells", "cell_channels"), "field": ("cells",)}[size.layout]
    return (*own, "patch_channels", "merge_channels", "encoder_hidden")


class Encoder(nn.Module):
    """One observation to one latent. Normalisation is inside, so that the exported graph takes what the sensors give.

    Patches of 4 × 4 pixels, less the mean picture of the training data, are whitened by its patches' covariance: the walls fill the
    picture but say the same all the time; what is small and rare, as the robot's two colours, gets an equal voice. They go through one
    linear layer that knows where each patch is (a learned bias a patch, as CoordConv's planes amount to), one strided convolution and
    two linear layers. Almost all of it is matrix products, which a CPU does well.

    With `layout: patches` the last two are convolutions instead: the picture's part of the latent is a grid of cells, row by row, each with its channels.
    Where two bodies touch is then a matter of neighbouring cells. With `layout: field` no stride is taken, and a cell is one number, of 2 × 2 pixels.
    """

    def __init__(self, width: int, height: int, proprioception: int, size: ModelSize):
        super().__init__()
        assert width % (2 * PATCH) == 0 and height % (2 * PATCH) == 0
        self.cells, self.channels = picture_size(size)
        self.image_latent = self.cells * self.channels
        self.rows, self.columns = height // PATCH, width // PATCH
        self.patch = nn.Linear(PATCH * PATCH * 3, size.patch_channels)
        self.place = nn.Parameter(0.02 * torch.randn(1, self.rows, self.columns, size.patch_channels))
        self.merge = nn.Conv2d(size.patch_channels, size.merge_channels, 3, stride=1 if size.layout == "field" else 2, padding=1)
        if size.layout == "patches":
            stride = self.rows // 2 // size.cells
            self.head = nn.Sequential(
                nn.Conv2d(size.merge_channels, size.encoder_hidden, stride, stride=stride),
                nn.SiLU(),
                nn.Conv2d(size.encoder_hidden, size.cell_channels, 1),
                ChannelsLast(),
            )
        elif size.layout == "field":  # four nodes a patch
            self.head = nn.Sequential(nn.Conv2d(size.merge_channels, 4, 1), nn.PixelShuffle(2), nn.Flatten())
        else:
            cells = self.rows * self.columns // 4
            self.head = nn.Sequential(
                nn.Flatten(), nn.Linear(size.merge_channels * cells, size.encoder_hidden), nn.SiLU(), nn.Linear(size.encoder_hidden, size.image_latent)
            )
        self.register_buffer("picture_mean", torch.full((height, width, 3), 127.5))
        self.register_buffer("whitening", torch.eye(PATCH * PATCH * 3) / 127.5)
        self.register_buffer("proprioception_mean", torch.zeros(proprioception))
        self.register_buffer("proprioception_std", torch.ones(proprioception))

    def forward(self, image: Tensor, proprioception: Tensor) -> Tensor:
        """image uint8 [B, height, width, 3], proprioception [B, P] in SI -> latent [B, D]"""
        cells = F.silu(self.patch(self.patches(image) @ self.whitening) + self.place)  # [B, rows, columns, patch channels]
        cells = F.silu(self.merge(cells.permute(0, 3, 1, 2)))  # [B, merge channels, rows / 2, columns / 2]
        return torch.cat([self.head(cells), self.normalise(proprioception)], dim=-1)

    def patches(self, image: Tensor) -> Tensor:
        """image uint8 [B, height, width, 3] -> differences from the mean picture [B, rows, columns, patch pixels * 3]"""
        pixels = image.to(torch.float32) - self.picture_mean
        patches = pixels.reshape(-1, self.rows, PATCH, self.columns, PATCH, 3).permute(0, 1, 3, 2, 4, 5)
        return patches.reshape(-1, self.rows, self.columns, PATCH * PATCH * 3)

    @torch.no_grad()
    def fit_normalisation(self, images: Tensor, proprioception: Tensor, floor: float = 4.0) -> None:
        """images uint8 [n, height, width, 3], proprioception [n, P]; `floor`: variance in squared grey levels below which nothing is amplified"""
        self.picture_mean.copy_(images.to(torch.float32).mean(dim=0))
        patches = self.patches(images).flatten(0, 2)
        values, vectors = torch.linalg.eigh((patches.T @ patches / len(patches)).double())
        self.whitening.copy_((vectors * (values.clamp_min(0) + floor).rsqrt()).float())
        if proprioception.shape[1] == 0:
            return
        self.proprioception_mean.copy_(proprioception.mean(dim=0))
        self.proprioception_std.copy_(proprioception.std(dim=0).clamp_min(1e-3))

    def features(self, pictures: Tensor) -> Tensor:
        """
        What must not collapse: pictures' parts of latents [n, image latent] -> as they are; of cells, each cell's channels, less the cell's own mean,
        which is the same in all pictures [n * cells, channels]
        """
        if self.cells == 1:
            return pictures
        cells = pictures.unflatten(-1, (self.cells, self.channels))
        return (cells - cells.mean(dim=0)).flatten(0, 1)

    def normalise(self, proprioception: Tensor) -> Tensor:
        return (proprioception - self.proprioception_mean) / self.proprioception_std

    def export_module(self) -> nn.Module:
        """What is exported."""
        return self


class ChannelsLast(nn.Module):
    def forward(self, cells: Tensor) -> Tensor:
        """[B, channels, rows, columns] -> [B, rows * columns * channels], cell by cell"""
        return cells.permute(0, 2, 3, 1).flatten(1)
