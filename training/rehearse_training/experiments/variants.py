"""What `rehearse train compare` compares: settings that differ from the configuration's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..config import Config
from ..losses.registry import NONE, methods

# Name -> part of the configuration -> setting -> value; or a setting of no part -> value
VARIANTS: dict[str, dict[str, Any]] = {
    **{name: {"objective": {"anti_collapse": name}} for name in methods() if name != NONE},
    "no-anti-collapse": {"objective": {"anti_collapse": NONE}},
    "no-odometry": {"objective": {"odometry": 0.0}},
    "no-odometry-no-inverse": {"objective": {"odometry": 0.0, "inverse_dynamics": 0.0}},
    "straightening": {"objective": {"straightening": 0.1}},
    "time-similarity": {"objective": {"time_similarity": 1.0}},
    **{f"latent-{width}": {"model": {"image_latent": width}} for width in (16, 64)},
    "targets-1": {"schedule": {"targets": (1,)}},
    "targets-1-2": {"schedule": {"targets": (1, 2)}},
    "context-3": {"model": {"context": 3}},
    "no-speeds": {"proprioception": ()},
    **{f"no-speeds-context-{frames}": {"proprioception": (), "model": {"context": frames}} for frames in (2, 3)},
}


def varied(config: Config, name: str) -> Config:
    changes = VARIANTS[name].items()
    return replace(config, **{part: replace(getattr(config, part), **settings) if isinstance(settings, dict) else settings for part, settings in changes})
