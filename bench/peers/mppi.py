"""The package pytorch-mppi, its API as documented: dynamics and running cost of one step; refined by further commands without a shift."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pytorch_mppi import MPPI
from torch import Tensor

from .problem import Problem


@torch.inference_mode()
def mppi(
    problem: Problem,
    generator: torch.Generator,
    note: Callable[[Tensor], None],
    samples: int = 100,
    iterations: int = 1,
    temperature: float = 1.0,
    std: float = 1.0,
) -> None:
    """Number of samples and temperature are by default those of the package. @param note told the plan after each command, [H, A]"""
    steps, actions = problem.warm_start.shape
    torch.manual_seed(generator.initial_seed())  # the package draws from the global generator
    planner = MPPI(
        dynamics=lambda latents, action, _step: problem.step(latents, action),
        running_cost=lambda latents, _action, step: problem.weights[step] * problem.cost_to_go(latents),
        step_dependent_dynamics=True,
        nx=len(problem.latent),
        noise_sigma=std**2 * torch.eye(actions),
        num_samples=samples,
        horizon=steps,
        lambda_=temperature,
        u_min=torch.full((actions,), -1.0),
        u_max=torch.full((actions,), 1.0),
        U_init=problem.warm_start,
    )
    for _ in range(iterations):
        planner.command(problem.latent, shift_nominal_trajectory=False)
        note(planner.get_action_sequence().clamp(-1, 1))
