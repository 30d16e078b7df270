"""The networks. A latent is the picture's part followed by normalised proprioception; the predictor predicts all of it."""

from __future__ import annotations

import fnmatch

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..config import POSE, ModelSize, Names

PATCH = 4


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
        self.channels = {"vector": size.image_latent, "patches": size.cell_channels, "field": 1}[size.layout]
        self.cells = 1 if size.layout == "vector" else size.cells**2
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

    def cloud(self, pictures: Tensor) -> Tensor:
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


class ResidualMlp(nn.Module):
    """What a predictor on whole latents is made of. Small, since planning runs it for every sample and step."""

    def __init__(self, inputs: int, outputs: int, size: ModelSize):
        super().__init__()
        self.first = nn.Linear(inputs, size.predictor_hidden)
        self.blocks = nn.ModuleList(nn.Linear(size.predictor_hidden, size.predictor_hidden) for _ in range(size.predictor_blocks))
        self.last = nn.Linear(size.predictor_hidden, outputs)

    def change(self, seen: Tensor) -> Tensor:
        """[N, inputs] -> [N, outputs]"""
        hidden = F.silu(self.first(seen))
        for block in self.blocks:
            hidden = hidden + F.silu(block(hidden))
        return self.last(hidden)


class Predictor(ResidualMlp):
    """One model step in latent space: z + f(z, block of actions)."""

    def __init__(self, latent: int, action: int, size: ModelSize):
        super().__init__(latent + action, latent, size)

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        """latent [N, D], action [N, block * axes] in [-1, 1] -> next latent [N, D]"""
        return latent + self.change(torch.cat([latent, action], dim=-1))


class LookingBack(ResidualMlp):
    """One model step from the last `frames` latents: what changed between them is told beside the present one, and what was commanded there.

    A context is one row of numbers: the latents, the oldest first, then the blocks of actions that led from each to the next. A model with one frame has the latent for a context.
    """

    def __init__(self, latent: int, action: int, size: ModelSize):
        super().__init__(size.context * (latent + action), latent, size)
        self.frames, self.latent, self.action = size.context, latent, action
        self.sizes = [latent] * size.context + [action] * (size.context - 1)

    def forward(self, context: Tensor, action: Tensor) -> Tensor:
        """context [N, C], action [N, block * axes] in [-1, 1] -> next latent [N, D]"""
        parts = context.split(self.sizes, dim=-1)
        latents, blocks = parts[: self.frames], parts[self.frames :]
        # Changes are small beside the latents; given by themselves they need not be dug out.
        changes = [CHANGE_GAIN * (after - before) for before, after in zip(latents, latents[1:])]
        return latents[-1] + self.change(torch.cat([latents[-1], *changes, *blocks, action], dim=-1))

    def advance(self, context: Tensor, action: Tensor, following: Tensor) -> Tensor:
        """-> the context one model step on [N, C]"""
        parts = context.split(self.sizes, dim=-1)
        return torch.cat([*parts[1 : self.frames], following, *parts[self.frames + 1 :], action], dim=-1)


CHANGE_GAIN = 3.0


def pack_context(latents: Tensor, blocks: Tensor) -> Tensor:
    """latents [N, frames, D], the oldest first, blocks [N, frames - 1, block * axes], that led from each to the next -> contexts [N, C]"""
    return torch.cat([latents.flatten(1), blocks.flatten(1)], dim=-1)


class ContextStep(nn.Module):
    """(context [N, C], action [N, block * axes]) -> the context one model step on [N, C], whose newest latent is what is predicted."""

    def __init__(self, predictor: nn.Module):
        super().__init__()
        self.predictor = predictor

    def forward(self, context: Tensor, action: Tensor) -> Tensor:
        following = self.predictor(context, action)
        return self.predictor.advance(context, action, following) if isinstance(self.predictor, LookingBack) else following


class TickPredictor(ResidualMlp):
    """One model step: the same small network once a control period. The first `known` numbers of the latent are what the truth tells."""

    known: int

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        """latent [N, D], action [N, ticks * axes] in [-1, 1] -> next latent [N, D]"""
        return self.each_tick(latent, action)[-1]

    def each_tick(self, latent: Tensor, action: Tensor) -> list[Tensor]:
        """-> the latents [N, D] after each control period of the step"""
        raise NotImplementedError


