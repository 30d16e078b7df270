"""Proposals: action sequences worth trying first, learned from the planner's own plans.

A plan is an answer to (latent where it begins, goal). There may be several good ones, as left and right around a wall, and their mean is none: so the
head gives several, and only the one nearest to the plan is taught by it (winner takes all; Guzman-Rivera et al. 2012).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..errors import TrainingError
from ..networks.proposals import Proposals
from .fitting import fit

SCHEMA = "rehearse.plans/1"
STEPS, BATCH, LEARNING_RATE = 6000, 512, 2e-3
# What the losers are taught, so that none of them is left behind where nobody learns.
LOSERS = 0.03
HELD_OUT = 0.1


@dataclass(frozen=True)
class Plans:
    """What was asked and answered, a row each."""

    latent: Tensor  # [n, D], where the actions begin
    goal: Tensor  # [n, 2], metres, as the readouts see places
    actions: Tensor  # [n, H, A] in [-1, 1]
    encoder: str  # SHA-256 of the encoder that made the latents

    def __len__(self) -> int:
        return len(self.goal)


def read_plans(paths: list[Path]) -> tuple[Plans, Plans]:
    """Files of `rehearse collect-plans`. Plans that break a guardrail are left out: no example to follow. @returns for training, held out (each file's end)"""
    training, held_out = [], []
    header: dict[str, Any] = {}
    for path in paths:
        found, rows = _read(path)
        if header and found != header:
            raise TrainingError("RH-PLANS-MIXED", f"{path} is of another model or horizon than {paths[0]}", "train on plans made with the same model and options")
        header = found
        last = round(len(rows) * (1 - HELD_OUT))
        training.append(rows[:last][rows[:last, -1] <= 0])
        held_out.append(rows[last:][rows[last:, -1] <= 0])
    return _plans(np.concatenate(training), header), _plans(np.concatenate(held_out), header)


def _read(path: Path) -> tuple[dict[str, Any], np.ndarray]:
    try:
        first, _, data = path.read_bytes().partition(b"\n")
        header = json.loads(first)
        assert header["schema"] == SCHEMA
        size = header["latent"] + 2 + header["steps"] * header["axes"] + 2
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise TrainingError("RH-PLANS-FILE", f"{path} is no file of plans", "make one with ./rehearse collect-plans") from error
    count = len(data) // 4 // size
    return header, np.frombuffer(data, dtype="<f4", count=count * size).reshape(count, size)


def _plans(rows: np.ndarray, header: dict[str, Any]) -> Plans:
    if not len(rows):
        raise TrainingError("RH-PLANS-FEW", "there are not enough plans that keep every guardrail", "collect more")
    at = header["latent"]
    values = torch.from_numpy(rows.copy())
    return Plans(values[:, :at], values[:, at : at + 2], values[:, at + 2 : -2].reshape(len(rows), header["steps"], header["axes"]), header["encoder"])


def errors_of(proposals: Tensor, actions: Tensor) -> Tensor:
    """proposals [N, K, H, A], actions [N, H, A] -> each proposal's mean square error [N, K]"""
    return (proposals - actions[:, None]).square().mean(dim=(2, 3))


def winner_takes_all(proposals: Tensor, actions: Tensor) -> Tensor:
    """proposals [N, K, H, A], actions [N, H, A] -> scalar: mean square of the nearest proposal's error, and a little of all"""
    errors = errors_of(proposals, actions)
    return errors.min(dim=1).values.mean() + LOSERS * errors.mean()


def train_proposals(head: Proposals, plans: Plans, seed: int, steps: int = STEPS) -> float:
    """@returns seconds"""

    def loss(rng: np.random.Generator) -> Tensor:
        rows = torch.from_numpy(rng.integers(0, len(plans), BATCH))
        return winner_takes_all(head.propose(plans.latent[rows], plans.goal[rows]), plans.actions[rows])

    return fit("proposals", head, steps, LEARNING_RATE, seed, loss)


@torch.no_grad()
def proposal_measures(head: Proposals, plans: Plans) -> dict[str, Any]:
    """On held-out plans: how far the nearest proposal is from the plan, beside the plan's own size; and how often each one is the nearest."""
    errors = errors_of(head.propose(plans.latent, plans.goal), plans.actions)
    nearest = errors.argmin(dim=1)
    return {
        "held_out_plans": len(plans),
        "rms_error": round(float(errors.min(dim=1).values.mean().sqrt()), 4),
        "rms_action": round(float(plans.actions.square().mean().sqrt()), 4),
        "nearest": [round(float((nearest == k).float().mean()), 3) for k in range(head.shape[0])],
    }
