"""The whole training objective: predict the latents of later pictures from the first one's and the actions; don't collapse."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import Config
from ..networks.predictors.predictor import pack_context
from ..networks.world_model import WorldModel
from .registry import TERMS, active
from .term import Sizes, Term, Window


class Pretraining(nn.Module):
    """The world model with what is needed only while it is trained."""

    def __init__(self, world_model: WorldModel, config: Config, loss_weights: Tensor | None = None, registered: tuple[type[Term], ...] = TERMS):
        """@param loss_weights of the numbers that grounding asks for [R] @param registered terms that the configuration's objective may have"""
        super().__init__()
        self.world_model = world_model
        self.targets = torch.tensor(config.schedule.targets)  # steps of the window whose pictures are encoded
        self.restarts = config.schedule.restarts
        self.speeds = len(config.speeds)
        self.axes = len(config.action.axes)
        values = {name: getattr(config.objective, name) for name in config.objective.names()}
        self.weights = values
        terms = {kind.name: kind({name: values[name] for name in kind.settings}) for kind in registered}
        self.terms = [terms[kind.name] for kind in active(config.objective.anti_collapse, values, registered)]
        sizes = Sizes(world_model.encoder.image_latent, self.speeds or self.axes, world_model.predictor.grounded, loss_weights)
        # Networks are there whatever their term's weight, but for those of another method: a seed goes on meaning the same weights, and a checkpoint the same names.
        for term in terms.values():
            if term in self.terms or not term.method:
                network = term.network(sizes, world_model.encoder)
                if network is not None:
                    self.add_module(term.network_name, network)

    def forward(
        self, images: Tensor, proprioception: Tensor, pose: Tensor, actions: Tensor, generator: torch.Generator, values: Tensor | None = None
    ) -> dict[str, Tensor]:
        """
        images uint8 [B, back + 1 + targets, height, width, 3]: `back` pictures that a model which looks back sees besides, then the first and those of the target steps
        proprioception [B, back + 1 + steps, P] in SI; actions [B, back + steps, block * axes]
        pose [B, back + 1 + targets, (x, y, yaw)], from odometry, in metres and radians; for the odometry term alone
        values [B, back + 1 + targets, R]: what grounding asks for, normalised
        -> every term, unweighted, and the weighted `total`
        """
        window = self._window(images, proprioception, pose, actions, generator, values)
        terms = {term.name: term.loss(window, self._network(term)) for term in self.terms if term.weight is not None}
        terms["total"] = sum(self.weights[name] * term for name, term in terms.items())
        return terms

    def after_step(self, done: float) -> None:
        """To be called after every step of the optimiser. done: fraction of the training"""
        for term in self.terms:
            term.after_step(self._network(term), self.world_model.encoder, done)

    def _network(self, term: Term) -> nn.Module | None:
        return getattr(self, term.network_name, None) if term.network_name else None

    def _window(self, images: Tensor, proprioception: Tensor, pose: Tensor, actions: Tensor, generator: torch.Generator, values: Tensor | None) -> Window:
        batch, frames = images.shape[:2]
        encoder, predictor = self.world_model.encoder, self.world_model.predictor
        back = self.world_model.context_frames - 1
        seen = torch.cat([torch.zeros(1, dtype=torch.long), self.targets])  # steps from the first picture
        observed = images.flatten(0, 1), proprioception[:, torch.cat([torch.arange(back), back + seen])].flatten(0, 1)
        latents = encoder(*observed).unflatten(0, (batch, frames))  # [B, back + 1 + targets, D]
        context = pack_context(latents[:, : back + 1], actions[:, :back])
        actions, proprioception, pose = actions[:, back:], proprioception[:, back:], pose[:, back:]
        latents, values = latents[:, back:], None if values is None else values[:, back:]
        others = [found for term in self.terms if (found := term.targets(self._network(term), *observed)) is not None]
        return Window(
            encoder=encoder,
            predictor=predictor,
            targets=self.targets,
            restarts=self.restarts,
            latents=latents,
            predicted=predictor.rollout(context, actions)[:, self.targets - 1],
            taught=others[0].unflatten(0, (batch, frames))[:, back + 1 :] if others else None,
            actions=actions,
            motions=self._motions(encoder.normalise(proprioception)[..., : self.speeds], actions),
            speeds=self.speeds > 0,
            pose=pose,
            values=values,
            generator=generator,
        )

    def _motions(self, speeds: Tensor, actions: Tensor) -> list[Tensor]:
        """
        speeds [B, 1 + steps, P], actions [B, steps, block * axes] -> for each encoded picture but the last, what was done until the next:
        the measured speeds at the moments from one to the other [B, moments, P], or, where none are measured, the mean command of each step between [B, steps, axes]
        """
        if self.speeds == 0:
            actions = actions.unflatten(-1, (-1, self.axes)).mean(dim=2)
        ends = self.targets.tolist()
        return [speeds[:, begin : end + 1] if self.speeds else actions[:, begin:end] for begin, end in zip([0, *ends], ends)]
