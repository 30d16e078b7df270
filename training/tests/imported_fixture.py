"""Writes tests/fixtures/tiny-imported-model and tiny-looking-back-model: a LeWM of a few numbers with random weights, imported as a real one would be; the second starts from all frames that it looks back to.

    ./rehearse python training/tests/imported_fixture.py
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import torch
import yaml
from published_weights import filled, lewm_shapes

from rehearse_training.importers.folder import write_imported
from rehearse_training.importers.importing import load_lewm
from rehearse_training.importers.model import adapt
from rehearse_training.importers.settings import load_settings

FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures"
HISTORY = 3
ROBOT = {
    "world": "rooms",
    "name": "tiny",
    "licence": "Apache-2.0",
    "robot": "rooms",
    "image": {"width": 64, "height": 64},
    "action": {
        "block": 4,
        "period_s": 0.05,
        "axes": [
            {"name": "linear.x", "unit": "m/s", "range": [-0.3, 0.6], "mean": 0.1, "std": 0.3},
            {"name": "angular.z", "unit": "rad/s", "range": [-2.0, 2.0]},
        ],
    },
    "arena": {"x_m": [-2.0, 2.0], "y_m": [-2.0, 2.0]},
    "step_error": {"p50": 0.5, "p90": 1.0, "p99": 2.0},
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        torch.save(filled(lewm_shapes(dim=64, depth=1, side=8, patch=4, action=8, history=HISTORY), 1), folder / "weights.pt")
        (folder / "config.json").write_text(json.dumps({"predictor": {"heads": 4}}))
        for name, context in (("tiny-imported-model", 1), ("tiny-looking-back-model", HISTORY)):
            (folder / "robot.yaml").write_text(yaml.dump({**ROBOT, "context": context}))
            settings = load_settings(folder / "robot.yaml")
            model, source = load_lewm(folder / "weights.pt", None, settings)
            write_imported(FIXTURES / name, adapt(model, settings), source, "./rehearse python training/tests/imported_fixture.py")
