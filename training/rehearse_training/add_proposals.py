"""From files of plans, or from recordings, to the graph `proposal` of a finished model folder: `rehearse train proposals` and `rehearse train hindsight`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from .config import Config
from .data.episodes import Observations
from .errors import TrainingError
from .export.import_folder import load_networks
from .export.proposals import add_proposals
from .log import log
from .networks.proposals import Proposals
from .stages.hindsight import Encoded, Reached, build_head, hindsight_measures, train_hindsight
from .stages.proposals import STEPS, proposal_measures, read_plans, train_proposals


def add_head_of_plans(model: Path, files: list[Path], seed: int, steps: int | None, command: str) -> None:
    networks = load_networks(model)
    plans, held_out = read_plans(files)
    if plans.encoder != yaml.safe_load((model / "model.yaml").read_text())["graphs"]["encoder"]["sha256"]:
        raise TrainingError("RH-PLANS-MODEL", f"the plans were not made with the encoder of {model}", "collect plans with the model that is to propose them")
    torch.manual_seed(seed + 2)
    head = Proposals(networks.readouts, networks.world_model.latent_size, *plans.actions.shape[1:])
    log(f"plans    {len(plans)} to learn from, {len(held_out)} held out")
    wall = train_proposals(head, plans, seed, steps or STEPS)
    measured = proposal_measures(head, held_out)
    log(f"proposals held out: {measured}")
    add_proposals(model, head, {"command": command, "plans": len(plans), "steps": steps or STEPS, "wall_s": round(wall, 1), **measured})


def add_head_of_recordings(folder: Path, observations: Observations, training: np.ndarray, held_out: np.ndarray, config: Config, seed: int, command: str) -> dict[str, Any]:
    """Trains a head and adds it to the folder. @param training, held_out masks of rows @returns what was measured"""
    encoded = Encoded.of(folder, config)
    torch.manual_seed(seed + 2)
    head = build_head(encoded, observations, config)
    reached = Reached(encoded, observations, training, config)
    log(f"hindsight {len(reached.latents)} pictures encoded, {len(reached.starts)} moments to start from")
    wall = train_hindsight(head, reached, seed)
    measured = hindsight_measures(head, Reached(encoded, observations, held_out, config))
    add_proposals(folder, head, {"command": command, "from": "recordings", "steps": config.hindsight.steps, "wall_s": round(wall, 1), **measured})
    return measured
