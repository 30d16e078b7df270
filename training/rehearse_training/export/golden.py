"""Input and output vectors of every graph: the parity check at export, and the check that the runtime makes when it loads a model."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import onnx
import onnxruntime
import torch

from ..errors import TrainingError
from .graphs import Networks, torch_forms

TOLERANCE = 1e-4
# Of a graph in 8-bit integers; the error itself is in the manifest. Contact magnifies differences from period to period: a touch that is only just missed is another future.
# A processor that computes such products otherwise is far beyond it.
QUANTISED_TOLERANCE = 0.2

Arrays = dict[str, np.ndarray]


def example_inputs(networks: Networks, images: np.ndarray | None, rng: np.random.Generator, trials: int) -> Iterator[dict[str, Arrays]]:
    """Random inputs for every graph; pictures of `images` (uint8 [n, height, width, 3]) where there are some, and plans from and to what is seen in them."""
    world_model = networks.world_model
    latent, action = world_model.latent_size, world_model.action_size
    for trial in range(trials):
        batch, samples, steps = 2, 3 + trial, 4 + trial
        picture = rng.integers(0, 256, (batch, networks.height, networks.width, 3), dtype=np.uint8)
        if images is not None:
            picture = images[rng.integers(0, len(images), batch)]
        floats = lambda *shape: rng.standard_normal(shape).astype(np.float32)  # noqa: E731
        start = {"latent": floats(1, world_model.context_size), "actions": np.clip(floats(samples, steps, action), -1, 1)}
        rows = {"latents": floats(3, latent)}
        goal = {"goal": floats(1, networks.cost_to_go.goal_size)}
        proprioception = 0.3 * floats(batch, latent - world_model.encoder.image_latent)
        if networks.place:  # it ends with a heading's cosine and sine
            proprioception[:, -2:] /= np.linalg.norm(proprioception[:, -2:], axis=1, keepdims=True)
        if images is not None:
            with torch.no_grad():
                seen = world_model.encoder(torch.from_numpy(picture), torch.from_numpy(proprioception)).numpy()
            start["latent"][:, : world_model.context_frames * latent] = np.tile(seen[0], world_model.context_frames)
            if networks.cost_to_go.goal_size == latent:
                goal["goal"] = seen[1:]
        yield {
            "encoder": {"image": picture, "proprioception": proprioception},
            "rollout": start,
            "readouts": rows,
            "place": rows,
            "cost_to_go": rows | goal,
            "decoder": {"latents": rows["latents"][:1]},
            "gradient": start | goal | {"weights": rng.uniform(0, 1, steps).astype(np.float32)},
            "outcomes": start | goal,
            "outcomes_int8": start | goal,
        }


def check_parity(networks: Networks, graphs: dict[str, onnx.ModelProto], images: np.ndarray | None, trials: int = 4) -> tuple[dict, dict[str, float]]:
    """Runs each graph against PyTorch. @returns the golden vectors of the first trial, and the largest difference seen of every graph."""
    for module in networks.modules():
        module.eval()
    sessions = {name: open_graph(graph) for name, graph in graphs.items()}
    forms = torch_forms(networks)
    golden: dict[str, list] = {name: [] for name in graphs}
    worst = dict.fromkeys(graphs, 0.0)
    for trial, inputs in enumerate(example_inputs(networks, images, np.random.default_rng(7), trials)):
        for name, session in sessions.items():
            names = [output.name for output in session.get_outputs()]
            got = dict(zip(names, session.run(names, inputs[name])))
            with torch.no_grad():
                wanted = forms[name](**{key: torch.from_numpy(value) for key, value in inputs[name].items()})
            for output, reference in zip(names, wanted, strict=True):
                # Absolute up to size 1, relative above.
                difference = float(np.max(np.abs(got[output] - reference.numpy()) / np.maximum(1.0, np.abs(reference.numpy()))))
                if not difference <= tolerance_of(name) and not name.endswith("_int8"):
                    raise TrainingError(
                        "RH-EXPORT-PARITY", f"graph {name}, output {output} differs from PyTorch by {difference:.2e}", "report it with the versions of torch and onnx"
                    )
                worst[name] = max(worst[name], difference)
            if trial == 0:
                expected = dict(zip(names, (reference.numpy() for reference in wanted)))
                golden[name].append({"inputs": encode_arrays(inputs[name]), "outputs": encode_arrays(expected)})
    tolerances = {name: tolerance_of(name) for name in graphs if tolerance_of(name) != TOLERANCE}
    return {"graphs": golden, "tolerance": TOLERANCE, "tolerances": tolerances}, worst


def tolerance_of(graph: str) -> float:
    """|found - expected| <= tolerance * max(1, |expected|)"""
    return QUANTISED_TOLERANCE if graph.endswith("_int8") else TOLERANCE


def open_graph(graph: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def encode_arrays(arrays: Arrays) -> dict[str, dict]:
    return {
        name: {"shape": list(array.shape), "dtype": str(array.dtype), "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}
        for name, array in arrays.items()
    }
