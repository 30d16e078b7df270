"""Writes a model folder: graphs, golden vectors, model.yaml, the model card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ..config import POSE, Config
from ..log import log
from .golden import check_parity, tolerance_of
from .graphs import Networks, export_graphs

SCHEMA = "rehearse.model/1"


def write_folder(out: Path, networks: Networks, config: Config, facts: dict[str, Any], images: np.ndarray | None = None) -> dict[str, Any]:
    """@param facts the measured parts of the manifest: arena, readouts (r2, mae by name), surprise, training, success"""
    graphs = export_graphs(networks)
    golden, worst = check_parity(networks, graphs, images)
    for name in [name for name in graphs if not worst[name] <= tolerance_of(name)]:
        log(f"{name} is up to {worst[name]:.2f} off: it is left out, and planning goes by the graph in single precision")
        del graphs[name], golden["graphs"][name]
    out.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name, graph in graphs.items():
        file = f"{name.replace('_', '-')}.onnx"
        data = graph.SerializeToString()
        (out / file).write_bytes(data)
        entries[name] = {"file": file, "sha256": hashlib.sha256(data).hexdigest()}
    manifest = manifest_of(networks, config, entries, facts)
    _keep_proposals(out, manifest, golden)
    (out / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    manifest["success"] = manifest["success"] or _success_of_same_weights(out / "model.yaml", entries)
    manifest["training"]["parity"] = {"largest_difference": {name: float(f"{difference:.2e}") for name, difference in worst.items()}}
    (out / "model.yaml").write_text(yaml.dump(manifest, sort_keys=False, width=120, Dumper=Plain))
    return manifest


def _success_of_same_weights(path: Path, entries: dict[str, Any]) -> dict[str, Any]:
    """What was measured with these very graphs before: exporting them once more does not undo it."""
    if not path.exists():
        return {}
    before = yaml.safe_load(path.read_text())
    same = all(before["graphs"].get(name) == entries[name] for name in ("encoder", "rollout", "readouts", "cost_to_go"))
    return before.get("success", {}) if same else {}


def _keep_proposals(out: Path, manifest: dict[str, Any], golden: dict[str, Any]) -> None:
    """A proposal head was added afterwards, and speaks of the encoder's latents: with the same encoder it stays."""
    if not (out / "model.yaml").exists():
        return
    before = yaml.safe_load((out / "model.yaml").read_text())
    head = before["graphs"].get("proposal")
    if head is None or before["graphs"]["encoder"] != manifest["graphs"]["encoder"]:
        return
    manifest["graphs"]["proposal"] = head
    golden["graphs"]["proposal"] = json.loads((out / "golden.json").read_text())["graphs"]["proposal"]
    if "proposals" in before["training"]:
        manifest["training"]["proposals"] = before["training"]["proposals"]


class Plain(yaml.SafeDumper):
    """Without anchors: equal parts are written out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def unit_of(sensed: str) -> str:
    """Of a number of the proprioception: a twist's, a pose's, a joint's."""
    if sensed in dict(POSE):
        return dict(POSE)[sensed]
    first, _, last = sensed.rpartition(".")
    return {"position": "rad", "velocity": "rad/s"}.get(last) or {"linear": "m/s", "angular": "rad/s"}[first]


def manifest_of(networks: Networks, config: Config, entries: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    encoder = networks.world_model.encoder
    action = config.action
    measured = facts["readouts"]
    return {
        "schema": SCHEMA,
        "name": config.name,
        "world": config.world,
        "licence": config.licence,
        "robot": config.robot.name,
        "graphs": entries,
        "image": {"width": networks.width, "height": networks.height, "encoding": config.image.encoding},
        "proprioception": [{"name": name, "unit": unit_of(name)} for name in config.proprioception],
        "latent": {
            "layout": "vector" if config.model.layout == "vector" else "patches",
            "size": networks.world_model.latent_size,
            "image_size": encoder.image_latent,
            **({"context": frames} if (frames := networks.world_model.context_frames) > 1 else {}),
        },
        "action": {
            "block": action.block,
            "period_s": action.period_s,
            "axes": [{"name": axis.name, "unit": axis.unit, "range": list(axis.range)} for axis in action.axes],
        },
        "step_s": round(action.step_s, 9),
        "horizon": {"trained_steps": config.schedule.horizon},
        **({"goal": config.goal} if config.goal != "position" else {}),
        **({"arena": facts["arena"]} if "arena" in facts else {}),
        "readouts": [{"name": name, "unit": unit, **measured[name]} for name, unit in networks.readouts.names],
        "surprise": facts["surprise"],
        "training": facts["training"],
        "success": facts.get("success", {}),
    }
