"""The whole training objective: predict the latents of later pictures from the first one's and the actions; don't collapse."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .config import Config, Objective
from .losses.inverse_dynamics import InverseDynamics
from .losses.sigreg import random_directions, sigreg
from .losses.vicreg import covariance, variance
from .model import WorldModel, rollout

SLICES = 256


class Pretraining(nn.Module):
    """The world model with what is needed only while it is trained."""

    def __init__(self, world_model: WorldModel, config: Config):
        super().__init__()
        self.world_model = world_model
        self.objective: Objective = config.objective
        self.block = config.action.block
        self.axes = len(config.action.axes)
        self.targets = torch.tensor(config.schedule.targets)  # steps of the window whose pictures are encoded
        self.inverse_dynamics = InverseDynamics(world_model.encoder.image_latent, self.axes)

    def forward(self, images: Tensor, proprioception: Tensor, actions: Tensor, chance: torch.Generator) -> dict[str, Tensor]:
        """
        images uint8 [B, 1 + targets, height, width, 3]: the first picture and those of the target steps
        proprioception [B, 1 + targets, P] in SI; actions [B, steps, block * axes]
        -> every term, unweighted, and the weighted `total`
        """
        weights = self.objective
        batch, frames = images.shape[:2]
        encoder = self.world_model.encoder
        latents = encoder(images.flatten(0, 1), proprioception.flatten(0, 1)).unflatten(0, (batch, frames))  # [B, 1 + targets, D]
        predicted = rollout(self.world_model.predictor, latents[:, 0], actions)[:, self.targets - 1]  # [B, targets, D]
        pictures = latents[..., : encoder.image_latent]
        cloud = pictures.flatten(0, 1)  # [B * (1 + targets), image latent]
        # No stop-gradient on the targets: the terms below keep them from running away or together.
        terms = {"prediction": (predicted - latents[:, 1:]).square().mean()}
        total = weights.prediction * terms["prediction"]
        if weights.anti_collapse == "vicreg":
            terms |= {"variance": variance(cloud), "covariance": covariance(cloud)}
            total = total + weights.variance * terms["variance"] + weights.covariance * terms["covariance"]
        else:
            terms["sigreg"] = sigreg(cloud, random_directions(cloud.shape[1], SLICES, chance))
            total = total + weights.sigreg * terms["sigreg"]
        if weights.inverse_dynamics > 0:
            terms["inverse_dynamics"] = self._inverse_dynamics(pictures, actions)
            total = total + weights.inverse_dynamics * terms["inverse_dynamics"]
        terms["total"] = total
        return terms

    def _inverse_dynamics(self, pictures: Tensor, actions: Tensor) -> Tensor:
        """Between each encoded picture and the next: over one step and over longer spans alike."""
        losses = []
        begin = 0
        for i, end in enumerate(self.targets.tolist()):
            ticks = actions[:, begin:end].flatten(1).unflatten(1, ((end - begin) * self.block, self.axes))
            losses.append(self.inverse_dynamics.loss(pictures[:, i], pictures[:, i + 1], ticks))
            begin = end
        return torch.stack(losses).mean()
