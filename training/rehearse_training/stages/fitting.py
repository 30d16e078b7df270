"""The loop that trains the heads: one loss a step, the batch drawn from (seed, step) alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from ..config import Schedule
from ..log import log
from .schedule import learning_rate


def fit(name: str, module: nn.Module, steps: int, rate: float, seed: int, loss_of: Callable[[np.random.Generator], Tensor]) -> float:
    """Minimises `loss_of(rng)` over the module's parameters that want gradients; leaves the module frozen. @returns seconds"""
    parameters = [p for p in module.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=1e-5)
    schedule = Schedule(steps=steps, learning_rate=rate)
    started = time.perf_counter()
    module.train()
    recent = 0.0
    for step in range(steps):
        loss = loss_of(np.random.default_rng([seed, 3, step]))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(schedule, step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        recent = loss.item() if step == 0 else 0.98 * recent + 0.02 * loss.item()
        if (step + 1) % max(1, steps // 6) == 0 or step + 1 == steps:
            pace = (step + 1) / (time.perf_counter() - started)
            log(f"{name} {step + 1}/{steps}  {pace:.0f} steps/s  {(steps - step - 1) / pace / 60:.1f} min left  loss {recent:.5f}")
    module.eval()
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    return time.perf_counter() - started
