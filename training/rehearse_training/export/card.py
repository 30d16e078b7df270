"""The model card: what the model is, what it was made from, and what was measured, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..config import About


def write_card(out: Path, manifest: dict[str, Any], about: About) -> None:
    (out / "CARD.md").write_text(card_of(manifest, about))


def proposals_section(p: dict[str, Any] | None) -> str:
    """Of the head that was added afterwards, if it was."""
    if p is None:
        return ""
    if p.get("from") == "recordings":
        return f"""## Proposals

The graph `proposal` gives {len(p["nearest"])} action sequences that a planner may try first, learned from the recordings in hindsight (`{p["command"]}`): what was done between a picture and a later one, which is the goal.
On {p["held_out"]:,} moments held out the nearest of them is {p["rms_error"]:.3f} off what was done (root mean square of the normalised actions, whose own is {p["rms_action"]:.3f}), with another moment's goal {p["rms_error_other_goal"]:.3f}.
It knows nothing of guardrails: what it proposes has to be judged like any other candidate.

"""
    return f"""## Proposals

The graph `proposal` gives {len(p["nearest"])} action sequences that a planner may try first; learned from {p["plans"]:,} plans of the planner itself (`{p["command"]}`).
On {p["held_out_plans"]:,} held-out plans the nearest of them is {p["rms_error"]:.3f} off (root mean square of the normalised actions, whose own is {p["rms_action"]:.3f}). It knows of guardrails only what the plans show:
what it proposes has to be judged like any other candidate.

"""


def card_of(m: dict[str, Any], about: About) -> str:
    t = m["training"]
    readout_rows = "\n".join(f"| {r['name']} | {r['unit']} | {r['r2']:.4f} | {r['mae']:.4f} |" for r in m["readouts"])
    weights = ", ".join(f"{name} {value:g}" for name, value in t["objective"]["weights"].items() if value)
    probes = ", ".join(f"{name} {value:.3f}" for name, value in t["linear_probe_r2"].items())
    latent = f"{m['latent']['size']} numbers"
    frozen = t.get("encoder")
    seen_with = f"\n- **Encoder**: a frozen {frozen['name'] or frozen['weights']} ({frozen['kind']}; {frozen['pooling']}), its own weights and licence, under a trained projection" if frozen else ""
    if m["latent"]["layout"] == "patches":
        latent += ", most of them a grid of cells"
    pictures_as_goals = m.get("goal") == "latent"
    grounded = any(t["objective"]["weights"].get(name, 0) > 0 for name in ("grounding", "grounding_seen"))
    labels = f"what the simulator knows{'' if grounded else ', for the readouts alone,'} and pictures" if pictures_as_goals else "odometry's poses, hindsight paths, and pictures"
    used = [name for name, term in (("measured speeds", "inverse_dynamics"), ("displacements by odometry", "odometry")) if t["objective"]["weights"][term]]
    signals = f"; besides prediction, {' and '.join(used)} were training signals" if used else ""
    if grounded:
        known = "how many particles lie at each node, by the truth" if t.get("goal_cost", {}).get("kind") == "chamfer" else f"the labels of the readouts ({'the truth' if pictures_as_goals else 'poses by odometry'})"
        signals += f"; so were {known}: it is not label-free" if used else f"; besides prediction, {known}, served as a training signal: it is not label-free"
    elif used:
        signals += ", poses were not"
    errors = m["surprise"]["step_error"]
    sensed = "the joints' speeds" if "arena" not in m else "odometry's speeds and pose" if any(q["name"].startswith("robot.") for q in m["proprioception"]) else "odometry's speeds"
    fine_tuned = f"; then the encoder alone on single pictures, {t['encoder_fine_tune']['steps']:,} steps of {t['encoder_fine_tune']['batch']}" if "encoder_fine_tune" in t else ""
    refined = f"; then the predictor alone on frozen latents, {t['refinement']['steps']:,} steps of {t['refinement']['batch']}" if "refinement" in t else ""
    limits = "\n".join(f"- {limit}" for limit in about.limits)
    return f"""# Model card: {m["world"]}/{m["name"]}

A world model of {about.what}: an encoder ({m["image"]["width"]}×{m["image"]["height"]} rgb picture and {sensed}
→ latent of {latent}) and a predictor of the latent {m["step_s"]:g} s later, given the {m["action"]["block"]} commands in between. Trained as a joint-embedding
predictive architecture: no reconstruction, no reward{signals}.
Readouts, cost to go and decoder were trained afterwards on frozen latents; their labels are {labels}.

- **Licence**: {m["licence"]}
- **Data**: {t["data"]["bags"]} rosbag2 MCAP files, {t["data"]["episodes"]} sequences, {t["data"]["frames"]:,} pictures; {t["held_out_episodes"]} sequences held out (whole ones). SHA-256 `{t["data"]["sha256"][:16]}…`
- **Made by**: `{t["command"]}` (seed {t["seed"]}, {t["steps"]:,} steps, {t["wall_s"] / 60:.0f} minutes on a CPU, all stages){seen_with}
- **Objective**: {t["objective"]["anti_collapse"]}; weights: {weights}; trained to predict up to {m["horizon"]["trained_steps"]} steps ahead{fine_tuned}{refined}
{_arena(m["arena"], "tool" if pictures_as_goals else "robot") if "arena" in m else ""}
## Measured on held-out sequences

