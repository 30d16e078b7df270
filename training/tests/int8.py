"""What products in eight bits are worth on this processor."""

from functools import cache

import numpy as np
from onnx import TensorProto, helper

from rehearse_training.export.golden import open_graph
from rehearse_training.export.step import IR_VERSION, OPSET


@cache
def sums_int8_exactly() -> bool:
    """
    Without VNNI, sums of two products of u8 and s8 are kept in 16 bits, and end at the most that these can hold: 255 · 127 · 2 comes out as 32767.
    Graphs in eight bits are then as far off as their weights happen to be large; the export measures it, and leaves such a graph out beyond its tolerance.
    """
    rows, columns = 8, 16
    inputs = [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, columns]), helper.make_tensor_value_info("b", TensorProto.INT8, [columns, columns])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.INT32, [rows, columns])]
    graph = helper.make_graph([helper.make_node("MatMulInteger", ["a", "b"], ["y"])], "product", inputs, outputs)
    session = open_graph(helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION))
    (found,) = session.run(["y"], {"a": np.full((rows, columns), 255, dtype=np.uint8), "b": np.full((columns, columns), 127, dtype=np.int8)})
    return bool((found == 255 * 127 * columns).all())


def int8_bound(exact: float) -> float:
    """@param exact what the error is at most where sums are exact @returns what it is at most here"""
    return exact if sums_int8_exactly() else 10 * exact
