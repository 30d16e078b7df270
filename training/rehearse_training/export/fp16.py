"""Weights as half-precision numbers in the files, computed with as single precision: half the size, the same speed, since the runtime converts them when it loads.

Networks are rounded before anything is measured with them, so that every figure, and the parity check, is of what is shipped.
"""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

SMALLEST = 1024  # numbers; below that a conversion saves nothing


@torch.no_grad()
def round_to_fp16(module: nn.Module) -> None:
    for parameter in module.parameters():
        parameter.copy_(parameter.half().float())


def to_fp16(model: onnx.ModelProto) -> onnx.ModelProto:
    """Stores as half precision what loses nothing by it; a graph with other weights stays as it is."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALLEST:
            continue
        with np.errstate(over="ignore"):
            half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.single", to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    return model
