"""Which objective? The same data, seeds and number of steps for each; a table of what each is worth, measured on latents and by driving."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..config import Config
from ..errors import TrainingError
from ..log import log
from ..pipeline import Data, Run, finish, start
from ..stages.pretraining import pretrain
from .variants import VARIANTS, varied

ROOT = Path(__file__).parents[3]
READOUT_STEPS, COST_TO_GO_STEPS, DECODER_STEPS = 1500, 3000, 50  # of heads that only have to be alike for all
HEADER = """| variant | seed | effective rank | least std | R²: x | y | cos yaw | sin yaw | position, seen | after 8 steps | yaw, seen | to go: in sight | out of sight | reached (95 %) | with detour | time to goal |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Drive:
    """Closed-loop episodes in the embedded world that the data are from; none at all: `episodes` 0."""

    episodes: int
    seed: int


def compare(run: Run, seeds: list[int], only: list[str], drive: Drive, out: Path) -> None:
    """One row a variant and seed, kept beside its checkpoint; those that have theirs are not trained again."""
    for seed in seeds:
        data: dict[tuple[str, ...], Data] = {}  # by what the encoder gets beside the picture
        for name in only:
            one = replace(run, seed=seed, runs=_folder(run, name, seed), config=_brief(varied(run.config, name)))
            file = one.runs / "row.json"
            identity = _identity(one, drive)
            if file.exists():
                if json.loads(file.read_text())["identity"] != identity:
                    raise TrainingError("RH-TRAIN-RESUME", f"{file} was made with other settings", "give another --runs folder, or remove it")
                continue
            seen = one.config.proprioception
            if seen not in data:
                data[seen] = start(replace(run, seed=seed, config=replace(run.config, proprioception=seen)))
            log(f"--- {name}, seed {seed}")
            row = {"identity": identity} | measure(one, data[seen], drive)
            file.write_text(json.dumps(row) + "\n")
            log(cells(name, seed, row))
    rows = [(name, seed, _folder(run, name, seed) / "row.json") for name in VARIANTS for seed in seeds]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join([HEADER, *(cells(name, seed, json.loads(file.read_text())) for name, seed, file in rows if file.exists())]) + "\n")


def measure(run: Run, data: Data, drive: Drive) -> dict[str, Any]:
    world_model, pretraining = pretrain(data.observations, data.training, run.config, run.seed, run.runs / "world-model.pt")
    manifest = finish(run, data, world_model, pretraining, run.runs / "model")
    return {"training": manifest["training"], "drive": driven(run.config.world, run.runs / "model", drive) if drive.episodes else None}


def driven(world: str, model: Path, drive: Drive) -> dict[str, Any]:
    """@returns the summary of `rehearse eval` for the model"""
    options = ["--episodes", str(drive.episodes), "--seed", str(drive.seed), "--drivers", "model", "--set", f"model={model.resolve()}", "--json"]
    done = subprocess.run([str(ROOT / "rehearse"), "eval", world, *options], capture_output=True, text=True)
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise TrainingError("RH-TRAIN-DRIVE", f"`rehearse eval {world}` with {model}: {why}", "mend that, or compare without driving: --episodes 0")
    return json.loads(done.stdout.strip().splitlines()[-1])["drivers"]["model"]


def cells(name: str, seed: int, row: dict[str, Any]) -> str:
    """One line of the table."""
    t, drive = row["training"], row["drive"]
    imagined = {int(depth): error for depth, error in t["position_error_m"]["imagined"].items()}
    seen = t["cost_to_go"].get("seen", {})
    values = [
        name,
        str(seed),
        f"{t['collapse']['effective_rank']:.1f}",
        f"{t['collapse']['min_std']:.2f}",
        *(f"{t['linear_probe_r2'][axis]:.3f}" for axis in ("x", "y", "cos_yaw", "sin_yaw")),
        f"{t['position_error_m']['seen']:.3f} m",
        f"{imagined[8]:.3f} m" if 8 in imagined else "–",
        f"{t['yaw_error_deg']['seen']:.1f}°",
        *(f"{seen[sight]['mae_m']:.3f} m" if sight in seen else "–" for sight in ("in_sight", "out_of_sight")),
    ]
    if drive is None:
        values += ["–"] * 3
    else:
        low, high = (f"{100 * share:.0f}" for share in drive["successInterval"])
        values += [
            f"{round(drive['success'] * drive['episodes'])} of {drive['episodes']} ({low}–{high})",
            f"{drive['detour']['success']} of {drive['detour']['episodes']}",
            "–" if drive["timeToGoalS"] is None else f"{drive['timeToGoalS']:.1f} s",
        ]
    return f"| {' | '.join(values)} |"


def _folder(run: Run, name: str, seed: int) -> Path:
    return run.runs / f"{name}-{seed}"


def _brief(config: Config) -> Config:
    heads = replace(config.heads, readout_steps=READOUT_STEPS, cost_to_go_steps=COST_TO_GO_STEPS, decoder_steps=DECODER_STEPS)
    return replace(config, heads=heads)


def _identity(run: Run, drive: Drive) -> dict[str, Any]:
    """Of everything that shapes a row but the data, whose hash the checkpoint beside it holds; as JSON gives it back."""
    parts = {name: asdict(getattr(run.config, name)) for name in ("model", "objective", "action", "schedule", "heads")}
    return json.loads(json.dumps({"seed": run.seed, "drive": asdict(drive), "proprioception": run.config.proprioception, **parts}))
