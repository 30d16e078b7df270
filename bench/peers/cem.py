"""The cross-entropy method as papers on latent world models plan with it.

DINO-WM and the solvers of stable-worldmodel (LeWorldModel's among them) write it so: 300 samples, 30 iterations, 30 elites, a unit Gaussian
around the first guess, the mean of the last elites as the answer. TD-MPC2 and V-JEPA 2-AC clip the samples to the actions' bounds, as here.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .problem import Problem


@torch.inference_mode()
def cem(
    problem: Problem, generator: torch.Generator, note: Callable[[Tensor], None], samples: int = 300, iterations: int = 30, elites: int = 30, std: float = 1.0
) -> None:
    """@param note told the plan after each iteration, [H, A]"""
    mean = problem.warm_start
    deviation = torch.full_like(mean, std)
    for _ in range(iterations):
        noise = torch.randn(samples, *mean.shape, generator=generator)
        candidates = (mean + deviation * noise).clamp(-1, 1)
        candidates[0] = mean
        best = torch.topk(problem.cost(candidates), elites, largest=False).indices
        mean = candidates[best].mean(dim=0)
        deviation = candidates[best].std(dim=0)
        note(mean)
