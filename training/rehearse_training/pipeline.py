"""From bags to a model folder, stage by stage. Each stage leaves a checkpoint in the run's folder; a finished stage is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .allocator import give_back_memory, keep_memory
from .config import POSE, Config
from .data.episodes import Observations, load_observations
from .data.labels import names_of, targets_of
from .data.path_labels import Paths, label_paths
from .export.card import write_card
from .export.folder import write_folder
from .export.fp16 import round_to_fp16
from .export.graphs import Networks
from .log import log_to, log
from .networks.decoder import Decoder
from .networks.goal_costs import GoalCost
from .networks.heads import CostToGo, Place, Readouts
from .networks.world_model import WorldModel
from .stages.cost_to_go import Pairs, pair_up, train_cost_to_go
from .stages.decoding import train_decoder
from .stages.evaluation import collapse_measures, cost_to_go_measures, goal_cost_measures, linear_probe_r2, readout_measures, step_error_quantiles
from .stages.goal_costs import build_goal_cost, train_goal_cost
from .stages.latents import Latents, collect_latents
from .stages.pretraining import build_world_model, pretrain
from .stages.readouts import train_readouts
from .stages.refinement import refine_encoder, refine_predictor

STAGES = ("world-model", "readouts", "cost-to-go", "decoder")
SEEN, STARTS = 60_000, 20_000  # latents that the heads are trained on
HELD_OUT_SEEN, HELD_OUT_STARTS = 8_000, 2_000


@dataclass(frozen=True)
class Run:
    """Where a run reads and keeps things, and what makes it repeatable."""

    bags: list[Path]
    config: Config
    seed: int
    runs: Path  # checkpoints and the log
    cache: Path
    command: str


class Data:
    """The observations with their split; latents and path labels are made when first asked for."""

    def __init__(self, run: Run):
        self.run = run
        self.pictured: Observations = load_observations(run.bags, run.config, run.cache)
        # What the encoder is given in training: pictures, or a frozen model's features of them.
        self.observations = self.pictured
        if run.config.encoder.kind != "trained":
            from .networks.foundation.backbone import load_backbone
            from .stages.features import with_features

            frozen = run.config.encoder
            backbone = load_backbone(frozen, run.config.image, run.config.model.cells)
            self.observations = with_features(self.pictured, backbone, frozen.name or frozen.weights, run.cache)
        self.training, self.held_out = self.observations.split(run.config.held_out_fraction, run.seed)
        self._paths: dict[str, list[Paths]] = {}

    def latents(self, world_model: WorldModel, part: str) -> Latents:
        rows, seen, starts, stream = (self.training, SEEN, STARTS, 4) if part == "training" else (self.held_out, HELD_OUT_SEEN, HELD_OUT_STARTS, 5)
        rng = np.random.default_rng([self.run.seed, stream])
        return collect_latents(world_model, self.observations, rows, self.run.config.heads.imagined_steps, starts, seen, rng)

    def paths(self, part: str) -> list[Paths]:
        if part not in self._paths:
            rows = self.training if part == "training" else self.held_out
            self._paths[part] = label_paths(self.observations, rows, self.run.config.robot.corridor_half_width_m)
        return self._paths[part]

    def pairs(self, latents: Latents, part: str) -> Pairs:
        return pair_up(latents, self.paths(part), len(self.observations.next))


def start(run: Run) -> Data:
    keep_memory()
    torch.set_num_threads(run.config.threads)
    run.runs.mkdir(parents=True, exist_ok=True)
    log_to(run.runs / "log.txt")
    data = Data(run)
    o = data.observations
    log(f"data     {o.bags} bags, {o.episodes} sequences, {len(o.next)} pictures; {int(data.held_out.sum())} of them held out")
    return data


def train(run: Run, out: Path) -> dict[str, Any]:
    """All stages. @returns the manifest"""
    data = start(run)
    world_model, pretraining = pretrain(data.observations, data.training, run.config, run.seed, run.runs / "world-model.pt")
    return finish(run, data, world_model, pretraining, out)


def finish(run: Run, data: Data, world_model: WorldModel, pretraining: dict[str, Any], out: Path) -> dict[str, Any]:
    """Heads, decoder, measures and export for a trained world model."""
    began = time.perf_counter()
    config, seed = run.config, run.seed
    wall = 0.0
    give_back_memory()
    if config.encoder_fine_tune.steps > 0:
        wall += stage(run, "encoder", world_model.encoder, lambda: refine_encoder(world_model, data.observations, data.training, config, seed))
    if config.refinement.steps > 0:
        predictor = world_model.predictor
        wall += stage(run, "predictor", predictor, lambda: refine_predictor(world_model, data.observations, data.training, config, seed))
    if config.fp16_weights:
        round_to_fp16(world_model)
    latents, held_out = data.latents(world_model, "training"), data.latents(world_model, "held out")
    log(f"latents  {len(latents.seen)} seen, {len(latents.imagined)} imagined; {time.perf_counter() - began:.0f} s")
    readouts, cost_to_go, decoder = build_heads(config, data.observations, world_model, seed)

    wall += stage(run, "readouts", readouts, lambda: train_readouts(readouts, world_model.encoder, data.observations, latents, config, seed))
    freeze(readouts)
    measured = readout_measures(readouts, data.observations, held_out)
    log(f"readouts held out: {measured}")
    if isinstance(cost_to_go, GoalCost):
        wall += stage(run, "cost-to-go", cost_to_go, lambda: train_goal_cost(cost_to_go, world_model.encoder, data.observations, latents, config, seed))
        cost_measured = goal_cost_measures(cost_to_go, world_model, data.observations, held_out, config.goal_cost.longest)
    else:
        wall += stage(run, "cost-to-go", cost_to_go, lambda: train_cost_to_go(cost_to_go, data.pairs(latents, "training"), config.heads, seed))
        cost_measured = cost_to_go_measures(cost_to_go, data.pairs(held_out, "held out"))
    log(f"cost to go held out: {cost_measured}")
    wall += stage(run, "decoder", decoder, lambda: train_decoder(decoder, data.pictured, latents, config.heads, seed))
    place, place_measured = None, {}
    if config.takes_pose:
        torch.manual_seed(seed + 2)
        place = head = Place(world_model.encoder.image_latent, config.model.head_hidden)
        wall += stage(run, "place", head, lambda: train_readouts(head, world_model.encoder, data.observations, latents, config, seed))
        place_measured = {"place": readout_measures(head, data.observations, held_out)}
        log(f"place held out: {place_measured}")

    observations = data.observations
    surprise = step_error_quantiles(world_model, observations, data.held_out, 8_000, np.random.default_rng([seed, 6]))
    wanted = [targets_of(observations, part.seen_rows, readouts.names) for part in (latents, held_out)]
    picture = slice(world_model.encoder.image_latent)
    probes = linear_probe_r2(latents.seen[:, picture], wanted[0], held_out.seen[:, picture], wanted[1])
    facts = {
        **({} if config.joints else {"arena": arena_of(observations)}),
        "readouts": measured["readouts"],
        "surprise": {"step_error": surprise},
        "training": {
            "command": run.command,
            "data": {"bags": observations.bags, "episodes": observations.episodes, "frames": len(observations.next), "sha256": observations.sha256},
            "held_out_episodes": int(len(np.unique(observations.episode[data.held_out]))),
            **({"encoder": asdict(config.encoder) | {"identity": world_model.encoder.frozen[0].identity()}} if config.encoder.kind != "trained" else {}),
            "seed": seed,
            "steps": pretraining["steps"],
            "wall_s": round(pretraining["wall_s"] + wall, 1),
            **({"encoder_fine_tune": asdict(config.encoder_fine_tune)} if config.encoder_fine_tune.steps > 0 else {}),
            **({"refinement": asdict(config.refinement)} if config.refinement.steps > 0 else {}),
            "objective": objective_of(config) | {"last_terms": pretraining.get("terms", {})},
            "collapse": collapse_measures(world_model, held_out.seen),
            "linear_probe_r2": dict(zip(("x", "y", "cos_yaw", "sin_yaw") if readouts.names == POSE else (name for name, _ in readouts.names), probes)),
            **measured["errors"],
            "cost_to_go": cost_measured,
            **place_measured,
            **({"goal_cost": asdict(config.goal_cost)} if config.goal == "latent" else {}),
        },
    }
    networks = Networks(world_model, readouts, cost_to_go, decoder, config.image.width, config.image.height, place)
    manifest = write_folder(out, networks, config, facts, data.pictured.images[: min(64, len(observations.images))])
    write_card(out, manifest, config.about)
    log(f"model    {out}: {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.1f} MB")
    return manifest


def arena_of(observations: Observations) -> dict[str, list[float]]:
    """Where the body has been, metres."""
    low, high = observations.pose[:, :2].min(axis=0), observations.pose[:, :2].max(axis=0)
    return {f"{axis}_m": [round(float(a), 3), round(float(b), 3)] for axis, a, b in zip("xy", low, high)}


def stages_of(config: Config) -> tuple[str, ...]:
    return (*STAGES, *(["place"] if config.takes_pose else []), *(["encoder"] if config.encoder_fine_tune.steps > 0 else []), *(["predictor"] if config.refinement.steps > 0 else []))


def build_heads(config: Config, observations: Observations, world_model: WorldModel, seed: int) -> tuple[Readouts, CostToGo | GoalCost, Decoder]:
    torch.manual_seed(seed + 1)
    hidden = config.model.head_hidden
    readouts = Readouts(world_model.latent_size, hidden, names_of(config, observations))
    if config.goal == "latent":
        cost_to_go: CostToGo | GoalCost = build_goal_cost(config, world_model, readouts)
    else:
        cost_to_go = CostToGo(world_model.latent_size, hidden, readouts)
    decoder = Decoder(world_model.latent_size, config.image.width, config.image.height, config.model.decoder_channels)
    return readouts, cost_to_go, decoder


def stage(run: Run, name: str, module: torch.nn.Module, work: Callable[[], None]) -> float:
    """Does the work once; afterwards its result is read from the run's folder. @returns the seconds that the work took, whenever it was done"""
    file = run.runs / f"{name}.pt"
    if file.exists():
        state = torch.load(file, weights_only=True)
        module.load_state_dict(state["weights"])
        freeze(module)
        log(f"{name}: done before")
        return state["wall_s"]
    began = time.perf_counter()
    work()
    wall = time.perf_counter() - began
    if run.config.fp16_weights:
        round_to_fp16(module)
    torch.save({"weights": module.state_dict(), "wall_s": wall}, file)
    return wall


def freeze(module: torch.nn.Module) -> None:
    module.eval()
    for parameter in module.parameters():
        parameter.requires_grad_(False)


def load_world_model(run: Run, data: Data) -> tuple[WorldModel, dict[str, Any]]:
    """The world model of the run's newest checkpoint, finished or not."""
    state = torch.load(run.runs / "world-model.pt", weights_only=True)
    world_model = build_world_model(data.observations, data.training, run.config, run.seed)
    prefix = "world_model."
    world_model.load_state_dict({k.removeprefix(prefix): v for k, v in state["weights"].items() if k.startswith(prefix)})
    freeze(world_model)
    return world_model, {"steps": state["step"], "wall_s": round(state["wall_s"], 1), **state["report"]}


def objective_of(config: Config) -> dict[str, Any]:
    """What the world model was trained with, in a manifest's words."""
    objective = config.objective
    # Whether motion was of use is said either way.
    used = {"inverse_dynamics": objective.inverse_dynamics, "odometry": objective.odometry} | objective.used()
    return {"anti_collapse": used.pop("anti_collapse"), "weights": used}


def with_steps(config: Config, steps: int) -> Config:
    return replace(config, schedule=replace(config.schedule, steps=steps))
