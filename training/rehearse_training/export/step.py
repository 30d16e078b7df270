"""Torch modules to ONNX, for one step or one batch: no loops."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Sequence

import onnx
import torch
from torch import Tensor, nn

OPSET = 18
IR_VERSION = 10


def export_step(module: nn.Module, inputs: Sequence[Tensor], names: Sequence[str], batched: Sequence[str], outputs: Sequence[str]) -> onnx.ModelProto:
    """Exports `module(*inputs)`; the first axis of the inputs named in `batched` is dynamic and common to them.

    The example batch must not be 1: torch would take it for a constant.
    """
    batch = torch.export.Dim("batch", min=1)
    shapes = tuple({0: batch} if name in batched else None for name in names)
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                module.eval(),
                tuple(inputs),
                dynamo=True,
                input_names=list(names),
                output_names=list(outputs),
                dynamic_shapes=shapes,
                opset_version=OPSET,
                verbose=False,
            )
    finally:
        quiet.setLevel(level)
    assert program is not None
    return plain(program.model_proto)


def plain(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without the exporter's traces of this machine's files, and with one IR version that every runtime of the last years reads."""
    del model.metadata_props[:]
    model.ir_version = IR_VERSION
    model.producer_name = "rehearse_training"
    model.producer_version = ""
    graph = model.graph
    del graph.metadata_props[:]
    del graph.value_info[:]
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*graph.input, *graph.output, *graph.initializer]:
        del value.metadata_props[:]
    return model