Effective rank {t["collapse"]["effective_rank"]:.1f} of {t["collapse"].get("channels", m["latent"]["image_size"])}{" channels of a cell" if "channels" in t["collapse"] else ""}, least standard deviation {t["collapse"]["min_std"]:.2f}. Linear probes of the picture's part, R²: {probes}.
One-step error (mean square over the latent): median {errors["p50"]:g}, 99th percentile {errors["p99"]:g}.

| readout | unit | R² | mean absolute error |
|---|---|---|---|
{readout_rows}

{_picture_goals(t) if pictures_as_goals else _places(t)}

{proposals_section(t.get("proposals"))}## Known failures

{limits}
- The latent is no safety device. Guardrails judge the body's own motion from odometry and scans, never this model.

Readouts: {", ".join(name for name in (r["name"] for r in m["readouts"]))}. Graph files and their hashes: `model.yaml`; example inputs and outputs: `golden.json`.
"""


def _arena(arena: dict[str, list[float]], what: str) -> str:
    return f"- **Arena**: x {arena['x_m']} m, y {arena['y_m']} m: where the {what} has been in training; goals outside are not answered for\n"


def _place_alone(p: dict[str, Any] | None) -> str:
    """Of the head that tells the pose from a picture alone, if there is one."""
    if p is None:
        return ""
    scores = ", ".join(f"{name} {value['r2']:.3f}" for name, value in p["readouts"].items())
    position, yaw = p["errors"]["position_error_m"]["seen"], p["errors"]["yaw_error_deg"]["seen"]
    return f"""

The latent holds odometry's pose: the readouts know the place by dead reckoning. From the picture's part alone (the graph `place`, for goal pictures) position is
{position * 100:.1f} cm and heading {yaw:.1f}° off on average; R²: {scores}."""


def _places(t: dict[str, Any]) -> str:
    """Errors of a body's pose, and of the cost to go to places."""
    imagined = t["position_error_m"]["imagined"]
    depths = [d for d in (1, 2, 4, 8, 10) if d in imagined]
    cost_rows = "\n".join(
        f"| {latents} | {sight.replace('_', ' ')} | {v['mae_m']:.3f} | {v['bias_m']:+.3f} | {v['straight_line_mae_m']:.3f} | {v['mean_m']:.2f} |"
        for latents, by_sight in t["cost_to_go"].items()
        for sight, v in by_sight.items()
    )
    return f"""Position error: {t["position_error_m"]["seen"] * 100:.1f} cm from a picture; imagined, by steps ahead: {", ".join(f"{d} → {imagined[d] * 100:.1f} cm" for d in depths)}.
Heading error: {t["yaw_error_deg"]["seen"]:.1f}° from a picture; {", ".join(f"{v:.1f}° after {d} step{'s' if d > 1 else ''}" for d, v in t["yaw_error_deg"]["imagined"].items())}.

| latents | goal is | cost to go: mean absolute error, m | bias, m | error of the straight line, m | mean distance, m |
|---|---|---|---|---|---|
{cost_rows}

The distances compared with are hindsight labels from the recordings (odometry and scans), themselves a little longer than the shortest way.{_place_alone(t.get("place"))}"""


def _cost(cost: dict[str, Any]) -> str:
    if cost["kind"] == "chamfer":
        return f"chamfer distance, in multiples of {1000 * cost['near']:g} mm"
    each = ", ".join(f"{name} {value:g}" for name, value in cost["tolerances"].items())
    return f"{cost['kind']} distance" + (f", 1 where each of these differs by as much alone: {each}" if each else "")


def _picture_goals(t: dict[str, Any]) -> str:
    """Errors of what the readouts see, by steps of imagination, and how the cost to goal pictures grows with the steps that are left."""
    by_depth = t["readout_r2"]
    depths = list(by_depth)
    names = list(by_depth["seen"])
    rows = [f"| R² of {name} | " + " | ".join(f"{by_depth[d][name]:.3f}" for d in depths) + " |" for name in names]
    rows += [f"| {body}, cm | " + " | ".join(f"{100 * e[d]:.1f}" for d in depths) + " |" for body, e in t.get("place_error_m", {}).items()]
    rows += [f"| {body}, degrees | " + " | ".join(f"{e[d]:.1f}" for d in depths) + " |" for body, e in t.get("angle_error_deg", {}).items()]
    spans = list(next(iter(t["cost_to_go"].values()))["median_by_steps"])
    costs = [
        f"| {latents} | {v['rank_correlation']:.2f} | " + " | ".join(f"{v['median_by_steps'].get(d, float('nan')):.2f}" for d in spans) + " |"
        for latents, v in t["cost_to_go"].items()
    ]
    return "\n".join(
        [
            "| readouts, by steps of imagination | " + " | ".join(map(str, depths)) + " |",
            "|---" * (len(depths) + 1) + "|",
            *rows,
            "",
            f"Goals are pictures; those here were reached later in the same recording. The cost is {_cost(t['goal_cost'])}.",
            "",
            "| latents | rank correlation of cost and steps left | " + " | ".join(f"median cost, {d} steps" for d in spans) + " |",
            "|---" * (len(spans) + 2) + "|",
            *costs,
        ]
    )