class CellPredictor(nn.Module):
    """As `Predictor`, for a grid of cells: blocks that mix cells (a matrix each for some groups of channels), then channels. All matrix products.

    Action and proprioception scale and shift the channels of every block.
    """

    GROUPS = 8

    def __init__(self, cells: int, channels: int, proprioception: int, action: int, size: ModelSize):
        super().__init__()
        hidden = size.predictor_hidden
        assert hidden % self.GROUPS == 0
        self.sizes = (cells * channels, proprioception)
        self.cells, self.channels = cells, channels
        self.first = nn.Linear(channels, hidden)
        self.place = nn.Parameter(0.02 * torch.randn(1, cells, hidden))
        self.mixing = nn.ParameterList(torch.randn(1, self.GROUPS, cells, cells) / cells**0.5 for _ in range(size.predictor_blocks))
        self.blocks = nn.ModuleList(mlp(hidden, 2 * hidden, hidden, layers=1) for _ in range(size.predictor_blocks))
        self.steering = nn.ModuleList(nn.Linear(action + proprioception, 2 * hidden) for _ in range(size.predictor_blocks))
        self.last = nn.Linear(hidden, channels)
        self.motion = mlp(hidden + action + proprioception, 64, proprioception, layers=1)

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        """latent [N, cells * channels + P], action [N, block * axes] in [-1, 1] -> next latent, likewise"""
        pictures, speeds = latent.split(self.sizes, dim=-1)
        drive = torch.cat([action, speeds], dim=-1)
        hidden = self._each(self.first, pictures.reshape(-1, self.cells, self.channels)) + self.place  # [N, cells, hidden]
        for mixing, block, steering in zip(self.mixing, self.blocks, self.steering):
            scale, shift = steering(drive).unsqueeze(1).chunk(2, dim=-1)
            steered = F.silu(hidden * (1 + scale) + shift)
            groups = steered.reshape(-1, self.cells, self.GROUPS, hidden.shape[-1] // self.GROUPS).transpose(1, 2)  # [N, groups, cells, hidden / groups]
            hidden = hidden + (mixing @ groups).transpose(1, 2).reshape(hidden.shape)
            hidden = hidden + self._each(block, hidden)
        moved = speeds + self.motion(torch.cat([hidden.mean(dim=1), drive], dim=-1))
        return torch.cat([pictures + self._each(self.last, hidden).flatten(1), moved], dim=-1)

    def _each(self, layer: nn.Module, cells: Tensor) -> Tensor:
        """[N, cells, any] -> the layer on every cell; as one matrix of rows, which is also how the gradient can be traced"""
        return layer(cells.reshape(-1, cells.shape[-1])).reshape(-1, self.cells, self.last.out_features if layer is self.last else self.last.in_features)


def rollout(predictor: nn.Module, context: Tensor, actions: Tensor) -> Tensor:
    """context [N, C] (the latent [N, D], if the predictor does not look back), actions [N, H, block * axes] -> the latents after each step [N, H, D]"""
    latents = []
    for action in actions.unbind(dim=1):
        latent = predictor(context, action)
        latents.append(latent)
        context = predictor.advance(context, action, latent) if isinstance(predictor, LookingBack) else latent
    return torch.stack(latents, dim=1)


class WorldModel(nn.Module):
    def __init__(self, width: int, height: int, proprioception: int, action: int, size: ModelSize, encoder: nn.Module | None = None, predictor: nn.Module | None = None):
        """@param encoder one of another kind, with what `Encoder` has besides its layers @param predictor likewise: (latent [N, D], action) -> next"""
        super().__init__()
        self.encoder = encoder or Encoder(width, height, proprioception, size)
        self.latent_size = self.encoder.image_latent + proprioception
        self.action_size = action
        self.context_frames = size.context
        self.context_size = size.context * self.latent_size + (size.context - 1) * action
        if predictor is not None:
            self.predictor: nn.Module = predictor
        elif size.predictor == "cells":
            self.predictor = CellPredictor(self.encoder.cells, self.encoder.channels, proprioception, action, size)
        elif size.context > 1:
            self.predictor = LookingBack(self.latent_size, action, size)
        else:
            self.predictor = Predictor(self.latent_size, action, size)


def mlp(inputs: int, hidden: int, outputs: int, layers: int = 2) -> nn.Sequential:
    sizes = [inputs] + [hidden] * layers
    parts: list[nn.Module] = []
    for a, b in zip(sizes, sizes[1:]):
        parts += [nn.Linear(a, b), nn.SiLU()]
    return nn.Sequential(*parts, nn.Linear(hidden, outputs))


class Readouts(nn.Module):
    """latents [M, D] -> physical quantities [M, R], named with their units"""

    def __init__(self, latent: int, hidden: int, names: Names = POSE):
        super().__init__()
        self.names = names
        self.net = mlp(latent, hidden, len(names))

    def forward(self, latents: Tensor) -> Tensor:
        return self.net(latents)

    def position(self, latents: Tensor) -> Tensor:
        """-> [M, 2], the first two of a body; only the rows of the last layer that are asked for, which keeps scatters out of the gradient graph"""
        last = self.net[-1]
        assert isinstance(last, nn.Linear)
        return F.linear(self.net[:-1](latents), last.weight[:2], last.bias[:2])


class Place(Readouts):
    """A body's pose from the picture's part of the latents alone: for pictures that come without odometry, as goals do."""

    def __init__(self, image_latent: int, hidden: int):
        super().__init__(image_latent, hidden)
        self.image_latent = image_latent

    def forward(self, latents: Tensor) -> Tensor:
        return self.net(latents[:, : self.image_latent])


class CostToGo(nn.Module):
    """Metres of free path to a goal: the straight way that the readouts see, plus a learned detour that is never negative."""

    def __init__(self, latent: int, hidden: int, readouts: Readouts):
        super().__init__()
        self.goal_size = 2
        self.readouts = readouts
        self.detour = mlp(latent + 6, hidden, 1)

    def forward(self, latents: Tensor, goal: Tensor) -> Tensor:
        """latents [M, D], goal [M or 1, 2] in metres -> distance [M]"""
        return self._from_position(latents, self.readouts.position(latents), goal)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        """As `forward`, with the readouts of the latents [M, R] already known."""
        return self._from_position(latents, values[:, :2], goal)

    def _from_position(self, latents: Tensor, position: Tensor, goal: Tensor) -> Tensor:
        goal = goal.expand(latents.shape[0], 2)
        way = goal - position
        # The tiny constant keeps the gradient finite at the goal itself.
        straight = torch.sqrt((way * way).sum(dim=-1) + 1e-6)
        detour = self.detour(torch.cat([latents, goal, position, way], dim=-1)).squeeze(-1)
        return straight + F.softplus(detour)


class GoalCost(nn.Module):
    """What is between latents and the latent of a goal picture: 0 at the goal, 1 or so where the task calls it near.

    A goal picture has no speeds, so what it is encoded with (rest) must not be asked of the latents: kinds that compare latents look at the pictures' part only.
    """

    def __init__(self, readouts: Readouts, image_latent: int, latent: int):
        super().__init__()
        self.goal_size = latent
        self.readouts = readouts
        mask = torch.zeros(latent)
        mask[:image_latent] = 1
        self.register_buffer("picture", mask, persistent=False)

    def forward(self, latents: Tensor, goal: Tensor) -> Tensor:
        """latents [M, D], goal [M or 1, D] -> distance [M]"""
        return self.from_readouts(latents, self.readouts(latents), goal)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        """As `forward`, with the readouts of the latents [M, R] already known."""
        raise NotImplementedError


class ReadoutCost(GoalCost):
    """Distance between what the readouts see in both, each difference in units of its tolerance."""

    def __init__(self, readouts: Readouts, image_latent: int, latent: int, tolerances: dict[str, float]):
        super().__init__(readouts, image_latent, latent)
        self.register_buffer("weights", torch.tensor([_weight(name, tolerances) for name, _ in readouts.names]), persistent=False)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        gap = values - self.readouts(goal)
        return torch.sqrt((gap * gap) @ self.weights + 1e-6)


def _weight(name: str, tolerances: dict[str, float]) -> float:
    return next((tolerance**-2 for pattern, tolerance in tolerances.items() if fnmatch.fnmatchcase(name, pattern)), 0.0)


class LatentCost(GoalCost):
    """Mean squared difference of the pictures' part, each number in units of its spread; `unit` is what counts as 1."""

    def __init__(self, readouts: Readouts, image_latent: int, latent: int):
        super().__init__(readouts, image_latent, latent)
        self.register_buffer("weights", self.picture / image_latent)

    @torch.no_grad()
    def fit_scale(self, latents: Tensor, near: Tensor) -> None:
        """latents [n, D]: their spread; near [n, 2, D]: pairs whose median distance is to be 1"""
        self.weights.copy_(self.picture / latents.std(dim=0).clamp_min(1e-3).square())
        gap = near[:, 0] - near[:, 1]
        self.weights.div_(((gap * gap) @ self.weights).median().clamp_min(1e-9))

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        gap = latents - goal
        return (gap * gap) @ self.weights


class TemporalCost(GoalCost):
    """Model steps from one to the other, as the fast ones of the recordings took."""

    def __init__(self, readouts: Readouts, image_latent: int, latent: int, hidden: int):
        super().__init__(readouts, image_latent, latent)
        self.steps = mlp(3 * latent, hidden, 1)

    def from_readouts(self, latents: Tensor, values: Tensor, goal: Tensor) -> Tensor:
        here, there = latents * self.picture, goal.expand(latents.shape[0], -1) * self.picture
        return F.softplus(self.steps(torch.cat([here, there, 3.0 * (there - here)], dim=-1)).squeeze(-1))


class Heads(nn.Module):
    """Readouts and cost to go in one pass, which share what they have in common."""

    def __init__(self, cost_to_go: CostToGo | GoalCost):
        super().__init__()
        self.cost_to_go = cost_to_go

    def forward(self, latents: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        """latents [M, D], goal [1, 2] in metres or [1, D] -> readouts [M, R], distance [M]"""
        readouts = self.cost_to_go.readouts(latents)
        return readouts, self.cost_to_go.from_readouts(latents, readouts, goal)


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
