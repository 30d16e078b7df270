"""The whole training objective: predict the latents of later pictures from the first one's and the actions; don't collapse."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import Config, Objective
from ..networks.model import WorldModel, pack_context, rollout
from .ema import decay_at, follow, teacher_of
from .grounding import Grounding, SlotGrounding
from .infonce import contrastive
from .inverse_dynamics import InverseDynamics, mean_speed
from .mcr2 import coding_rate
from .mmcr import capacity
from .odometry import OdometryMotion
from .sigreg import random_directions, sigreg
from .sphere import radius
from .straightening import straightening
from .time_similarity import time_similarity
from .vicreg import covariance, variance

SLICES = 256
SIGREG_CELLS = 1024


class Pretraining(nn.Module):
    """The world model with what is needed only while it is trained."""

    def __init__(self, world_model: WorldModel, config: Config, shares: Tensor | None = None):
        """@param shares of the numbers that the grounding term asks for [R]"""
        super().__init__()
        self.world_model = world_model
        self.objective: Objective = config.objective
        self.targets = torch.tensor(config.schedule.targets)  # steps of the window whose pictures are encoded
        self.restarts = config.schedule.restarts
        self.speeds = len(config.speeds)
        self.axes = len(config.action.axes)
        motions = self.speeds or self.axes
        self.inverse_dynamics = InverseDynamics(world_model.encoder.image_latent, motions)
        self.odometry_motion = OdometryMotion(world_model.encoder.image_latent, motions)
        self.grounding: Grounding | None = None
        if shares is not None:
            self.grounding = SlotGrounding(shares) if config.model.predictor in ("bodies", "field") else Grounding(world_model.encoder.image_latent, shares)
        # Part of every checkpoint, never of the world model.
        self.teacher = teacher_of(world_model.encoder) if self.objective.anti_collapse == "ema" else None

    def forward(
        self, images: Tensor, proprioception: Tensor, pose: Tensor, actions: Tensor, chance: torch.Generator, values: Tensor | None = None
    ) -> dict[str, Tensor]:
        """
        images uint8 [B, back + 1 + targets, height, width, 3]: `back` pictures that a model which looks back sees besides, then the first and those of the target steps
        proprioception [B, back + 1 + steps, P] in SI; actions [B, back + steps, block * axes]
        pose [B, back + 1 + targets, (x, y, yaw)], from odometry, in metres and radians; only looked at by the odometry term
        values [B, back + 1 + targets, R]: what the grounding term asks for, normalised
        -> every term, unweighted, and the weighted `total`
        """
        weights = self.objective
        batch, frames = images.shape[:2]
        encoder = self.world_model.encoder
        back = self.world_model.context_frames - 1
        seen = torch.cat([torch.zeros(1, dtype=torch.long), self.targets])  # steps from the first picture
        observed = images.flatten(0, 1), proprioception[:, torch.cat([torch.arange(back), back + seen])].flatten(0, 1)
        latents = encoder(*observed).unflatten(0, (batch, frames))  # [B, back + 1 + targets, D]
        context = pack_context(latents[:, : back + 1], actions[:, :back])
        actions, proprioception, pose = actions[:, back:], proprioception[:, back:], pose[:, back:]
        latents, values = latents[:, back:], None if values is None else values[:, back:]
        predicted = rollout(self.world_model.predictor, context, actions)[:, self.targets - 1]  # [B, targets, D]
        pictures, imagined = latents[..., : encoder.image_latent], predicted[..., : encoder.image_latent]
        if self.teacher is None:
            wanted = latents[:, 1:]  # no stop-gradient: the terms below keep targets from running away or together
        else:
            with torch.no_grad():
                wanted = self.teacher(*observed).unflatten(0, (batch, frames))[:, back + 1 :]
        terms = {"prediction": (predicted - wanted).square().mean()}
        if self.restarts:
            terms["prediction"] = self._restarted(terms["prediction"], latents, wanted, actions)
        terms |= self._against_collapse(pictures, imagined, chance)
        if weights.variance_in_time > 0:
            changes = (pictures - pictures.mean(dim=1, keepdim=True)).flatten(0, 1)
            terms["variance_in_time"] = variance(changes, target=weights.std_in_time)
            if weights.covariance_in_time > 0:
                terms["covariance_in_time"] = covariance(changes)
        if weights.straightening > 0:
            terms["straightening"] = straightening(pictures)
        if weights.time_similarity > 0:
            terms["time_similarity"] = time_similarity(pictures, seen)
        motions = self._motions(encoder.normalise(proprioception)[..., : self.speeds], actions)
        if weights.inverse_dynamics > 0:
            terms["inverse_dynamics"] = self._inverse_dynamics(pictures, [mean_speed(m) if self.speeds else m.mean(dim=1) for m in motions])
        if weights.odometry > 0:
            terms["odometry"] = self._odometry(pictures, imagined, motions, pose)
        if self.grounding is not None and values is not None:
            if weights.grounding > 0:
                terms["grounding"] = self.grounding.loss(pictures, imagined, values)
            if weights.grounding_seen > 0:
                terms["grounding_seen"] = self.grounding.error(pictures, values)
        terms["total"] = sum(getattr(weights, name) * term for name, term in terms.items())
        return terms

    def _restarted(self, from_first: Tensor, latents: Tensor, wanted: Tensor, actions: Tensor) -> Tensor:
        """The prediction error from every picture but the last to all that follow it: a mean over as many pairs as there are."""
        count = len(self.targets)
        total = count * from_first
        for i in range(1, count):
            begin = int(self.targets[i - 1])
            imagined = rollout(self.world_model.predictor, latents[:, i], actions[:, begin:])[:, self.targets[i:] - begin - 1]
            total = total + (count - i) * (imagined - wanted[:, i:]).square().mean()
        return total / (count * (count + 1) / 2)

    def after_step(self, share: float) -> None:
        """To be called after every step of the optimiser. share: of the training that is done"""
        if self.teacher is not None:
            follow(self.teacher, self.world_model.encoder, decay_at(self.objective.ema_decay, share))

    def _against_collapse(self, pictures: Tensor, imagined: Tensor, chance: torch.Generator) -> dict[str, Tensor]:
        """pictures [B, 1 + targets, image latent], imagined [B, targets, image latent] -> terms, named as their weights"""
        encoder = self.world_model.encoder
        cloud = encoder.cloud(pictures.flatten(0, 1))
        moments = imagined.flatten(0, 1), pictures[:, 1:].flatten(0, 1)
        match self.objective.anti_collapse:
            case "vicreg":
                return {"variance": variance(cloud), "covariance": covariance(cloud)}
            case "sigreg":
                some = cloud if encoder.cells == 1 else cloud[torch.randint(len(cloud), (SIGREG_CELLS,), generator=chance)]
                return {"sigreg": sigreg(some, random_directions(cloud.shape[1], SLICES, chance))}
            case "mcr2":
                return {"coding_rate": coding_rate(cloud), "radius": radius(cloud)}
            case "mmcr":
                return {"capacity": capacity(moments), "radius": radius(cloud)}
            case "infonce":
                return {"contrastive": contrastive(*moments, self.objective.temperature), "radius": radius(cloud)}
            case _:  # ema: the teacher
                return {"radius": radius(cloud)}

    def _motions(self, speeds: Tensor, actions: Tensor) -> list[Tensor]:
        """
        speeds [B, 1 + steps, P], actions [B, steps, block * axes] -> for each encoded picture but the last, what was done until the next:
        the measured speeds at the moments from one to the other [B, moments, P], or, where none are measured, the mean command of each step between [B, steps, axes]
        """
        if self.speeds == 0:
            actions = actions.unflatten(-1, (-1, self.axes)).mean(dim=2)
        ends = self.targets.tolist()
        return [speeds[:, begin : end + 1] if self.speeds else actions[:, begin:end] for begin, end in zip([0, *ends], ends)]

    def _inverse_dynamics(self, pictures: Tensor, motions: list[Tensor]) -> Tensor:
        """Between each encoded picture and the next: over one step and over longer spans alike."""
        return torch.stack([self.inverse_dynamics.loss(pictures[:, i], pictures[:, i + 1], motion) for i, motion in enumerate(motions)]).mean()

    def _odometry(self, pictures: Tensor, imagined: Tensor, motions: list[Tensor], pose: Tensor) -> Tensor:
        """Where each picture led by the next; the way between pictures; and the way to what was imagined from the first."""
        motion, targets = self.odometry_motion, self.targets.tolist()
        ways = []
        begin = 0
        for i, end in enumerate(targets):
            displacement = pose[:, i + 1, :2] - pose[:, i, :2]
            ways.append(motion.forward_loss(pictures[:, i], motions[i], displacement, (end - begin) / 2))
            begin = end
        between = []
        for i in range(1, len(targets)):
            displacement = pose[:, i + 1, :2] - pose[:, 0, :2]
            between.append(motion.between_loss(pictures[:, 0], pictures[:, i + 1], displacement))
            between.append(motion.between_loss(pictures[:, 0], imagined[:, i], displacement))
        way = torch.stack(ways).mean()
        return way + 0.5 * torch.stack(between).mean() if between else way
