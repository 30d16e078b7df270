"""Plans on request: one JSON object a line in, one out. `python -m peers THREADS`, with the libraries' thread variables set to the same number."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
import traceback
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from rehearse_training.export.import_folder import load_networks

from . import cem, gemm, mppi, swm
from .problem import Problem, step_weights

PLANNERS = {
    "torch-cem": cem.cem,
    "pytorch-mppi": mppi.mppi,
    "swm-cem": partial(swm.solve, "CEMSolver"),
    "swm-icem": partial(swm.solve, "ICEMSolver"),
    "swm-gradient": partial(swm.solve, "GradientSolver"),
}
PACKAGES = ("torch", "numpy", "onnxruntime", "pytorch-mppi", "stable-worldmodel")


class Server:
    def __init__(self, threads: int):
        self.threads = threads
        self.problems: list[Problem] = []
        torch.set_num_threads(threads)

    def load(self, model: str, problems: list[dict[str, Any]], block: int, terminal: float) -> dict[str, Any]:
        """@returns what is installed; products and sums that one sample costs in one step; width of the predictor"""
        networks = load_networks(Path(model))
        tensor = lambda values: torch.tensor(values, dtype=torch.float32)  # noqa: E731
        weights = step_weights(len(problems[0]["warmStart"]), terminal)
        self.problems = [Problem(networks, tensor(p["latent"]), tensor([p["goal"]]), tensor(p["warmStart"]), block, weights) for p in problems]
        layers = {module for part in (networks.world_model.predictor, networks.cost_to_go) for module in part.modules() if isinstance(module, torch.nn.Linear)}
        return {
            "versions": {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES},
            "flops": sum(2 * layer.in_features * layer.out_features for layer in layers),
            "hidden": networks.world_model.predictor.first.out_features,
        }

    def plan(self, planner: str, settings: dict[str, float], problem: int, seed: int) -> dict[str, Any]:
        """The plan after each iteration, and how long that had taken."""
        generator = torch.Generator().manual_seed(seed)
        notes: list[tuple[float, torch.Tensor]] = []
        start = time.perf_counter()
        PLANNERS[planner](self.problems[problem], generator, lambda actions: notes.append((time.perf_counter(), actions)), **settings)
        return {"ms": [1e3 * (at - start) for at, _ in notes], "actions": [actions.flatten().tolist() for _, actions in notes]}

    @torch.inference_mode()
    def cost(self, problem: int, actions: list[float]) -> dict[str, Any]:
        """For the check that both sides mean the same by a cost."""
        shape = self.problems[problem].warm_start.shape
        return {"cost": self.problems[problem].cost(torch.tensor(actions).reshape(-1, *shape)).tolist()}

    @torch.inference_mode()
    def score(self, problem: int, samples: int) -> dict[str, Any]:
        """One rollout with its cost, timed."""
        shape = self.problems[problem].warm_start.shape
        actions = torch.rand(samples, *shape) * 2 - 1
        start = time.perf_counter()
        self.problems[problem].cost(actions)
        return {"ms": 1e3 * (time.perf_counter() - start)}

    def gemm(self, rows: int, size: int, seconds: float) -> dict[str, Any]:
        return {"gflops": gemm.gemm_gflops(rows, size, self.threads, seconds)}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what packages print must not come between the answers
    server = Server(int(sys.argv[1]))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(server, request.pop("do"))(**request)
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
