"""A model's rollout as one ONNX graph with a free number of steps: the one-step graphs become bodies of ONNX `Scan`.

An unrolled loop would fix the horizon at export. `Scan` keeps it an input's axis; the gradient runs a second `Scan` backwards
over the same steps, carrying d cost / d latent (reverse-mode differentiation by hand, with the step's own vector-Jacobian product).

What is carried from step to step is the context: the latent, or, of a model that looks back, its last latents and the actions between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .step import IR_VERSION, OPSET


@dataclass(frozen=True)
class Context:
    """`size` numbers: the latents of `frames` frames of `latent` numbers, the oldest first, then the blocks of actions between them."""

    size: int
    frames: int
    latent: int

    @property
    def newest(self) -> tuple[int, int]:
        """Where the newest latent begins and ends."""
        return (self.frames - 1) * self.latent, self.frames * self.latent

    @property
    def states(self) -> str:
        """Of all steps, what a graph calls them: latents, where these are all."""
        return "latents" if self.frames == 1 else "contexts"


class Body:
    """A one-step graph, its names prefixed so that two bodies can share one model; its weights move to the main graph."""

    def __init__(self, model: onnx.ModelProto, prefix: str):
        graph = model.graph
        initializers = {tensor.name for tensor in graph.initializer}
        self.inputs = [prefix + value.name for value in graph.input]
        self.outputs = [prefix + value.name for value in graph.output]
        self.weights: list[onnx.TensorProto] = []
        for tensor in graph.initializer:
            copy = onnx.TensorProto()
            copy.CopyFrom(tensor)
            copy.name = prefix + tensor.name
            self.weights.append(copy)
        self.nodes: list[onnx.NodeProto] = []
        for node in graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.name = prefix + node.name
            copy.input[:] = [name and prefix + name for name in node.input]
            copy.output[:] = [name and prefix + name for name in node.output]
            self.nodes.append(copy)
        assert not initializers & {value.name for value in graph.input}

    def rename(self, old: str, new: str) -> None:
        for node in self.nodes:
            node.input[:] = [new if name == old else name for name in node.input]
            node.output[:] = [new if name == old else name for name in node.output]
        self.inputs = [new if name == old else name for name in self.inputs]
        self.outputs = [new if name == old else name for name in self.outputs]


def share_weights(*bodies: Body) -> list[onnx.TensorProto]:
    """The bodies' weights without doubles: equal tensors become one."""
    kept: dict[tuple[object, ...], str] = {}
    weights: list[onnx.TensorProto] = []
    for body in bodies:
        for tensor in body.weights:
            array = numpy_helper.to_array(tensor)
            key = (array.dtype.str, array.shape, array.tobytes())
            if key in kept:
                body.rename(tensor.name, kept[key])
            else:
                kept[key] = tensor.name
                weights.append(tensor)
    return weights


def _float(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _ints(name: str, *values: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=np.int64), name)


def _finish(name: str, nodes: list, inputs: list, outputs: list, weights: list) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, name, inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="rehearse_training")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model


