"""The derivatives that the gradient graph is put together from, as plain traced functions."""

from __future__ import annotations

import logging

import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from ..networks.goal_costs import GoalCost
from ..networks.heads import CostToGo

# Of the examples traced with. A size that nothing else has: tracing takes equal sizes for one and the same.
ROWS = 1013

# Tracing loads a counter of operations that warns where there is no GPU compiler.
logging.getLogger("torch.utils.flop_counter").setLevel(logging.ERROR)


class Traced(nn.Module):
    """A traced function of weights and inputs, with the weights held."""

    def __init__(self, function: fx.GraphModule, weights: dict[str, Tensor]):
        super().__init__()
        self.function = function
        self.names = list(weights)
        for i, name in enumerate(self.names):
            self.register_buffer(f"weight_{i}", weights[name])

    def weights(self) -> dict[str, Tensor]:
        return {name: getattr(self, f"weight_{i}") for i, name in enumerate(self.names)}


class PredictorVjp(Traced):
    """(latent [N, D], action [N, A], adjoint [N, D]) -> the adjoints of latent and action."""

    def forward(self, latent: Tensor, action: Tensor, adjoint: Tensor) -> tuple[Tensor, Tensor]:
        return self.function(self.weights(), latent, action, adjoint)


class CostAndGradient(Traced):
    """(latents [M, D], goal [1, G]) -> cost [M] and its gradient by each latent [M, D]."""

    def forward(self, latents: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        return self.function(self.weights(), latents, goal)


def _weights_of(module: nn.Module) -> dict[str, Tensor]:
    """All that a traced function of it needs; tracing takes no tensor that is not handed to it."""
    return {name: value.detach() for name, value in [*module.named_parameters(), *module.named_buffers()]}


def predictor_vjp(predictor: nn.Module, latent: int, action: int) -> nn.Module:
    weights = _weights_of(predictor)

    def derivative(weights: dict[str, Tensor], z: Tensor, a: Tensor, adjoint: Tensor) -> tuple[Tensor, Tensor]:
        _, pull = torch.func.vjp(lambda z, a: torch.func.functional_call(predictor, weights, (z, a)), z, a)
        return pull(adjoint)

    traced = make_fx(torch.func.functionalize(derivative), tracing_mode="symbolic")(
        weights, torch.randn(ROWS, latent), torch.randn(ROWS, action), torch.randn(ROWS, latent)
    )
    return PredictorVjp(traced, weights)


def cost_and_gradient(cost_to_go: CostToGo | GoalCost, latent: int) -> nn.Module:
    weights = _weights_of(cost_to_go)

    def derivative(weights: dict[str, Tensor], latents: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        def total(latents: Tensor) -> tuple[Tensor, Tensor]:
            cost = torch.func.functional_call(cost_to_go, weights, (latents, goal))
            return cost.sum(), cost

        # Rows don't touch each other, so the gradient of the sum is each row's own.
        gradient, cost = torch.func.grad(total, has_aux=True)(latents)
        return cost, gradient

    traced = make_fx(torch.func.functionalize(derivative), tracing_mode="symbolic")(weights, torch.randn(ROWS, latent), torch.randn(1, cost_to_go.goal_size))
    return CostAndGradient(traced, weights)
