"""`rehearse train proposals`: from files of plans to the graph `proposal` of a model folder."""

from __future__ import annotations

from pathlib import Path

import torch
import yaml

from ..errors import TrainingError
from ..export.import_folder import load_networks
from ..export.proposals import add_proposals
from ..log import log
from .proposals import STEPS, Proposals, proposal_measures, read_plans, train_proposals


def add_head(model: Path, files: list[Path], seed: int, steps: int | None, command: str) -> None:
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
