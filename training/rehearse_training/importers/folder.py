"""Writes the model folder of an imported model: graphs, golden vectors, model.yaml, card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import yaml

from ..errors import TrainingError
from ..export.folder import SCHEMA, Plain
from ..export.golden import TOLERANCE, encode_arrays, open_graph
from .graphs import export_graphs
from .model import RMS, ImportedModel

# Nothing is ever as far off as this: a model whose step error nobody has measured is never surprised.
UNMEASURED = 1e9


def write_imported(out: Path, model: ImportedModel, source: dict[str, Any], command: str, step_error: dict[str, float] | None = None) -> dict[str, Any]:
    """@param source what the weights are and where they came from, for the record. @returns the manifest"""
    graphs = export_graphs(model)
    golden, worst = check_parity(model, graphs)
    out.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name, graph in graphs.items():
        file = f"{name.replace('_', '-')}.onnx"
        data = graph.SerializeToString()
        (out / file).write_bytes(data)
        entries[name] = {"file": file, "sha256": hashlib.sha256(data).hexdigest()}
    (out / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    manifest = manifest_of(model, entries, source, command, step_error)
    manifest["training"]["parity"] = {"largest_difference": {name: float(f"{value:.2e}") for name, value in worst.items()}}
    (out / "model.yaml").write_text(yaml.dump(manifest, sort_keys=False, width=120, Dumper=Plain))
    (out / "CARD.md").write_text(_card(manifest))
    return manifest


def check_parity(model: ImportedModel, graphs: dict[str, onnx.ModelProto]) -> tuple[dict[str, Any], dict[str, float]]:
    """Runs each graph against PyTorch. @returns golden vectors, and the largest difference seen of every graph. @throws TrainingError RH-EXPORT-PARITY"""
    rng = np.random.default_rng(7)
    floats = lambda *shape: rng.standard_normal(shape).astype(np.float32)  # noqa: E731
    image, frame = model.settings.image, model.frame_size
    pictures = rng.integers(0, 256, (2, image.height, image.width, 3), dtype=np.uint8)
    proprioception = np.array([[e.mean / e.scale for e in model.settings.proprioception]] * 2, dtype=np.float32).reshape(2, -1)
    forms = model.torch_forms()
    with torch.no_grad():
        # Latents as they come, so that nothing is checked far from where it is used.
        latents = forms["encoder"](torch.from_numpy(pictures), torch.from_numpy(proprioception))[0].numpy()
    context = floats(1, model.context_size)
    context[:, : model.settings.context * frame] = np.tile(latents[0], model.settings.context)
    # One step more than it looks back: the first in which frames move out.
    start = {"latent": context, "actions": np.clip(floats(2, model.history + 1, model.action_size), -1, 1)}
    goal = {"goal": latents[1:]}
    inputs = {
        "encoder": {"image": pictures, "proprioception": proprioception},
        "rollout": start,
        "readouts": {"latents": latents},
        "cost_to_go": {"latents": latents} | goal,
        "outcomes": start | goal,
        "decoder": {"latents": latents},
    }
    golden: dict[str, Any] = {}
    worst: dict[str, float] = {}
    for name, graph in graphs.items():
        session = open_graph(graph)
        names = [output.name for output in session.get_outputs()]
        with torch.no_grad():
            wanted = [value.numpy() for value in forms[name](**{key: torch.from_numpy(value) for key, value in inputs[name].items()})]
        found = session.run(names, inputs[name])
        worst[name] = max(float(np.max(np.abs(a - b) / np.maximum(1.0, np.abs(b)))) for a, b in zip(found, wanted, strict=True))
        if not worst[name] <= TOLERANCE:
            raise TrainingError("RH-EXPORT-PARITY", f"graph {name} differs from PyTorch by {worst[name]:.2e}", "report it with the versions of torch and onnx")
        golden[name] = [{"inputs": encode_arrays(inputs[name]), "outputs": encode_arrays(dict(zip(names, wanted)))}]
    return {"graphs": golden, "tolerance": TOLERANCE}, worst


def manifest_of(model: ImportedModel, entries: dict[str, Any], source: dict[str, Any], command: str, step_error: dict[str, float] | None) -> dict[str, Any]:
    settings = model.settings
    given = {key: getattr(settings.step_error, key) for key in ("p50", "p90", "p99")}
    measured = step_error or (given if all(value > 0 for value in given.values()) else None)
    layout: dict[str, Any] = {"layout": "vector"} if model.patches == 1 else {"layout": "patches", "patches": model.patches}
    return {
        "schema": SCHEMA,
        "name": settings.name,
        "world": settings.world,
        "licence": settings.licence,
        "robot": settings.robot,
        "graphs": entries,
        "image": {"width": settings.image.width, "height": settings.image.height, "encoding": settings.image.encoding},
        "proprioception": [{"name": entry.name, "unit": entry.unit} for entry in settings.proprioception],
        "latent": layout | {"size": model.frame_size, "image_size": model.image_size} | ({"context": settings.context} if settings.context > 1 else {}),
        "goal": "latent",
        "action": {
            "block": settings.action.block,
            "period_s": settings.action.period_s,
            "axes": [{"name": axis.name, "unit": axis.unit, "range": list(axis.range)} for axis in settings.action.axes],
        },
        "step_s": round(settings.action.block * settings.action.period_s, 9),
        "horizon": {"trained_steps": settings.horizon},
        "arena": {"x_m": list(settings.arena.x_m), "y_m": list(settings.arena.y_m)},
        # Read back exactly from what the encoder puts there; how far imagination drifts from it, nobody has measured.
        "readouts": [{"name": name, "unit": unit, "r2": 1.0, "mae": 0.0} for name, unit in model.readout_names],
        "surprise": {"step_error": measured or dict.fromkeys(given, UNMEASURED), "measured": measured is not None},
        "training": {"command": command, "source": source, "history": model.history, "context": settings.context},
        "success": {},
    }


def _card(m: dict[str, Any]) -> str:
    source = m["training"]["source"]
    parts = "\n".join(f"- **{key}**: {value}" for key, value in source.items())
    readouts = ", ".join(r["name"] for r in m["readouts"])
    surprise = m["surprise"]
    surprised = (
        f"One-step error (mean square over the latent): median {surprise['step_error']['p50']:g}, 99th percentile {surprise['step_error']['p99']:g}."
        if surprise["measured"]
        else "One-step errors were never measured on this robot: nothing will surprise this model. Measure them and give them as `step_error` in the file of `--config` before trusting it."
    )
    explained = "the root mean square of the latent, which says nothing of the robot" if readouts == RMS[0] else "the proprioception that the latent holds"
    return f"""# Model card: {m["world"]}/{m["name"]}

Imported, not trained here: the published weights in networks of our own, exported by `{m["training"]["command"]}`.

{parts}
- **licence**: {m["licence"]} (as whoever imported it has stated)

A frame's latent has {m["latent"]["size"]} numbers (layout: {m["latent"]["layout"]}); a step is {m["step_s"]:g} s. It looks back up to {m["training"]["history"]} frames; a rollout begins
with {m["training"]["context"]}. Goals are pictures: the distance to the goal's latent is what is planned with. It is no length and has no unit.

Readouts: {readouts}: {explained}. No readout was measured on imagined latents. {surprised}

Nothing of how well it controls this robot is known until it has been tried. Guardrails never ask it.
"""
