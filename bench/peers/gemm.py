"""How fast this machine multiplies matrices: the floor under every rollout."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

# Products in one go, so that the call of a library does not count.
CHAIN = 8


def gemm_gflops(rows: int, size: int, threads: int, seconds: float) -> dict[str, dict[str, float]]:
    """Chained products [rows, size] × [size, size]. @returns GFLOP/s of each library: median, best, and how often it was measured"""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((rows, size), dtype=np.float32)
    w = [(rng.standard_normal((size, size)) / np.sqrt(size)).astype(np.float32) for _ in range(2)]
    chains = {"numpy": _numpy(a, w), "torch": _torch(a, w), "onnxruntime": _onnxruntime(a, w, threads)}
    times: dict[str, list[float]] = {name: [] for name in chains}
    for chain in chains.values():
        chain()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["numpy"]) < 3:
        for name, chain in chains.items():
            start = time.perf_counter()
            chain()
            times[name].append(time.perf_counter() - start)
    flops = 2 * rows * size * size * CHAIN / 1e9
    return {name: {"median": flops / float(np.median(t)), "best": flops / min(t), "n": len(t)} for name, t in times.items()}


def _numpy(a: np.ndarray, w: list[np.ndarray]) -> Callable[[], None]:
    b = [np.empty_like(a), np.empty_like(a)]

    def run() -> None:
        x = a
        for i in range(CHAIN):
            x = np.matmul(x, w[i % 2], out=b[i % 2])

    return run


def _torch(a: np.ndarray, w: list[np.ndarray]) -> Callable[[], None]:
    first, weights = torch.from_numpy(a), [torch.from_numpy(m) for m in w]
    b = [torch.empty_like(first), torch.empty_like(first)]

    @torch.inference_mode()
    def run() -> None:
        x = first
        for i in range(CHAIN):
            x = torch.mm(x, weights[i % 2], out=b[i % 2])

    return run


def _onnxruntime(a: np.ndarray, w: list[np.ndarray], threads: int) -> Callable[[], None]:
    rows, size = a.shape
    weights = [numpy_helper.from_array(m, f"w{i}") for i, m in enumerate(w)]
    nodes = [helper.make_node("MatMul", [f"x{i}", f"w{i % 2}"], [f"x{i + 1}"]) for i in range(CHAIN)]
    end = helper.make_tensor_value_info(f"x{CHAIN}", TensorProto.FLOAT, [rows, size])
    graph = helper.make_graph(nodes, "gemm", [helper.make_tensor_value_info("x0", TensorProto.FLOAT, [rows, size])], [end], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x0": a})
