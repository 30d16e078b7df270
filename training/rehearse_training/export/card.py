"""The model card: what the model is, what it was made from, and what was measured, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..model import Readouts


def write_card(out: Path, manifest: dict[str, Any]) -> None:
    (out / "CARD.md").write_text(card_of(manifest))


def proposals_section(p: dict[str, Any] | None) -> str:
    """Of the head that was added afterwards, if it was."""
    if p is None:
        return ""
    return f"""## Proposals

The graph `proposal` gives {len(p["nearest"])} action sequences that a planner may try first; learned from {p["plans"]:,} plans of the planner itself (`{p["command"]}`).
On {p["held_out_plans"]:,} held-out plans the nearest of them is {p["rms_error"]:.3f} off (root mean square of the normalised actions, whose own is {p["rms_action"]:.3f}). It knows of guardrails only what the plans show:
what it proposes has to be judged like any other candidate.

"""


def card_of(m: dict[str, Any]) -> str:
    t = m["training"]
    imagined = t["position_error_m"]["imagined"]
    depths = [d for d in (1, 2, 4, 8, 10) if d in imagined]
    readout_rows = "\n".join(f"| {r['name']} | {r['unit']} | {r['r2']:.4f} | {r['mae']:.4f} |" for r in m["readouts"])
    cost_rows = "\n".join(
        f"| {latents} | {sight.replace('_', ' ')} | {v['mae_m']:.3f} | {v['bias_m']:+.3f} | {v['straight_line_mae_m']:.3f} | {v['mean_m']:.2f} |"
        for latents, by_sight in t["cost_to_go"].items()
        for sight, v in by_sight.items()
    )
    weights = ", ".join(f"{name} {value:g}" for name, value in t["objective"]["weights"].items() if value)
    probes = ", ".join(f"{name} {value:.3f}" for name, value in t["linear_probe_r2"].items())
    used = [name for name, term in (("measured speeds", "inverse_dynamics"), ("displacements by odometry", "odometry")) if t["objective"]["weights"][term]]
    signals = f"; besides prediction, {' and '.join(used)} were training signals, poses were not" if used else ""
    errors = m["surprise"]["step_error"]
    return f"""# Model card: {m["world"]}/{m["name"]}

A world model of a differential-drive robot seen from overhead: an encoder ({m["image"]["width"]}×{m["image"]["height"]} rgb picture and odometry's speeds
→ latent of {m["latent"]["size"]} numbers) and a predictor of the latent {m["step_s"]:g} s later, given the {m["action"]["block"]} commands in between. Trained as a joint-embedding
predictive architecture: no reconstruction, no reward{signals}.
Readouts, cost to go and decoder were trained afterwards on frozen latents; their labels are odometry's poses, hindsight paths, and pictures.

- **Licence**: {m["licence"]}
- **Data**: {t["data"]["bags"]} rosbag2 MCAP files, {t["data"]["episodes"]} sequences, {t["data"]["frames"]:,} pictures; {t["held_out_episodes"]} sequences held out (whole ones). SHA-256 `{t["data"]["sha256"][:16]}…`
- **Made by**: `{t["command"]}` (seed {t["seed"]}, {t["steps"]:,} steps, {t["wall_s"] / 60:.0f} minutes on a CPU, all stages)
- **Objective**: {t["objective"]["anti_collapse"]}; weights: {weights}; trained to predict up to {m["horizon"]["trained_steps"]} steps ahead
- **Arena**: x {m["arena"]["x_m"]} m, y {m["arena"]["y_m"]} m: where the robot has been in training; goals outside are not answered for

## Measured on held-out sequences

Effective rank {t["collapse"]["effective_rank"]:.1f} of {m["latent"]["image_size"]}, least standard deviation {t["collapse"]["min_std"]:.2f}. Linear probes, R²: {probes}.
One-step error (mean square over the latent): median {errors["p50"]:g}, 99th percentile {errors["p99"]:g}.

| readout | unit | R² | mean absolute error |
|---|---|---|---|
{readout_rows}

Position error: {t["position_error_m"]["seen"] * 100:.1f} cm from a picture; imagined, by steps ahead: {", ".join(f"{d} → {imagined[d] * 100:.1f} cm" for d in depths)}.
Heading error: {t["yaw_error_deg"]["seen"]:.1f}° from a picture; {", ".join(f"{v:.1f}° after {d} step{'s' if d > 1 else ''}" for d, v in t["yaw_error_deg"]["imagined"].items())}.

| latents | goal is | cost to go: mean absolute error, m | bias, m | error of the straight line, m | mean distance, m |
|---|---|---|---|---|---|
{cost_rows}

The distances compared with are hindsight labels from the recordings (odometry and scans), themselves a little longer than the shortest way.

{proposals_section(t.get("proposals"))}## Known failures

- Made for one kind of world: two rooms, one wall at x = 0, one door, an overhead camera with exactly this view. Other pictures give meaningless latents;
  their one-step error (surprise) is then far above the figures here.
- Imagined latents drift: errors grow with the number of steps, most against walls, where a small error of position decides whether the robot slides or stands.
- The latent is no safety device. Guardrails judge the body's own motion from odometry and scans, never this model.

Readouts: {", ".join(name for name, _ in Readouts.NAMES)}. Graph files and their hashes: `model.yaml`; example inputs and outputs: `golden.json`.
"""
