"""Matrix products in 8-bit integers: half the time of a rollout or less, where the processor has instructions for it, at an error that is measured."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from .step import plain


def quantised(graph: onnx.ModelProto, layers_only: bool = False) -> onnx.ModelProto:
    """Weights in int8, one scale an output channel; activations in uint8, their scale measured anew in every run. Biases and all else stay float32.

    @param layers_only products with a bias, which are a network's; those that pick places out of a latent and put them back stay as they are
    """
    quiet = logging.getLogger()
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
            onnx.save(graph, source)
            others = _left_alone(graph.graph, layers_only)
            quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=others, extra_options={"EnableSubgraph": True})
            return plain(onnx.load(target))
    finally:
        quiet.setLevel(level)


def _left_alone(graph: onnx.GraphProto, layers_only: bool) -> list[str]:
    """Names of products without a bias, all or those whose constant is a vector or a stack of matrices: those are not multiplied in integers with a scale each."""
    sizes = {tensor.name: len(tensor.dims) for tensor in graph.initializer}
    bodies = [attribute.g for node in graph.node for attribute in node.attribute if attribute.name == "body"]
    return [
        node.name
        for part in [graph, *bodies]
        for node in part.node
        if node.op_type == "MatMul" and (layers_only or any(sizes.get(name, 2) != 2 for name in node.input))
    ]
