import base64
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import CONFIG

from rehearse_training.config import load_config
from rehearse_training.errors import TrainingError
from rehearse_training.export.graphs import torch_forms
from rehearse_training.export.fixture import tiny_networks, write_fixture
from rehearse_training.export.import_folder import load_networks

SHIPPED = Path(__file__).parents[3] / "models" / "rooms" / "base"


def decoded(arrays):
    return {name: np.frombuffer(base64.b64decode(a["data"]), dtype=a["dtype"]).reshape(a["shape"]) for name, a in arrays.items()}


def test_the_shipped_model_gives_its_golden_values_in_pytorch():
    forms = torch_forms(load_networks(SHIPPED))
    golden = json.loads((SHIPPED / "golden.json").read_text())["graphs"]
    checked = set()
    for name in ("encoder", "rollout", "readouts", "cost_to_go", "decoder", "gradient", "outcomes"):
        for case in golden[name]:
            inputs = {key: torch.from_numpy(value.copy()) for key, value in decoded(case["inputs"]).items()}
            for found, (output, expected) in zip(forms[name](**inputs), decoded(case["outputs"]).items(), strict=True):
                error = np.abs(found.numpy() - expected) / np.maximum(1, np.abs(expected))
                assert error.max() < 1e-4, (name, output)
                checked.add(name)
    assert len(checked) == 7


def test_the_networks_come_back_bit_for_bit(tmp_path):
    config = load_config(CONFIG)
    write_fixture(tmp_path, config, seed=4)
    for found, written in zip(load_networks(tmp_path).modules(), tiny_networks(config, seed=4).modules(), strict=True):
        wanted = written.state_dict()
        assert found.state_dict().keys() == wanted.keys()
        assert all(torch.equal(value, wanted[name]) for name, value in found.state_dict().items())


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(TrainingError) as caught:
        load_networks(tmp_path)
    assert caught.value.code == "RH-IMPORT-FOLDER"


def test_graphs_of_another_model_are_refused(tmp_path):
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "rollout.onnx").write_bytes((tmp_path / "readouts.onnx").read_bytes())
    with pytest.raises(TrainingError) as caught:
        load_networks(tmp_path)
    assert caught.value.code == "RH-IMPORT-WEIGHTS"
