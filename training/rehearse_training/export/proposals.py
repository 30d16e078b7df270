"""Adds the proposal head to a model folder that is there already, as the optional graph `proposal`. No other graph's file or hash is touched."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
import torch
import yaml
from torch import Tensor

from ..errors import TrainingError
from .card import proposals_section
from .folder import Plain
from .golden import TOLERANCE, encode_arrays, open_graph
from .step import export_step

FILE = "proposal.onnx"
TRIALS = 4


class Head(Protocol):
    """latent [N, D], goal [N, G] -> [N, K, H, A]; called with N = 1 without that axis. A network."""

    latent_size: int
    goal_size: int

    def __call__(self, latent: Tensor, goal: Tensor) -> Tensor: ...


def add_proposals(folder: Path, head: Head, facts: dict[str, Any] | None = None) -> None:
    """@param facts how it was trained and what was measured, for `training.proposals` of model.yaml"""
    graph = proposal_graph(head)
    cases, worst = check_parity(head, graph)
    data = graph.SerializeToString()
    (folder / FILE).write_bytes(data)
    golden = json.loads((folder / "golden.json").read_text())
    golden["graphs"]["proposal"] = cases
    (folder / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    manifest = yaml.safe_load((folder / "model.yaml").read_text())
    manifest["graphs"]["proposal"] = {"file": FILE, "sha256": hashlib.sha256(data).hexdigest()}
    manifest["training"].setdefault("parity", {}).setdefault("largest_difference", {})["proposal"] = float(f"{worst:.2e}")
    if facts is not None:
        manifest["training"]["proposals"] = facts
    (folder / "model.yaml").write_text(yaml.dump(manifest, sort_keys=False, width=120, Dumper=Plain))
    if facts is not None and (folder / "CARD.md").exists():
        _tell_card(folder / "CARD.md", facts)


def _tell_card(card: Path, facts: dict[str, Any]) -> None:
    """Puts the section in, or in the place of an older one; what people have written into the card stays."""
    before, known, after = card.read_text().partition("## Known failures\n")
    before = re.sub(r"## Proposals\n.*?(?=\n## |\Z)", "", before, flags=re.DOTALL).rstrip("\n") + "\n\n"
    card.write_text(before + proposals_section(facts) + known + after)


def proposal_graph(head: Head) -> onnx.ModelProto:
    inputs = [torch.randn(1, head.latent_size), torch.randn(1, head.goal_size)]
    return export_step(head, inputs, ["latent", "goal"], [], ["proposals"])


def check_parity(head: Head, graph: onnx.ModelProto) -> tuple[list[dict], float]:
    """@returns the golden case, and the largest difference between graph and PyTorch"""
    session = open_graph(graph)
    rng = np.random.default_rng(7)
    cases: list[dict] = []
    worst = 0.0
    for _ in range(TRIALS):
        inputs = {"latent": rng.standard_normal((1, head.latent_size)).astype(np.float32), "goal": rng.standard_normal((1, head.goal_size)).astype(np.float32)}
        (got,) = session.run(["proposals"], inputs)
        with torch.no_grad():
            wanted = head(**{name: torch.from_numpy(value) for name, value in inputs.items()}).numpy()
        worst = max(worst, float(np.abs(got - wanted).max()))
        if not cases:
            cases.append({"inputs": encode_arrays(inputs), "outputs": encode_arrays({"proposals": wanted})})
    if not worst <= TOLERANCE:
        raise TrainingError("RH-EXPORT-PARITY", f"graph proposal differs from PyTorch by {worst:.2e}", "report it with the versions of torch and onnx")
    return cases, worst
