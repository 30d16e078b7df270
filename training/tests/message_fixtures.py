"""Writes tests/fixtures/messages: ROS messages as bytes, and what both decoders, the runtime's and training's, have to make of them.

    ./rehearse python training/tests/message_fixtures.py

The bytes come from mcap_ros2's serialiser, not from code of this project; what is expected is written down below, by hand or by numpy, from the message definitions and REP 117.
The folder's README describes the format.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace as Message
from typing import Any

import numpy as np
from bag_maker import DEFINITIONS, twist, vector
from mcap_ros2._dynamic import serialize_dynamic

FOLDER = Path(__file__).parents[2] / "tests" / "fixtures" / "messages"
STAMP = Message(sec=1_700_000_000, nanosec=123_456_789)
STAMP_NS = "1700000000123456789"
WIDTH, HEIGHT = 3, 2
# [height, width, (red, green, blue)]: no two channels of a pixel alike, so that an exchange shows.
RGB = np.array([[[10, 20, 30], [40, 50, 60], [70, 80, 90]], [[100, 110, 120], [130, 140, 150], [255, 0, 7]]], dtype=np.uint8)
GREY = np.array([[0, 17, 34], [128, 200, 255]], dtype=np.uint8)
ALPHA = np.full((HEIGHT, WIDTH, 1), 77, dtype=np.uint8)

Case = tuple[str, str, Message, dict[str, Any]]  # name, why it is there, message, expected


def header(stamp: Message = STAMP) -> Message:
    return Message(stamp=stamp, frame_id="frame")


def image(encoding: str, pixels: np.ndarray, padding: int = 0, cut: int = 0, extra: int = 0, **overrides: int) -> Message:
    """pixels uint8 [height, width, bytes of a pixel]; `padding` bytes after each row, `cut` bytes short at the end, or `extra` too many"""
    height, width = pixels.shape[:2]
    rows = np.concatenate([pixels.reshape(height, -1), np.full((height, padding), 99, dtype=np.uint8)], axis=1)
    data = rows.tobytes() + bytes(extra)
    fields = {"height": height, "width": width, "encoding": encoding, "is_bigendian": 0, "step": rows.shape[1]} | overrides
    return Message(header=header(), **fields, data=data[: len(data) - cut])


def picture(rgb: np.ndarray) -> dict[str, Any]:
    return {"expected": {"stamp_ns": STAMP_NS, "width": WIDTH, "height": HEIGHT, "rgb": rgb.reshape(-1).tolist()}}


def images() -> list[Case]:
    grey = np.repeat(GREY[..., None], 3, axis=2)
    bgr = RGB[..., ::-1]
    layouts: dict[str, tuple[np.ndarray, np.ndarray]] = {
        "rgb8": (RGB, RGB),
        "bgr8": (bgr, RGB),
        "rgba8": (np.concatenate([RGB, ALPHA], axis=2), RGB),
        "bgra8": (np.concatenate([bgr, ALPHA], axis=2), RGB),
        "mono8": (GREY[..., None], grey),
        "8UC1": (GREY[..., None], grey),
        "8UC3": (bgr, RGB),  # as OpenCV, from which the name comes, has its channels
        "8UC4": (np.concatenate([bgr, ALPHA], axis=2), RGB),
    }
    cases: list[Case] = [(f"image-{name.lower()}", f"{name}, rows without padding", image(name, pixels), picture(rgb)) for name, (pixels, rgb) in layouts.items()]
    for name in ("rgb8", "bgra8", "mono8"):
        pixels, rgb = layouts[name]
        cases.append((f"image-{name}-padded", "step is larger than a row", image(name, pixels, padding=5), picture(rgb)))
        cases.append((f"image-{name}-last-row-unpadded", "padding between rows, none after the last, as crops of a larger picture have", image(name, pixels, padding=5, cut=5), picture(rgb)))
    cases.append(("image-longer-than-needed", "bytes after the last row", image("rgb8", RGB, extra=4), picture(RGB)))
    size = {"error": "RH-IMAGE-SIZE"}
    cases += [
        ("image-too-short", "the last pixel is missing", image("rgb8", RGB, cut=1), size),
        ("image-step-below-row", "step is less than width times bytes a pixel", image("rgb8", RGB, step=8), size),
        ("image-no-width", "no pixels at all", image("rgb8", RGB, width=0), size),
        ("image-no-height", "no pixels at all", image("rgb8", RGB, height=0), size),
    ]
    for name, pixel_bytes in (("mono16", 2), ("16UC1", 2), ("32FC1", 4), ("bayer_rggb8", 1), ("yuv422_yuy2", 2), ("nv12", 1), ("", 3)):
        message = image(name, np.zeros((HEIGHT, WIDTH, pixel_bytes), dtype=np.uint8))
        refusal = {"error": "RH-IMAGE-ENCODING"} | ({"error_names": name} if name else {})
        cases.append((f"image-{name.lower().replace('_', '-') or 'no-encoding'}-refused", "an encoding that is not decoded is refused by its name", message, refusal))
    return cases


def odometry(position: tuple[float, float] = (1.5, -0.25), quaternion: tuple[float, ...] = (0.0, 0.0, 0.0, 1.0), velocity: Message | None = None, stamp: Message = STAMP) -> Message:
    x, y, z, w = quaternion
    pose = Message(position=vector(*position, 0.125), orientation=Message(x=x, y=y, z=z, w=w))
    still_or_not = velocity or twist(0.5, -1.25, 0.0625)
    return Message(
        header=header(stamp), child_frame_id="base_link", pose=Message(pose=pose, covariance=[0.0] * 36), twist=Message(twist=still_or_not, covariance=[0.0] * 36)
    )


def odometries() -> list[Case]:
    def expected(yaw: float) -> dict[str, Any]:
        return {"expected": {"stamp_ns": STAMP_NS, "x_m": 1.5, "y_m": -0.25, "yaw_rad": yaw, "vx_mps": 0.5, "vy_mps": 0.0625, "yaw_rate_rps": -1.25}}

    half = (0.0, 0.0, math.sin(0.35), math.cos(0.35))
    nan, inf = math.nan, math.inf
    refused = {"error": "RH-ODOM-NAN"}
    # A turn of 0.7 rad after a tilt of 0.2 rad about x: the heading of the body's x axis in the plane stays 0.7.
    tilted = (math.cos(0.35) * math.sin(0.1), math.sin(0.35) * math.sin(0.1), math.sin(0.35) * math.cos(0.1), math.cos(0.35) * math.cos(0.1))
    return [
        ("odometry", "a quarter turn and a bit", odometry(quaternion=half), expected(0.7)),
        ("odometry-half-turn", "yaw comes back in (-pi, pi]", odometry(quaternion=(0.0, 0.0, 1.0, 0.0)), expected(math.pi)),
        ("odometry-unnormalised", "a quaternion twice as long has the same direction", odometry(quaternion=tuple(2 * v for v in half)), expected(0.7)),
        ("odometry-tiny-quaternion", "and so has one that is much shorter", odometry(quaternion=tuple(1e-6 * v for v in half)), expected(0.7)),
        ("odometry-negated-quaternion", "q and -q are the same rotation", odometry(quaternion=tuple(-v for v in half)), expected(0.7)),
        ("odometry-tilted", "roll does not change the heading", odometry(quaternion=tilted), expected(0.7)),
        ("odometry-zero-quaternion", "no direction", odometry(quaternion=(0.0, 0.0, 0.0, 0.0)), refused),
        ("odometry-nan-quaternion", "no direction", odometry(quaternion=(nan, nan, nan, nan)), refused),
        ("odometry-infinite-quaternion", "no direction", odometry(quaternion=(0.0, 0.0, inf, 1.0)), refused),
        ("odometry-stamp-before-the-epoch", "the ROS clock has no such time", odometry(stamp=Message(sec=-1, nanosec=0)), {"error": "RH-STAMP"}),
        ("odometry-stamp-of-too-many-nanoseconds", "", odometry(stamp=Message(sec=1, nanosec=1_000_000_000)), {"error": "RH-STAMP"}),
        ("odometry-nan-position", "", odometry(position=(nan, 0.0)), refused),
        ("odometry-infinite-position", "", odometry(position=(0.0, -inf)), refused),
        ("odometry-nan-speed", "", odometry(velocity=twist(nan, 0.0)), refused),
        ("odometry-nan-sideways-speed", "", odometry(velocity=twist(0.0, 0.0, nan)), refused),
        ("odometry-infinite-yaw-rate", "", odometry(velocity=twist(0.0, inf)), refused),
        ("odometry-nan-vertical-speed", "what a planar body has no use for is not looked at", odometry(quaternion=half, velocity=_with_z(nan)), expected(0.7)),
    ]


def _with_z(value: float) -> Message:
    message = twist(0.5, -1.25, 0.0625)
    message.linear.z = value
    return message


def scan(ranges: list[float], angle_min: float = -1.5, increment: float = 0.5, range_min: float = 0.125, range_max: float = 8.0) -> Message:
    """Numbers that float32 holds exactly."""
    return Message(
        header=header(),
        angle_min=angle_min,
        angle_max=angle_min + increment * (len(ranges) - 1),
        angle_increment=increment,
        time_increment=0.0,
        scan_time=0.125,
        range_min=range_min,
        range_max=range_max,
        ranges=ranges,
        intensities=[],
    )


def scans() -> list[Case]:
    nan, inf = math.nan, math.inf

    def expected(ranges: list[float], angle_min: float = -1.5, increment: float = 0.5, range_min: float = 0.125, range_max: float = 8.0) -> dict[str, Any]:
        values = {"angle_min_rad": angle_min, "angle_increment_rad": increment, "range_min_m": range_min, "range_max_m": range_max}
        return {"expected": {"stamp_ns": STAMP_NS, **values, "ranges_m": ranges}}

    refused = {"error": "RH-SCAN-SHAPE"}
    return [
        ("scan", "every kind of range", scan([2.0, 0.125, 8.0, 0.0625, 8.5, 0.0, -1.0, nan, inf, -inf]), expected([2.0, 0.125, 8.0, 0.0625, nan, nan, nan, nan, inf, -inf])),
        ("scan-zero-within-limits", "0.0 is what drivers fill in where nothing was measured, whatever range_min says", scan([0.0, 0.5, -inf], range_min=0.0), expected([nan, 0.5, -inf], range_min=0.0)),
        ("scan-no-far-limit", "an infinite range_max is no limit: no planar range finder measures farther than 1000 m", scan([0.5, 1000.0, 2000.0, inf, nan], range_max=inf), expected([0.5, 1000.0, nan, inf, nan], range_max=1000.0)),
        ("scan-too-close", "measured, but nearer than can be measured well: it stays at its own distance", scan([0.0625, 0.5]), expected([0.0625, 0.5])),
        ("scan-range-max-plus-one", "some drivers mean nothing within reach by it, but the message's definition says that it is no measurement", scan([1.0, 9.0]), expected([1.0, nan])),
        ("scan-one-beam", "the increment of one beam is of no meaning", scan([1.0], increment=0.0), expected([1.0], increment=0.0)),
        ("scan-clockwise", "a negative increment", scan([1.0, 2.0, 3.0], angle_min=1.5, increment=-0.5), expected([1.0, 2.0, 3.0], angle_min=1.5, increment=-0.5)),
        ("scan-increment-zero", "all beams in one direction", scan([1.0, 2.0], increment=0.0), refused),
        ("scan-increment-nan", "", scan([1.0, 2.0], increment=nan), refused),
        ("scan-increment-infinite", "", scan([1.0, 2.0], increment=inf), refused),
        ("scan-angle-nan", "", scan([1.0, 2.0], angle_min=nan), refused),
        ("scan-no-beams", "", scan([]), refused),
        ("scan-limits-exchanged", "range_max below range_min", scan([1.0, 2.0], range_min=8.0, range_max=0.125), refused),
        ("scan-range-min-too-far", "no range finder begins to measure where all others have ended", scan([1.0, 2.0], range_min=2000.0, range_max=inf), refused),
        ("scan-limits-nan", "", scan([1.0, 2.0], range_min=nan), refused),
        ("scan-range-max-nan", "", scan([1.0, 2.0], range_max=nan), refused),
        ("scan-range-min-negative", "", scan([1.0, 2.0], range_min=-0.5), refused),
    ]


def joints() -> list[Case]:
    """Asked for are the joints `shoulder` and `wrist`, in this order."""

    def message(names: list[str], positions: list[float], velocities: list[float]) -> Message:
        return Message(header=header(), name=names, position=positions, velocity=velocities, effort=[])

    def expected(positions: list[float], velocities: list[float]) -> dict[str, Any]:
        return {"joints": ["shoulder", "wrist"], "expected": {"stamp_ns": STAMP_NS, "positions_rad": positions, "velocities_rps": velocities}}

    refused = {"joints": ["shoulder", "wrist"], "error": "RH-JOINTS-NAMES"}
    return [
        ("joints", "in another order, with one that is not asked for", message(["wrist", "gripper", "shoulder"], [0.5, 9.0, -1.0], [0.25, 9.0, 2.0]), expected([-1.0, 0.5], [2.0, 0.25])),
        ("joints-nan", "passes: what drives the robot stops for it, training leaves the message out", message(["shoulder", "wrist"], [math.nan, 0.5], [1.0, math.inf]), expected([math.nan, 0.5], [1.0, math.inf])),
        ("joints-one-missing", "", message(["shoulder"], [0.5], [1.0]), refused),
        ("joints-without-velocities", "", message(["shoulder", "wrist"], [0.5, 0.5], []), refused),
        ("joints-without-positions", "", message(["shoulder", "wrist"], [], [0.5, 0.5]), refused),
    ]


def twists() -> list[Case]:
    def expected(vx: float, vy: float, yaw_rate: float, **more: str) -> dict[str, Any]:
        return {"expected": {**more, "vx_mps": vx, "vy_mps": vy, "yaw_rate_rps": yaw_rate}}

    command, broken = twist(0.5, -1.25, 0.0625), twist(math.nan, math.inf, 0.0625)
    stamped = {"stamp_ns": STAMP_NS}
    return [
        ("twist", "", command, expected(0.5, 0.0625, -1.25)),
        ("twist-nan", "passes: what judges commands has to see it", broken, expected(math.nan, 0.0625, math.inf)),
        ("twist-stamped", "", Message(header=header(), twist=command), expected(0.5, 0.0625, -1.25, **stamped)),
        ("twist-stamped-nan", "passes likewise", Message(header=header(), twist=broken), expected(math.nan, 0.0625, math.inf, **stamped)),
    ]


CASES: dict[str, list[Case]] = {
    "sensor_msgs/msg/Image": images(),
    "nav_msgs/msg/Odometry": odometries(),
    "sensor_msgs/msg/LaserScan": scans(),
    "sensor_msgs/msg/JointState": joints(),
    "geometry_msgs/msg/Twist": [case for case in twists() if not case[0].startswith("twist-stamped")],
    "geometry_msgs/msg/TwistStamped": [case for case in twists() if case[0].startswith("twist-stamped")],
}


def files() -> dict[str, bytes]:
    """Name of each file -> what is in it."""
    result = {}
    for kind, cases in CASES.items():
        encode = serialize_dynamic(kind, DEFINITIONS[kind])[kind]
        for name, why, message, outcome in cases:
            result[f"{name}.cdr"] = encode(message)
            fields = {"type": kind, **({"why": why} if why else {}), **_plain(outcome)}
            lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in fields.items())
            result[f"{name}.json"] = f"{{\n{lines}\n}}\n".encode()
    return result


def _plain(value: Any) -> Any:
    """JSON has no numbers for what is not finite: these become the strings that JavaScript's Number() and Python's float() read."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*"):
        if path.suffix in (".cdr", ".json"):
            path.unlink()
    for name, data in files().items():
        (FOLDER / name).write_bytes(data)
