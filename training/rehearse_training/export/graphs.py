"""The graphs of a model folder, with the names and axes that the runtime asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import onnx
import torch
from torch import Tensor, nn

from ..networks.decoder import Decoder
from ..networks.goal_costs import GoalCost
from ..networks.heads import CostToGo, Heads, Place, Readouts
from ..networks.predictors.predictor import ContextStep
from ..networks.world_model import WorldModel
from .fp16 import to_fp16
from .gradient import cost_and_gradient, predictor_vjp
from .loop import Context, gradient_graph, outcomes_graph, rollout_graph
from .quantise import quantised
from .step import export_step


@dataclass(frozen=True)
class Networks:
    world_model: WorldModel
    readouts: Readouts
    cost_to_go: CostToGo | GoalCost
    decoder: Decoder
    width: int
    height: int
    place: Place | None = None  # where latents hold the pose by odometry

    def modules(self) -> list[nn.Module]:
        return [self.world_model, self.readouts, self.cost_to_go, self.decoder, *([self.place] if self.place else [])]


def export_graphs(networks: Networks) -> dict[str, onnx.ModelProto]:
    world_model, latent, action = networks.world_model, networks.world_model.latent_size, networks.world_model.action_size
    # Each example is a tensor of its own: torch.export takes one tensor given twice for one input.
    goal_size = networks.cost_to_go.goal_size
    z, a, goal = torch.randn(3, latent), torch.randn(3, action), torch.randn(1, goal_size)
    context = Context(world_model.context_size, world_model.context_frames, latent)
    before, adjoint = torch.randn(3, context.size), torch.randn(3, context.size)
    # What does not look back is its own step: the graphs keep the names of its weights.
    step = world_model.predictor if context.frames == 1 else ContextStep(world_model.predictor)
    image = torch.zeros(3, networks.height, networks.width, 3, dtype=torch.uint8)
    proprioception = torch.zeros(3, latent - world_model.encoder.image_latent)
    predictor = export_step(step, [before, a], ["latent", "action"], ["latent", "action"], ["next"])
    vjp = export_step(
        predictor_vjp(step, context.size, action), [before, a, adjoint], ["latent", "action", "adjoint"], ["latent", "action", "adjoint"], ["d_latent", "d_action"]
    )
    cost = export_step(cost_and_gradient(networks.cost_to_go, latent), [z, goal], ["latents", "goal"], ["latents"], ["cost", "d_latents"])
    heads = export_step(Heads(networks.cost_to_go), [z, goal], ["latents", "goal"], ["latents"], ["readouts", "distance"])
    outcomes = outcomes_graph(predictor, heads, context, action, goal_size, len(networks.readouts.names))
    graphs = {
        "encoder": export_step(world_model.encoder.export_module(), [image, proprioception], ["image", "proprioception"], ["image", "proprioception"], ["latent"]),
        "rollout": rollout_graph(predictor, context, action),
        "readouts": export_step(networks.readouts, [z], ["latents"], ["latents"], ["readouts"]),
        "cost_to_go": export_step(networks.cost_to_go, [z, goal], ["latents", "goal"], ["latents"], ["distance"]),
        "decoder": export_step(networks.decoder, [z], ["latents"], ["latents"], ["image"]),
        "gradient": gradient_graph(predictor, vjp, cost, context, action, goal_size),
        "outcomes": outcomes,
    }
    graphs["outcomes_int8"] = quantised(outcomes, layers_only=world_model.predictor.layers_only_in_int8)
    if not world_model.predictor.has_gradient:
        del graphs["gradient"]
    if networks.place:
        graphs["place"] = export_step(networks.place, [z], ["latents"], ["latents"], ["readouts"])
    return {name: to_fp16(graph) for name, graph in graphs.items()}


def torch_forms(networks: Networks) -> dict[str, Callable[..., tuple[Tensor, ...]]]:
    """What each graph should compute, in PyTorch: what the graphs are checked against."""
    world_model = networks.world_model

    def cost_gradient(latent: Tensor, actions: Tensor, goal: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        actions = actions.detach().clone().requires_grad_()
        with torch.enable_grad():
            latents = world_model.predictor.rollout(latent.expand(actions.shape[0], -1), actions)
            samples, steps, size = latents.shape
            cost = networks.cost_to_go(latents.reshape(-1, size), goal).reshape(samples, steps) @ weights
            (gradient,) = torch.autograd.grad(cost.sum(), actions)
        return cost.detach(), gradient

    def outcomes(latent: Tensor, actions: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        latents = world_model.predictor.rollout(latent.expand(actions.shape[0], -1), actions)
        rows = latents.flatten(0, 1)
        grid = latents.shape[:2]
        return networks.readouts(rows).reshape(*grid, -1), networks.cost_to_go(rows, goal).reshape(grid)

    forms: dict[str, Callable[..., tuple[Tensor, ...]]] = {
        "encoder": lambda image, proprioception: (world_model.encoder(image, proprioception),),
        "rollout": lambda latent, actions: (world_model.predictor.rollout(latent.expand(actions.shape[0], -1), actions),),
        "readouts": lambda latents: (networks.readouts(latents),),
        "cost_to_go": lambda latents, goal: (networks.cost_to_go(latents, goal),),
        "decoder": lambda latents: (networks.decoder(latents),),
        "gradient": cost_gradient,
        "outcomes": outcomes,
        "outcomes_int8": outcomes,
    }
    if place := networks.place:
        forms["place"] = lambda latents: (place(latents),)
    return forms
