"""Matrix products in 8-bit integers: half the time of a rollout or less, where the processor has instructions for it, at an error that is measured."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from .step import plain


def quantised(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Weights in int8, one scale an output channel; activations in uint8, their scale measured anew in every run. Biases and all else stay float32."""
    quiet = logging.getLogger()
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
            onnx.save(graph, source)
            quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, extra_options={"EnableSubgraph": True})
            return plain(onnx.load(target))
    finally:
        quiet.setLevel(level)
