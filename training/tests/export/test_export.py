import json

import numpy as np
import onnxruntime
import pytest
import torch
from int8 import int8_bound
import yaml

from rehearse_training.errors import TrainingError
from rehearse_training.export.golden import check_parity
from rehearse_training.export.graphs import export_graphs
from rehearse_training.config import ModelSize
from rehearse_training.export.fixture import tiny_networks, write_fixture
from rehearse_training.networks.predictors.mlp import MlpPredictor


@pytest.fixture(scope="module")
def exported():
    from conftest import CONFIG

    from rehearse_training.config import load_config

    networks = tiny_networks(load_config(CONFIG), seed=3)
    graphs = export_graphs(networks)
    sessions = {name: onnxruntime.InferenceSession(graph.SerializeToString()) for name, graph in graphs.items()}
    return networks, graphs, sessions


def test_rounded_networks_are_stored_in_half_the_bytes_and_compute_the_same():
    from conftest import CONFIG

    from rehearse_training.config import load_config
    from rehearse_training.export.fp16 import to_fp16, round_to_fp16

    networks = tiny_networks(load_config(CONFIG), seed=3)
    networks.world_model.predictor = MlpPredictor(networks.world_model.latent_size, networks.world_model.action_size, ModelSize(predictor_hidden=128))
    plain = export_graphs(networks)["rollout"]
    assert to_fp16(plain).SerializeToString() == plain.SerializeToString(), "weights that are no halves stay as they are"
    for module in networks.modules():
        round_to_fp16(module)
    graphs = export_graphs(networks)
    assert len(graphs["rollout"].SerializeToString()) < 0.55 * len(plain.SerializeToString())
    _, worst = check_parity(networks, graphs, None)
    assert max(difference for name, difference in worst.items() if not name.endswith("_int8")) < 1e-5


def test_the_graphs_have_the_agreed_inputs_and_outputs(exported):
    _, _, sessions = exported
    names = {name: ([i.name for i in s.get_inputs()], [o.name for o in s.get_outputs()]) for name, s in sessions.items()}
    assert names == {
        "encoder": (["image", "proprioception"], ["latent"]),
        "rollout": (["latent", "actions"], ["latents"]),
        "readouts": (["latents"], ["readouts"]),
        "cost_to_go": (["latents", "goal"], ["distance"]),
        "decoder": (["latents"], ["image"]),
        "gradient": (["latent", "actions", "goal", "weights"], ["cost", "gradient"]),
        "outcomes": (["latent", "actions", "goal"], ["readouts", "distance"]),
        "outcomes_int8": (["latent", "actions", "goal"], ["readouts", "distance"]),
        "place": (["latents"], ["readouts"]),
    }


def test_every_graph_equals_pytorch(exported):
    networks, graphs, _ = exported
    golden, worst = check_parity(networks, graphs, None, trials=3)
    assert max(difference for name, difference in worst.items() if name != "outcomes_int8") < 1e-5
    assert worst["outcomes_int8"] < int8_bound(0.03)
    assert set(golden["graphs"]) == set(graphs)


@pytest.mark.parametrize(("samples", "steps"), [(1, 1), (1, 5), (7, 1), (33, 12)])
def test_the_rollout_is_the_predictor_applied_step_by_step(exported, samples, steps):
    networks, _, sessions = exported
    rng = np.random.default_rng(samples)
    latent = rng.standard_normal((1, 12)).astype(np.float32)
    actions = rng.uniform(-1, 1, (samples, steps, 8)).astype(np.float32)
    (latents,) = sessions["rollout"].run(None, {"latent": latent, "actions": actions})
    assert latents.shape == (samples, steps, 12)
    z = torch.from_numpy(latent).expand(samples, -1)
    for step in range(steps):
        with torch.no_grad():
            z = networks.world_model.predictor(z, torch.from_numpy(actions[:, step]))
        np.testing.assert_allclose(latents[:, step], z.numpy(), atol=1e-5)