def _forward(body: Body, context: Context, action: int) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Nodes from `latent` [1, C] and `actions` [N, H, A] to `latents` [N, H, D]; of a model that looks back through `contexts` [N, H, C]."""
    size = context.size
    before, act = body.inputs
    (after,) = body.outputs
    copy = helper.make_node("Identity", [after], ["each_latent"], name="forward_each")
    step = helper.make_graph(
        [*body.nodes, copy],
        "forward_step",
        [_float(before, "N", size), _float(act, "N", action)],
        [_float(after, "N", size), _float("each_latent", "N", size)],
    )
    nodes = [
        helper.make_node("Shape", ["actions"], ["samples"], name="samples", start=0, end=1),
        helper.make_node("Concat", ["samples", "latent_axis"], ["start_shape"], name="start_shape", axis=0),
        helper.make_node("Expand", ["latent", "start_shape"], ["start"], name="start"),
        helper.make_node(
            "Scan",
            ["start", "actions"],
            ["end", context.states],
            name="forward",
            body=step,
            num_scan_inputs=1,
            scan_input_axes=[1],
            scan_output_axes=[1],
        ),
    ]
    constants = [_ints("latent_axis", size)]
    if context.frames > 1:
        begin, end = context.newest
        nodes.append(helper.make_node("Slice", ["contexts", "newest_begin", "newest_end", "axis_2"], ["latents"], name="newest"))
        constants += [_ints("newest_begin", begin), _ints("newest_end", end), _ints("axis_2", 2)]
    return nodes, constants


def _on_every_latent(head: Body) -> list[onnx.NodeProto]:
    """Nodes from `latents` [N, H, D] through a head (latents [M, D], goal) to its outputs, one a row, and `grid`, the [N, H] that the rows are of.

    Needs the constant `flat`, which is [-1, D].
    """
    latents, goal = head.inputs
    head.rename(latents, "flat_latents")
    head.rename(goal, "goal")
    return [
        helper.make_node("Reshape", ["latents", "flat"], ["flat_latents"], name="flat_latents"),
        *head.nodes,
        helper.make_node("Shape", ["actions"], ["grid"], name="grid", start=0, end=2),
    ]


def rollout_graph(predictor: onnx.ModelProto, context: Context, action: int) -> onnx.ModelProto:
    """predictor: (context [N, C], action [N, A]) -> [N, C]. Returns latent [1, C], actions [N, H, A] -> latents [N, H, D]."""
    body = Body(predictor, "f_")
    weights = share_weights(body)
    nodes, constants = _forward(body, context, action)
    inputs = [_float("latent", 1, context.size), _float("actions", "N", "H", action)]
    return _finish("rollout", nodes, inputs, [_float("latents", "N", "H", context.latent)], [*weights, *constants])


def outcomes_graph(predictor: onnx.ModelProto, heads: onnx.ModelProto, context: Context, action: int, goal: int, readouts: int) -> onnx.ModelProto:
    """All that planning needs to know of candidate futures, in one run.

    predictor: (context [N, C], action [N, A]) -> [N, C]; heads: (latents [M, D], goal [1, G]) -> (readouts [M, R], distance [M]); G: 2 for a place, D for a picture's latent
    Returns latent [1, C], actions [N, H, A], goal [1, G] -> readouts [N, H, R], distance [N, H].
    """
    forward, head = Body(predictor, "f_"), Body(heads, "h_")
    weights = share_weights(forward, head)
    nodes, constants = _forward(forward, context, action)
    constants += [_ints("flat", -1, context.latent), _ints("readout_axis", readouts)]
    nodes += _on_every_latent(head)
    flat_readouts, flat_distance = head.outputs
    nodes += [
        helper.make_node("Concat", ["grid", "readout_axis"], ["readouts_shape"], name="readouts_shape", axis=0),
        helper.make_node("Reshape", [flat_readouts, "readouts_shape"], ["readouts"], name="readouts"),
        helper.make_node("Reshape", [flat_distance, "grid"], ["distance"], name="distance"),
    ]
    inputs = [_float("latent", 1, context.size), _float("actions", "N", "H", action), _float("goal", 1, goal)]
    outputs = [_float("readouts", "N", "H", readouts), _float("distance", "N", "H")]
    return _finish("outcomes", nodes, inputs, outputs, [*weights, *constants])


def gradient_graph(
    predictor: onnx.ModelProto, predictor_vjp: onnx.ModelProto, cost_and_gradient: onnx.ModelProto, context: Context, action: int, goal: int
) -> onnx.ModelProto:
    """The weighted sum over the steps of a cost of the latents, and its gradient by the actions.

    predictor_vjp: (context [N, C], action [N, A], adjoint [N, C]) -> (d context [N, C], d action [N, A])
    cost_and_gradient: (latents [M, D], goal [1, G]) -> (cost [M], d cost / d latents [M, D])
    Returns latent [1, C], actions [N, H, A], goal [1, G], weights [H] -> cost [N], gradient [N, H, A].
    """
    forward, backward, cost = Body(predictor, "f_"), Body(predictor_vjp, "b_"), Body(cost_and_gradient, "c_")
    weights = share_weights(forward, backward, cost)
    nodes, constants = _forward(forward, context, action)
    constants += [_ints("flat", -1, context.latent), _ints("zero", 0), _ints("minus_one", -1), _ints("axis_1", 1)]
    constants += [_ints("column", -1, 1)]

    nodes += _on_every_latent(cost)
    flat_cost, flat_pull = cost.outputs
    pull = "pull" if context.frames == 1 else "pull_of_newest"
    nodes += [
        helper.make_node("Reshape", [flat_cost, "grid"], ["step_cost"], name="step_cost"),
        helper.make_node("Mul", ["step_cost", "weights"], ["weighted_cost"], name="weighted_cost"),
        helper.make_node("ReduceSum", ["weighted_cost", "axis_1"], ["cost"], name="cost", keepdims=0),
        helper.make_node("Shape", ["latents"], ["latents_shape"], name="latents_shape"),
        helper.make_node("Reshape", [flat_pull, "latents_shape"], ["unweighted_pull"], name="unweighted_pull"),
        helper.make_node("Reshape", ["weights", "column"], ["weight_column"], name="weight_column"),
        helper.make_node("Mul", ["unweighted_pull", "weight_column"], [pull], name="pull"),
        # The state before each step: the start, then all but the last of the rollout.
        helper.make_node("Unsqueeze", ["start", "axis_1"], ["start_step"], name="start_step"),
        helper.make_node("Slice", [context.states, "zero", "minus_one", "axis_1"], ["all_but_last"], name="all_but_last"),
        helper.make_node("Concat", ["start_step", "all_but_last"], ["before"], name="before", axis=1),
    ]
    if context.frames > 1:  # a cost looks at the newest latent alone
        begin, end = context.newest
        nodes.append(helper.make_node("Pad", [pull, "pads"], ["pull"], name="pull_of_context"))
        constants += [_ints("pads", 0, 0, begin, 0, 0, context.size - end)]

    size = context.size
    before, act, adjoint = backward.inputs
    d_latent, d_action = backward.outputs
    step = helper.make_graph(
        [helper.make_node("Add", ["carried", "pull_now"], [adjoint], name="adjoint"), *backward.nodes],
        "backward_step",
        [_float("carried", "N", size), _float(before, "N", size), _float(act, "N", action), _float("pull_now", "N", size)],
        [_float(d_latent, "N", size), _float(d_action, "N", action)],
    )
    nodes += [
        helper.make_node("Sub", ["start", "start"], ["nothing"], name="nothing"),
        helper.make_node(
            "Scan",
            ["nothing", "before", "actions", "pull"],
            ["d_start", "gradient"],
            name="backward",
            body=step,
            num_scan_inputs=3,
            scan_input_axes=[1, 1, 1],
            scan_input_directions=[1, 1, 1],
            scan_output_axes=[1],
            scan_output_directions=[1],
        ),
    ]
    inputs = [_float("latent", 1, size), _float("actions", "N", "H", action), _float("goal", 1, goal), _float("weights", "H")]
    outputs = [_float("cost", "N"), _float("gradient", "N", "H", action)]
    return _finish("gradient", nodes, inputs, outputs, [*weights, *constants])
