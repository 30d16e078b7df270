"""A tiny model folder with random weights: valid in every respect, and of no use but to tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from ..config import POSE, Config, ModelSize
from ..networks.decoder import Decoder
from ..networks.heads import CostToGo, Place, Readouts
from ..networks.world_model import WorldModel
from ..networks.proposals import Proposals
from .folder import write_folder
from .graphs import Networks
from .proposals import add_proposals

SIZE = ModelSize(image_latent=10, patch_channels=4, merge_channels=4, encoder_hidden=8, predictor_hidden=16, predictor_blocks=1, head_hidden=8, decoder_channels=8)
CELLS = replace(SIZE, layout="patches", cells=2, cell_channels=3, predictor="cells")


def tiny_networks(config: Config, seed: int, size: ModelSize = SIZE) -> Networks:
    torch.manual_seed(seed)
    width, height = config.image.width, config.image.height
    world_model = WorldModel(width, height, 2, config.action.block * len(config.action.axes), size)
    latent = world_model.latent_size
    readouts = Readouts(latent, size.head_hidden)
    decoder = Decoder(latent, width, height, size.decoder_channels, hidden=16)
    cost_to_go = CostToGo(latent, size.head_hidden, readouts)
    place = Place(world_model.encoder.image_latent, size.head_hidden)
    return Networks(world_model, readouts, cost_to_go, decoder, width, height, place)


def write_fixture(out: Path, config: Config, seed: int, size: ModelSize = SIZE) -> None:
    facts = {
        "arena": {"x_m": [-2.0, 2.0], "y_m": [-2.0, 2.0]},
        "readouts": {name: {"r2": 0.0, "mae": 1.0} for name, _ in POSE},
        "surprise": {"step_error": {"p50": 0.5, "p90": 1.0, "p99": 2.0}},
        "training": {
            "command": "python -m rehearse_training fixture",
            "data": {"bags": 0, "episodes": 0, "frames": 0, "seed": seed},
            "seed": seed,
            "steps": 0,
            "wall_s": 0.0,
            "objective": {},
            "collapse": {"effective_rank": 0.0, "min_std": 0.0},
        },
    }
    networks = tiny_networks(config, seed, size)
    write_folder(out, networks, replace(config, name="tiny", model=replace(config.model, layout=size.layout)), facts)
    torch.manual_seed(seed + 1)
    head = Proposals(networks.readouts, networks.world_model.latent_size, steps=10, axes=len(config.action.axes), count=2, hidden=8)
    add_proposals(out, head)
