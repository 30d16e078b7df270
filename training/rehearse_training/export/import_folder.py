"""A model folder back to PyTorch: the weights of its graphs, put into the networks that they were exported from."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
import yaml
from onnx import numpy_helper
from torch import Tensor, nn

from ..config import ModelSize
from ..errors import TrainingError
from ..networks.decoder import Decoder
from ..networks.heads import CostToGo, Place, Readouts
from ..networks.world_model import WorldModel
from .graphs import Networks


def load_networks(folder: Path) -> Networks:
    """@throws TrainingError RH-IMPORT-FOLDER, RH-IMPORT-WEIGHTS"""
    try:
        manifest = yaml.safe_load((folder / "model.yaml").read_text())
        weights = {name: _weights(onnx.load(folder / graph["file"]).graph) for name, graph in manifest["graphs"].items() if name in _NEEDED | {"place"}}
        missing = _NEEDED - weights.keys()
        if missing:
            raise KeyError(f"no graph {', '.join(sorted(missing))}")
        if manifest.get("goal", "position") != "position":
            raise TrainingError("RH-IMPORT-FOLDER", f"{folder} has pictures for goals", "proposals are learned for goals that are places")
        width, height = manifest["image"]["width"], manifest["image"]["height"]
        latent, actions = manifest["latent"]["size"], manifest["action"]["block"] * len(manifest["action"]["axes"])
        proprioception = len(manifest["proprioception"])
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise TrainingError("RH-IMPORT-FOLDER", f"{folder} cannot be read as a model folder: {error}", "give a folder that `rehearse train` wrote") from error
    encoder, rollout, readouts, cost_to_go, decoder = (weights[name] for name in ("encoder", "rollout", "readouts", "cost_to_go", "decoder"))
    try:
        size = ModelSize(
            image_latent=manifest["latent"]["image_size"],
            context=manifest["latent"].get("context", 1),
            patch_channels=encoder["patch.bias"].shape[0],
            merge_channels=encoder["merge.bias"].shape[0],
            encoder_hidden=encoder["head.1.bias"].shape[0],
            predictor_hidden=rollout["first.bias"].shape[0],
            predictor_blocks=sum(name.startswith("blocks.") and name.endswith(".bias") for name in rollout),
            head_hidden=readouts["net.0.bias"].shape[0],
            decoder_channels=decoder["net.0.weight"].shape[0],
        )
        world_model = WorldModel(width, height, proprioception, actions, size)
        heads = Readouts(latent, size.head_hidden)
        networks = Networks(
            world_model,
            heads,
            CostToGo(latent, size.head_hidden, heads),
            Decoder(latent, width, height, size.decoder_channels, hidden=decoder["first.0.bias"].shape[0]),
            width,
            height,
            Place(size.image_latent, size.head_hidden) if "place" in weights else None,
        )
        _fill(world_model.encoder, encoder)
        _fill(world_model.predictor, rollout)
        _fill(networks.readouts, readouts)
        _fill(networks.cost_to_go, {**{f"readouts.{name}": value for name, value in readouts.items()}, **cost_to_go})
        _fill(networks.decoder, decoder)
        if networks.place:
            _fill(networks.place, weights["place"])
    except (KeyError, RuntimeError) as error:
        raise TrainingError("RH-IMPORT-WEIGHTS", f"{folder}: its weights are not those of this version's networks: {error}", "train or export the model with this version") from error
    for module in networks.modules():
        module.eval().requires_grad_(False)
    return networks


_NEEDED = {"encoder", "rollout", "readouts", "cost_to_go", "decoder"}


def _weights(graph: onnx.GraphProto) -> dict[str, Tensor]:
    """By the names that they have in the network. A loop's body has put a prefix before them; a product may have been given them transposed."""
    weights = {
        tensor.name.removeprefix("f_").removeprefix("predictor.").removesuffix(".half"): torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer
    }
    weights = {name: weight.float() if weight.dtype == torch.float16 else weight for name, weight in weights.items()}
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    for node in graph.node:
        if node.op_type != "Add":
            continue
        for product, bias in (node.input, reversed(node.input)):
            if bias.endswith(".bias") and products.get(product) in weights:
                weights[f"{bias.removesuffix('.bias')}.weight"] = weights[products[product]].T.contiguous()
    return weights


def _fill(module: nn.Module, weights: dict[str, Tensor]) -> None:
    """Every parameter and buffer must be there; graphs hold constants besides."""
    module.load_state_dict({name: weights[name] for name in module.state_dict()})
