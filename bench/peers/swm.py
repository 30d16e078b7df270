"""The solvers of the package stable-worldmodel, its own classes around our objective.

The package's `__init__` imports its data sets and environments, with some 300 MB of packages for them; its solvers need none of that. So
the package is entered by a module object without that `__init__`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import numpy as np
import torch
from gymnasium.spaces import Box
from torch import Tensor

from .problem import Problem

_NAME = "stable_worldmodel"


def _solvers() -> ModuleType:
    spec = importlib.util.find_spec(_NAME)
    assert spec is not None and spec.submodule_search_locations is not None
    package = ModuleType(_NAME)
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules[_NAME] = package
    return importlib.import_module(f"{_NAME}.solver")


_SOLVERS = _solvers()


class _Model:
    """What the solvers call a Costable."""

    def __init__(self, problem: Problem):
        self.problem = problem

    def get_cost(self, _info: dict, candidates: Tensor) -> Tensor:
        """candidates [1, N, H, A] -> [1, N]; not every solver keeps to the bounds"""
        return self.problem.cost(candidates[0].clamp(-1, 1))[None]


class _Notes:
    """What the solvers call a callback: told the distribution, or the candidates that descend, in each iteration."""

    output_key = "notes"
    history: tuple = ()

    def __init__(self, note: Callable[[Tensor], None]):
        self.note = note

    def reset(self) -> None: ...

    def start_batch(self) -> None: ...

    def end_solve(self) -> None: ...

    def __call__(self, mean: Tensor | None = None, params: Tensor | None = None, costs: Tensor | None = None, **_more: object) -> None:
        if mean is None:
            assert params is not None and costs is not None
            mean = params[:, costs[0].argmin()].detach()
        self.note(mean[0].clamp(-1, 1))


def solve(
    solver: str,
    problem: Problem,
    generator: torch.Generator,
    note: Callable[[Tensor], None],
    samples: int = 300,
    iterations: int = 30,
    elites: int = 30,
    std: float = 1.0,
    rate: float = 0.1,
) -> None:
    """Numbers are by default those of the package. @param rate of the solver that descends, by Adam @param note told the plan after each iteration, [H, A]"""
    steps, actions = problem.warm_start.shape
    numbers = {"num_samples": samples, "n_steps": iterations, "var_scale": std, "seed": generator.initial_seed(), "callbacks": [_Notes(note)]}
    if solver == "GradientSolver":
        numbers |= {"optimizer_cls": torch.optim.Adam, "optimizer_kwargs": {"lr": rate}}
    else:
        numbers["topk"] = elites
    instance = getattr(_SOLVERS, solver)(_Model(problem), **numbers)
    instance.configure(action_space=Box(-1, 1, (1, actions), np.float32), n_envs=1, config=SimpleNamespace(horizon=steps, action_block=1))
    with contextlib.redirect_stdout(io.StringIO()):  # it reports each solution
        instance.solve({"latent": problem.latent[None]}, init_action=problem.warm_start[None].clone())
