"""Checkpoints of an interrupted training, and whether one belongs to the training that is asked for."""

from __future__ import annotations

import ast
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from ..config import Action, Axis, FrozenEncoder, ModelSize, Objective, Schedule
from ..config.old_names import renamed
from ..config.settings import Config
from ..networks.encoder import encoder_settings
from ..networks.predictors import predictor_class

Identity = dict[str, Any]
# How often to log and to save changes no weight.
NOT_OF_THE_SCHEDULE = ("log_every", "checkpoint_every")


def identity_of(config: Config, seed: int, data: str) -> Identity:
    """@param data hash of the recordings @returns what the weights depend on"""
    return {"seed": seed, "config": _settings(config.model, config.objective, config.action, config.schedule, config.encoder), "data": data}


def same_identity(saved: Identity, wanted: Identity) -> bool:
    """Of a checkpoint and of the training that is asked for."""
    return {**saved, "config": _of_first_checkpoints(saved["config"])} == wanted


def _settings(model: ModelSize, objective: Any, action: Action, schedule: Schedule, encoder: FrozenEncoder) -> str:
    """Those that have a say, as one text: what a setting that came later is off by is not in it."""
    sizes = {*encoder_settings(model), *predictor_class(model).settings, "layout", "predictor", "head_hidden", "decoder_channels"}
    parts = {
        "model": {name: value for name, value in asdict(model).items() if name in sizes},
        "objective": objective.used(),
        "action": asdict(action),
        "schedule": {name: value for name, value in asdict(schedule).items() if name not in NOT_OF_THE_SCHEDULE},
        "encoder": asdict(encoder),
    }
    return json.dumps(parts, sort_keys=True)


def _of_first_checkpoints(text: str) -> str:
    """They held the parts as a Python list of mappings, without what did not exist yet."""
    if not text.startswith("["):
        return text
    model, objective, action, schedule, *encoder = ast.literal_eval(text)
    axes = tuple(Axis(**axis) for axis in action.pop("axes"))
    return _settings(
        ModelSize(**renamed(model, "model", warn=False)),
        Objective(**objective),
        Action(**action, axes=axes),
        Schedule(**schedule),
        FrozenEncoder(**encoder[0]) if encoder else FrozenEncoder(),
    )


def save_checkpoint(state: dict, path: Path) -> None:
    """Whole or not at all: a run may be stopped while it writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)
