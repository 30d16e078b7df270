"""A body that pushes another: configuration, recordings and networks that several tests share."""

from dataclasses import replace
from pathlib import Path

import torch
from bag_maker import pushing

from rehearse_training.config import Axis, Config, GoalCost
from rehearse_training.export.graphs import Networks
from rehearse_training.networks.decoder import Decoder
from rehearse_training.networks.heads import Readouts
from rehearse_training.networks.world_model import WorldModel
from rehearse_training.stages.goal_costs import build_goal_cost

NAMES = ("agent.x", "agent.y", "block.x", "block.y", "block.cos", "block.sin")
TOLERANCES = {"block.x": 0.1, "block.y": 0.1, "block.cos": 0.4, "block.sin": 0.4}


def pusher_config(config: Config) -> Config:
    """`config` for the recordings of `pushing`."""
    axes = (Axis("linear.x", "m/s", (-0.5, 0.5)), Axis("linear.y", "m/s", (-0.5, 0.5)))
    return replace(
        config,
        topics=replace(config.topics, truth="/truth"),
        proprioception=("linear.x", "linear.y"),
        readouts=NAMES,
        goal="latent",
        goal_cost=GoalCost("readout", TOLERANCES),
        action=replace(config.action, block=2, period_s=0.1, axes=axes),
    )


def folder_of_bags(tmp_path: Path, count: int = 3, seconds: float = 3.0) -> Path:
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(count):
        pushing(seconds, seed=i).write(bags / f"{i}.mcap")
    return bags


def networks_of(config: Config, kind: str, seed: int = 0) -> Networks:
    torch.manual_seed(seed)
    size, image = config.model, config.image
    world_model = WorldModel(image.width, image.height, 2, 4, size)
    units = tuple((name, "1" if name.endswith(("cos", "sin")) else "m") for name in NAMES)
    readouts = Readouts(world_model.latent_size, size.head_hidden, units)
    cost = build_goal_cost(replace(config, goal_cost=GoalCost(kind, TOLERANCES)), world_model, readouts)
    return Networks(world_model, readouts, cost, Decoder(world_model.latent_size, image.width, image.height, 4), image.width, image.height)
