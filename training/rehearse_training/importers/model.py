"""An imported model between the robot's quantities and those of its training data: everything that becomes a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import TrainingError
from .dino_wm import DinoWM
from .history import HistoryStep, context_size, rollout
from .lewm import LeWM
from .settings import Imported

RMS = ("latent.rms", "1")


class FrameEncoder(nn.Module):
    """image uint8 [B, height, width, 3], proprioception [B, P] in SI -> frame [B, F]"""

    def __init__(self, model: DinoWM | LeWM, settings: Imported):
        super().__init__()
        self.model = model
        self.pictures = model.pictures(settings.image.width, settings.image.height)
        self.register_buffer("scale", torch.tensor([e.scale / e.std for e in settings.proprioception]))
        self.register_buffer("offset", torch.tensor([e.mean / e.std for e in settings.proprioception]))

    def forward(self, image: Tensor, proprioception: Tensor) -> Tensor:
        pixels = self.pictures(image)
        if isinstance(self.model, LeWM):
            return self.model.embed(pixels)  # it knows no proprioception; an input of no entries stays in the graph
        return self.model.embed(pixels, proprioception * self.scale - self.offset)


class NormalisedPredictor(nn.Module):
    """frames [N, T, F], actions [N, T, block * axes] in [-1, 1] -> what follows each frame [N, T, F]"""

    def __init__(self, model: DinoWM | LeWM, settings: Imported):
        super().__init__()
        self.model = model
        middle = torch.tensor([sum(a.range) / 2 for a in settings.action.axes])
        half = torch.tensor([(a.range[1] - a.range[0]) / 2 for a in settings.action.axes])
        scale, mean, std = (torch.tensor([getattr(a, key) for a in settings.action.axes]) for key in ("scale", "mean", "std"))
        block = settings.action.block
        self.register_buffer("gain", (half * scale / std).repeat(block))
        self.register_buffer("offset", ((middle * scale - mean) / std).repeat(block))

    def forward(self, frames: Tensor, actions: Tensor) -> Tensor:
        return self.model(frames, actions * self.gain + self.offset)


class GoalDistance(nn.Module):
    """latents [M, F], the goal's latent [1, F] -> distance [M], as the published planners measure it"""

    def __init__(self, model: DinoWM | LeWM, settings: Imported):
        super().__init__()
        self.model = model
        self.weight = settings.proprioception_weight

    def forward(self, latents: Tensor, goal: Tensor) -> Tensor:
        if isinstance(self.model, LeWM):
            return (latents - goal).square().sum(dim=-1)
        return self.model.distance(latents, goal, self.weight)


class FrameReadouts(nn.Module):
    """latents [M, F] -> the proprioception that they hold [M, P], in SI; of a model without any, the root mean square of the latent [M, 1]."""

    def __init__(self, settings: Imported):
        super().__init__()
        self.count = len(settings.proprioception)
        self.register_buffer("gain", torch.tensor([e.std / e.scale for e in settings.proprioception]))
        self.register_buffer("offset", torch.tensor([e.mean / e.scale for e in settings.proprioception]))

    def forward(self, latents: Tensor) -> Tensor:
        if self.count == 0:
            return latents.square().mean(dim=-1, keepdim=True).sqrt()
        return latents[:, -self.count :] * self.gain + self.offset


class FrameHeads(nn.Module):
    """latents [M, F], goal [1, F] -> readouts [M, R], distance [M]"""

    def __init__(self, readouts: FrameReadouts, distance: GoalDistance):
        super().__init__()
        self.readouts, self.distance = readouts, distance

    def forward(self, latents: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        return self.readouts(latents), self.distance(latents, goal)


class FrameDecoder(nn.Module):
    """latents [M, F] -> pictures [M, height, width, 3] in [0, 1]"""

    def __init__(self, model: DinoWM, settings: Imported):
        super().__init__()
        self.model = model
        self.size = (settings.image.height, settings.image.width)

    def forward(self, latents: Tensor) -> Tensor:
        pictures = self.model.decode(latents)
        if tuple(pictures.shape[-2:]) != self.size:
            pictures = F.interpolate(pictures, size=self.size, mode="bilinear", align_corners=False)
        return (pictures / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1)


@dataclass(frozen=True)
class ImportedModel:
    settings: Imported
    frame_size: int
    image_size: int
    patches: int  # 1: the layout is a plain vector
    history: int
    encoder: FrameEncoder
    step: HistoryStep
    readouts: FrameReadouts
    distance: GoalDistance
    decoder: FrameDecoder | None

    @property
    def action_size(self) -> int:
        return self.settings.action.block * len(self.settings.action.axes)

    @property
    def context_size(self) -> int:
        return context_size(self.frame_size, self.action_size, self.settings.context)

    @property
    def readout_names(self) -> list[tuple[str, str]]:
        return [(entry.name, entry.unit) for entry in self.settings.proprioception] or [RMS]

    def rollout(self, context: Tensor, actions: Tensor) -> Tensor:
        return rollout(self.step, context, self.settings.context, actions, self.frame_size)

    def torch_forms(self) -> dict[str, Callable[..., tuple[Tensor, ...]]]:
        """What each graph should compute."""

        def outcomes(latent: Tensor, actions: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
            latents = self.rollout(latent, actions)
            rows, grid = latents.flatten(0, 1), latents.shape[:2]
            return self.readouts(rows).reshape(*grid, -1), self.distance(rows, goal).reshape(grid)

        forms: dict[str, Callable[..., tuple[Tensor, ...]]] = {
            "encoder": lambda image, proprioception: (self.encoder(image, proprioception),),
            "rollout": lambda latent, actions: (self.rollout(latent, actions),),
            "readouts": lambda latents: (self.readouts(latents),),
            "cost_to_go": lambda latents, goal: (self.distance(latents, goal),),
            "outcomes": outcomes,
        }
        if self.decoder is not None:
            decoder = self.decoder
            forms["decoder"] = lambda latents: (decoder(latents),)
        return forms


def adapt(model: DinoWM | LeWM, settings: Imported) -> ImportedModel:
    """@throws TrainingError RH-FOREIGN-CONFIG: the robot's side and the checkpoint disagree"""
    action = settings.action.block * len(settings.action.axes)

    def need(ok: bool, what: str, fix: str) -> None:
        if not ok:
            raise TrainingError("RH-FOREIGN-CONFIG", what, fix)

    need(
        action == model.action_size,
        f"the checkpoint takes {model.action_size} numbers a step, action.block × action.axes are {action}",
        "give block (the frame skip of its training) and axes as in its training data",
    )
    proprioception = model.proprioception if isinstance(model, DinoWM) else 0
    need(
        len(settings.proprioception) == proprioception,
        f"the checkpoint takes {proprioception} numbers of proprioception, the configuration names {len(settings.proprioception)}",
        "name them all, in the order of its training data",
    )
    need(settings.context <= model.history, f"context is {settings.context}, the checkpoint looks back {model.history} frames", "give no more than that")
    return ImportedModel(
        settings=settings,
        frame_size=model.frame_size,
        image_size=model.frame_size - proprioception,
        patches=model.tokens if isinstance(model, DinoWM) else 1,
        history=model.history,
        encoder=FrameEncoder(model, settings).eval(),
        step=HistoryStep(NormalisedPredictor(model, settings), model.history).eval(),
        readouts=FrameReadouts(settings).eval(),
        distance=GoalDistance(model, settings).eval(),
        decoder=FrameDecoder(model, settings).eval() if isinstance(model, DinoWM) and model.decoder is not None else None,
    )
