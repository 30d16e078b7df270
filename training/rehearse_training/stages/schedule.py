"""The learning rate over a training."""

from __future__ import annotations

import math

from ..config import Schedule


def learning_rate(schedule: Schedule, step: int) -> float:
    """Linear warm-up, then a half cosine down to nothing."""
    warm_up = max(1, round(schedule.warm_up * schedule.steps))
    if step < warm_up:
        return schedule.learning_rate * (step + 1) / warm_up
    fraction = (step - warm_up) / max(1, schedule.steps - warm_up)
    return schedule.learning_rate * 0.5 * (1 + math.cos(math.pi * fraction))
