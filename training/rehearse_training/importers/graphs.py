"""The graphs of a model that looks back: its step in an ONNX `Scan` whose state is what it remembers."""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ..export.loop import Body, share_weights
from ..export.step import IR_VERSION, OPSET, export_step
from .history import start
from .model import FrameHeads, ImportedModel


def export_graphs(model: ImportedModel) -> dict[str, onnx.ModelProto]:
    frame, action, image = model.frame_size, model.action_size, model.settings.image
    z, goal = torch.randn(3, frame), torch.randn(1, frame)
    pictures = torch.zeros(3, image.height, image.width, 3, dtype=torch.uint8)
    speeds = torch.zeros(3, len(model.settings.proprioception))
    frames, left, _ = start(torch.zeros(1, model.context_size), model.settings.context, model.history, frame, action)
    step = export_step(
        model.step,
        [frames.repeat(3, 1, 1), left.repeat(3, 1, 1), torch.tensor([1]), torch.zeros(3, action)],
        ["frames", "left", "filled", "action"],
        ["frames", "left", "action"],
        ["frames_after", "left_after", "filled_after", "following"],
    )
    heads = export_step(FrameHeads(model.readouts, model.distance), [z, goal], ["latents", "goal"], ["latents"], ["readouts", "distance"])
    graphs = {
        "encoder": export_step(model.encoder, [pictures, speeds], ["image", "proprioception"], ["image", "proprioception"], ["latent"]),
        "rollout": _scan(model, step, None),
        "readouts": export_step(model.readouts, [z], ["latents"], ["latents"], ["readouts"]),
        "cost_to_go": export_step(model.distance, [z, goal], ["latents", "goal"], ["latents"], ["distance"]),
        "outcomes": _scan(model, step, heads),
    }
    if model.decoder is not None:
        graphs["decoder"] = export_step(model.decoder, [z], ["latents"], ["latents"], ["image"])
    return graphs


def _scan(model: ImportedModel, step: onnx.ModelProto, heads: onnx.ModelProto | None) -> onnx.ModelProto:
    """latent [1, C], actions [N, S, A] -> latents [N, S, F]; with heads, and the goal's latent [1, F]: readouts [N, S, R], distance [N, S].

    The heads run inside the loop, so that latents, which may be large, are never kept.
    """
    frame, action, history, known = model.frame_size, model.action_size, model.history, model.settings.context
    body = Body(step, "f_")
    bodies = [body]
    frames, left, filled, act = body.inputs
    frames_after, left_after, filled_after, following = body.outputs
    nodes, each = list(body.nodes), [(following, ("N", frame), "latents")]
    inputs = [_float("latent", 1, model.context_size), _float("actions", "N", "H", action)]
    if heads is not None:
        head = Body(heads, "h_")
        bodies.append(head)
        head.rename(head.inputs[0], following)
        head.rename(head.inputs[1], "goal")
        nodes += head.nodes
        readouts, distance = head.outputs
        each = [(readouts, ("N", len(model.readout_names)), "readouts"), (distance, ("N",), "distance")]
        inputs.append(_float("goal", 1, frame))
    weights = share_weights(*bodies)  # renames in the nodes themselves
    loop = helper.make_graph(
        nodes,
        "step",
        [_float(frames, "N", history, frame), _float(left, "N", history, action), _ints_of(filled, 1), _float(act, "N", action)],
        [
            _float(frames_after, "N", history, frame),
            _float(left_after, "N", history, action),
            _ints_of(filled_after, 1),
            *(_float(name, *shape) for name, shape, _ in each),
        ],
    )
    constants = {
        "axis_1": [1],
        "begin": [0],
        "frames_end": [known * frame],
        "frames_shape": [1, known, frame],
        "frames_pads": [0, 0, 0, 0, history - known, 0],
        "frames_tail": [history, frame],
        "left_tail": [history, action],
        "filled": [known],
    }
    front = [
        helper.make_node("Shape", ["actions"], ["samples"], name="samples", start=0, end=1),
        helper.make_node("Slice", ["latent", "begin", "frames_end", "axis_1"], ["known"], name="known"),
        helper.make_node("Reshape", ["known", "frames_shape"], ["known_frames"], name="known_frames"),
        helper.make_node("Pad", ["known_frames", "frames_pads"], ["slots"], name="slots"),
        helper.make_node("Concat", ["samples", "frames_tail"], ["slots_shape"], name="slots_shape", axis=0),
        helper.make_node("Expand", ["slots", "slots_shape"], ["start_frames"], name="start_frames"),
        helper.make_node("Concat", ["samples", "left_tail"], ["left_slots_shape"], name="left_slots_shape", axis=0),
    ]
    if known > 1:
        constants |= {"context_end": [model.context_size], "left_shape": [1, known - 1, action], "left_pads": [0, 0, 0, 0, history - known + 1, 0]}
        front += [
            helper.make_node("Slice", ["latent", "frames_end", "context_end", "axis_1"], ["known_left"], name="known_left"),
            helper.make_node("Reshape", ["known_left", "left_shape"], ["known_actions"], name="known_actions"),
            helper.make_node("Pad", ["known_actions", "left_pads"], ["left_slots"], name="left_slots"),
            helper.make_node("Expand", ["left_slots", "left_slots_shape"], ["start_left"], name="start_left"),
        ]
    else:
        front.append(helper.make_node("ConstantOfShape", ["left_slots_shape"], ["start_left"], name="start_left"))
    scan = helper.make_node(
        "Scan",
        ["start_frames", "start_left", "filled", "actions"],
        ["end_frames", "end_left", "end_filled", *(output for _, _, output in each)],
        name="forward",
        body=loop,
        num_scan_inputs=1,
        scan_input_axes=[1],
        scan_output_axes=[1] * len(each),
    )
    graph = helper.make_graph(
        [*front, scan],
        "rollout" if heads is None else "outcomes",
        inputs,
        [_float(output, shape[0], "H", *shape[1:]) for _, shape, output in each],
        [*weights, *(numpy_helper.from_array(np.array(values, dtype=np.int64), name) for name, values in constants.items())],
    )
    result = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="rehearse_training")
    result.ir_version = IR_VERSION
    onnx.checker.check_model(result, full_check=True)
    return result


def _float(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _ints_of(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.INT64, shape)
