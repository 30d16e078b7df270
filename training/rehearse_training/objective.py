"""The whole training objective: predict the latents of later pictures from the first one's and the actions; don't collapse."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .config import Config, Objective
from .losses.inverse_dynamics import InverseDynamics
from .losses.sigreg import random_directions, sigreg
from .losses.vicreg import covariance, variance
from .losses.odometry import OdometryMotion
from .model import WorldModel, rollout

SLICES = 256


class Pretraining(nn.Module):
    """The world model with what is needed only while it is trained."""

    def __init__(self, world_model: WorldModel, config: Config):
        super().__init__()
        self.world_model = world_model
        self.objective: Objective = config.objective
        self.targets = torch.tensor(config.schedule.targets)  # steps of the window whose pictures are encoded
        self.inverse_dynamics = InverseDynamics(world_model.encoder.image_latent, world_model.latent_size - world_model.encoder.image_latent)

        self.odometry_motion = OdometryMotion(world_model.encoder.image_latent, world_model.latent_size - world_model.encoder.image_latent)

    def forward(self, images: Tensor, proprioception: Tensor, pose: Tensor, actions: Tensor, chance: torch.Generator) -> dict[str, Tensor]:
        """
        images uint8 [B, 1 + targets, height, width, 3]: the first picture and those of the target steps
        proprioception [B, 1 + steps, P] in SI; actions [B, steps, block * axes]
        pose [B, 1 + targets, (x, y, yaw)], from odometry, in metres and radians; only looked at by the odometry term
        -> every term, unweighted, and the weighted `total`
        """
        weights = self.objective
        batch, frames = images.shape[:2]
        encoder = self.world_model.encoder
        seen = torch.cat([torch.zeros(1, dtype=torch.long), self.targets])
        latents = encoder(images.flatten(0, 1), proprioception[:, seen].flatten(0, 1)).unflatten(0, (batch, frames))  # [B, 1 + targets, D]
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
        if weights.variance_in_time > 0:
            changes = (pictures - pictures.mean(dim=1, keepdim=True)).flatten(0, 1)
            terms["variance_in_time"] = variance(changes, target=weights.std_in_time)
            total = total + weights.variance_in_time * terms["variance_in_time"]
            if weights.covariance_in_time > 0:
                terms["covariance_in_time"] = covariance(changes)
                total = total + weights.covariance_in_time * terms["covariance_in_time"]
        if weights.inverse_dynamics > 0:
            terms["inverse_dynamics"] = self._inverse_dynamics(pictures, encoder.normalise(proprioception))
            total = total + weights.inverse_dynamics * terms["inverse_dynamics"]
        if weights.odometry > 0:
            terms["odometry"] = self._odometry(pictures, predicted[..., : encoder.image_latent], encoder.normalise(proprioception), pose)
            total = total + weights.odometry * terms["odometry"]
        terms["total"] = total
        return terms

    def _inverse_dynamics(self, pictures: Tensor, speeds: Tensor) -> Tensor:
        """Between each encoded picture and the next: over one step and over longer spans alike."""
        losses = []
        begin = 0
        for i, end in enumerate(self.targets.tolist()):
            losses.append(self.inverse_dynamics.loss(pictures[:, i], pictures[:, i + 1], speeds[:, begin : end + 1]))
            begin = end
        return torch.stack(losses).mean()

    def _odometry(self, pictures: Tensor, imagined: Tensor, speeds: Tensor, pose: Tensor) -> Tensor:
        """Where each picture led by the next; the way between pictures; and the way to what was imagined from the first."""
        motion, targets = self.odometry_motion, self.targets.tolist()
        ways = []
        begin = 0
        for i, end in enumerate(targets):
            displacement = pose[:, i + 1, :2] - pose[:, i, :2]
            ways.append(motion.forward_loss(pictures[:, i], speeds[:, begin : end + 1], displacement, (end - begin) / 2))
            begin = end
        between = []
        for i in range(1, len(targets)):
            displacement = pose[:, i + 1, :2] - pose[:, 0, :2]
            between.append(motion.between_loss(pictures[:, 0], pictures[:, i + 1], displacement))
            between.append(motion.between_loss(pictures[:, 0], imagined[:, i], displacement))
        return torch.stack(ways).mean() + 0.5 * torch.stack(between).mean()
