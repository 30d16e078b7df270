"""Which objective? The same data, seed and number of steps for each; a table of what matters for planning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .cost_to_go import train_cost_to_go
from .evaluation import collapse_measures, cost_to_go_measures, linear_probe_r2, readout_measures
from .log import say
from .pipeline import Data, Run, build_heads, start, with_objective
from .pretraining import pretrain
from .readouts import targets_of, train_readouts

# Name -> anti-collapse, inverse dynamics, odometry's displacements
VARIANTS = {
    "vicreg-idm-odometry": ("vicreg", True, True),
    "vicreg-idm": ("vicreg", True, False),
    "vicreg": ("vicreg", False, False),
    "sigreg-idm-odometry": ("sigreg", True, True),
    "sigreg-idm": ("sigreg", True, False),
    "sigreg": ("sigreg", False, False),
}
HEAD_STEPS = 1500
HEADER = """| against collapse | inverse dynamics | odometry | effective rank | least std | R²: x | y | cos yaw | sin yaw | position, seen | after 8 steps | yaw, seen | to go: in sight | out of sight | trained in |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"""


def compare(run: Run, only: list[str], out: Path) -> None:
    """One row a variant, kept beside its checkpoint; variants that have theirs are not trained again."""
    data: Data | None = None
    for name in only:
        row = run.runs / name / "row.txt"
        if not row.exists():
            data = data or start(run)
            say(f"--- {name}")
            text = measure(run, data, *VARIANTS[name], folder=row.parent)
            row.write_text(text + "\n")
            say(text)
    rows = [run.runs / name / "row.txt" for name in VARIANTS]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join([HEADER, *(row.read_text().strip() for row in rows if row.exists())]) + "\n")


def measure(run: Run, data: Data, anti_collapse: str, inverse: bool, odometry: bool, folder: Path) -> str:
    observations = data.observations
    config = with_objective(run.config, anti_collapse, inverse, odometry)
    heads = replace(run.config.heads, readout_steps=HEAD_STEPS, cost_to_go_steps=HEAD_STEPS)
    world_model, pretraining = pretrain(observations, data.training, config, run.seed, folder / "world-model.pt")
    latents, held_out = data.latents(world_model, "training"), data.latents(world_model, "held out")
    readouts, cost_to_go, _ = build_heads(config, world_model, run.seed)
    train_readouts(readouts, observations, latents, heads, run.seed)
    train_cost_to_go(cost_to_go, data.pairs(latents, "training"), heads, run.seed)
    measured = readout_measures(readouts, observations, held_out)
    cost = cost_to_go_measures(cost_to_go, data.pairs(held_out, "held out"))["seen"]
    wanted = [targets_of(observations, part.seen_rows) for part in (latents, held_out)]
    collapse = collapse_measures(world_model, held_out.seen)
    position = measured["position_error_m"]
    cells = [
        anti_collapse,
        "yes" if inverse else "no",
        "yes" if odometry else "no",
        f"{collapse['effective_rank']:.1f}",
        f"{collapse['min_std']:.2f}",
        *(f"{v:.3f}" for v in linear_probe_r2(latents.seen, wanted[0], held_out.seen, wanted[1])),
        f"{position['seen']:.3f} m",
        f"{position['imagined'].get(8, float('nan')):.3f} m",
        f"{measured['yaw_error_deg']['seen']:.1f}°",
        *(f"{cost.get(sight, {}).get('mae_m', float('nan')):.3f} m" for sight in ("in_sight", "out_of_sight")),
        f"{pretraining['wall_s']:.0f} s",
    ]
    return f"| {' | '.join(cells)} |"
