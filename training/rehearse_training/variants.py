"""What `rehearse train compare` compares: settings that differ from the configuration's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .config import ANTI_COLLAPSE, Config

# Name -> part of the configuration -> setting -> value
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    **{name: {"objective": {"anti_collapse": name}} for name in ANTI_COLLAPSE},
    "no-odometry": {"objective": {"odometry": 0.0}},
    "no-odometry-no-inverse": {"objective": {"odometry": 0.0, "inverse_dynamics": 0.0}},
    "straightening": {"objective": {"straightening": 0.1}},
    "time-similarity": {"objective": {"time_similarity": 1.0}},
    **{f"latent-{width}": {"model": {"image_latent": width}} for width in (16, 64)},
    "targets-1": {"schedule": {"targets": (1,)}},
    "targets-1-2": {"schedule": {"targets": (1, 2)}},
}


def varied(config: Config, name: str) -> Config:
    return replace(config, **{part: replace(getattr(config, part), **settings) for part, settings in VARIANTS[name].items()})