def test_outcomes_are_rollout_readouts_and_cost_to_go_in_one(exported):
    _, _, sessions = exported
    rng = np.random.default_rng(1)
    latent = rng.standard_normal((1, 12)).astype(np.float32)
    actions = rng.uniform(-1, 1, (5, 4, 8)).astype(np.float32)
    goal = np.array([[0.5, -1.0]], dtype=np.float32)
    readouts, distance = sessions["outcomes"].run(None, {"latent": latent, "actions": actions, "goal": goal})
    (latents,) = sessions["rollout"].run(None, {"latent": latent, "actions": actions})
    rows = latents.reshape(-1, 12)
    np.testing.assert_allclose(readouts.reshape(20, -1), sessions["readouts"].run(None, {"latents": rows})[0], atol=1e-5)
    np.testing.assert_allclose(distance.reshape(20), sessions["cost_to_go"].run(None, {"latents": rows, "goal": goal})[0], atol=1e-5)


def test_the_int8_graph_multiplies_in_integers(exported):
    _, graphs, _ = exported

    def operators(graph):
        for node in graph.node:
            yield node.op_type
            for attribute in node.attribute:
                if attribute.name == "body":
                    yield from operators(attribute.g)

    assert "MatMulInteger" in set(operators(graphs["outcomes_int8"].graph))
    assert not {"Gemm", "MatMul"} & set(operators(graphs["outcomes_int8"].graph))


def test_the_cost_is_the_weighted_cost_to_go_and_its_gradient_that_of_finite_differences(exported):
    _, _, sessions = exported
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((1, 12)).astype(np.float32)
    actions = rng.uniform(-1, 1, (2, 3, 8)).astype(np.float32)
    goal = np.array([[0.5, -1.0]], dtype=np.float32)
    weights = np.array([0.2, 0.5, 1.5], dtype=np.float32)
    cost, gradient = sessions["gradient"].run(None, {"latent": latent, "actions": actions, "goal": goal, "weights": weights})

    def weighted_cost(actions):
        (latents,) = sessions["rollout"].run(None, {"latent": latent, "actions": actions})
        (distance,) = sessions["cost_to_go"].run(None, {"latents": latents.reshape(-1, 12), "goal": goal})
        return distance.reshape(2, 3) @ weights

    np.testing.assert_allclose(cost, weighted_cost(actions), atol=1e-5)
    for n, h, a in [(0, 0, 0), (0, 2, 7), (1, 1, 3), (1, 0, 5)]:
        step = np.zeros_like(actions)
        step[n, h, a] = 0.05
        difference = (weighted_cost(actions + step) - weighted_cost(actions - step))[n] / 0.1
        assert gradient[n, h, a] == pytest.approx(difference, abs=2e-4)


def test_a_graph_that_differs_is_not_shipped(exported):
    networks, graphs, _ = exported
    other = tiny_networks_with_other_weights(networks)
    with pytest.raises(TrainingError) as caught:
        check_parity(other, graphs, None, trials=1)
    assert caught.value.code == "RH-EXPORT-PARITY"


def tiny_networks_with_other_weights(networks):
    import copy

    other = copy.deepcopy(networks)
    with torch.no_grad():
        other.readouts.net[-1].bias += 0.01
    return other


def test_the_fixture_is_small_and_complete(tmp_path, config):
    import hashlib
    from dataclasses import replace

    from rehearse_training.config import ImageFormat

    write_fixture(tmp_path, replace(config, image=ImageFormat(64, 64, "rgb8")), seed=0)
    manifest = yaml.safe_load((tmp_path / "model.yaml").read_text())
    assert manifest["schema"] == "rehearse.model/1"
    assert manifest["latent"] == {"layout": "vector", "size": 12, "image_size": 10}
    for entry in manifest["graphs"].values():
        assert hashlib.sha256((tmp_path / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    golden = json.loads((tmp_path / "golden.json").read_text())
    assert golden["tolerance"] == 1e-4
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 400_000
