"""The few ROS messages that training reads, cut out of their CDR bytes. Pictures are slices of the message, not parsed byte by byte."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np


class Cursor:
    """Reads OMG CDR (XCDR1): little or big endian by its 4-byte head; every primitive is aligned to its own size after the head."""

    def __init__(self, data: bytes):
        if len(data) < 4 or data[0] != 0 or data[1] not in (0, 1):
            raise ValueError("not plain CDR")
        self.data = memoryview(data)[4:]
        self.order = "<" if data[1] == 1 else ">"
        self.at = 0

    def numbers(self, kind: str, count: int = 1) -> tuple:
        size = struct.calcsize(kind)
        start = -(-self.at // size) * size
        self.at = start + size * count
        return struct.unpack_from(f"{self.order}{count}{kind}", self.data, start)

    def text(self) -> str:
        (length,) = self.numbers("I")
        raw = bytes(self.data[self.at : self.at + length])
        self.at += length
        return raw.rstrip(b"\0").decode()

    def array(self, kind: str, count: int) -> np.ndarray:
        size = struct.calcsize(kind)
        start = -(-self.at // size) * size if count else self.at
        self.at = start + size * count
        return np.frombuffer(self.data, dtype=f"{self.order}{kind}", count=count, offset=start)

    def stamp_ns(self) -> int:
        """std_msgs/Header: the stamp; the frame's name is passed over."""
        seconds, nanoseconds = self.numbers("i")[0], self.numbers("I")[0]
        self.text()
        return seconds * 1_000_000_000 + nanoseconds


@dataclass(frozen=True)
class Image:
    stamp_ns: int
    encoding: str
    pixels: np.ndarray  # uint8 [height, width, channels]


def image(data: bytes) -> Image:
    """sensor_msgs/msg/Image"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    height, width = cursor.numbers("I", 2)
    encoding = cursor.text()
    cursor.numbers("B")
    step, length = cursor.numbers("I", 2)
    rows = cursor.array("B", length).reshape(height, step)
    channels = 1 if encoding.startswith("mono") else 3
    return Image(stamp, encoding, rows[:, : width * channels].reshape(height, width, channels))


def odometry(data: bytes) -> tuple[int, tuple[float, ...]]:
    """nav_msgs/msg/Odometry -> stamp_ns, (x [m], y [m], yaw [rad], and the twist in the order of TWIST_NUMBERS, in m/s and rad/s)"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    cursor.text()
    x, y, _, qx, qy, qz, qw = cursor.numbers("d", 7)
    cursor.numbers("d", 36)
    twist = cursor.numbers("d", 6)
    yaw = math.atan2(2 * (qw * qz + qx * qy), 1 - 2 * (qy * qy + qz * qz))
    return stamp, (x, y, yaw, *twist)


TWIST_NUMBERS = ("linear.x", "linear.y", "linear.z", "angular.x", "angular.y", "angular.z")


def twist(data: bytes) -> tuple[float, ...]:
    """geometry_msgs/msg/Twist, in the order of TWIST_NUMBERS"""
    return Cursor(data).numbers("d", 6)


def twist_stamped(data: bytes) -> tuple[int, tuple[float, ...]]:
    """geometry_msgs/msg/TwistStamped"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    return stamp, cursor.numbers("d", 6)


@dataclass(frozen=True)
class Joints:
    stamp_ns: int
    names: list[str]
    positions_rad: np.ndarray  # float64 [names], or empty: not told
    velocities_rps: np.ndarray  # likewise


def joint_state(data: bytes) -> Joints:
    """sensor_msgs/msg/JointState, without the efforts"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    names = [cursor.text() for _ in range(cursor.numbers("I")[0])]
    positions, velocities = (cursor.array("d", cursor.numbers("I")[0]).astype(np.float64) for _ in range(2))
    return Joints(stamp, names, positions, velocities)


@dataclass(frozen=True)
class Scan:
    stamp_ns: int
    angle_min_rad: float
    angle_increment_rad: float
    range_max_m: float
    ranges_m: np.ndarray  # float32 [beams]


def scan(data: bytes) -> Scan:
    """sensor_msgs/msg/LaserScan"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    angle_min, _, increment, _, _, _, range_max = cursor.numbers("f", 7)
    (beams,) = cursor.numbers("I")
    return Scan(stamp, angle_min, increment, range_max, cursor.array("f", beams).astype(np.float32))


def named_numbers(data: bytes) -> tuple[str, np.ndarray]:
    """std_msgs/msg/Float64MultiArray -> the first dimension's label (which names the numbers), the numbers"""
    cursor = Cursor(data)
    label = ""
    (dimensions,) = cursor.numbers("I")
    for i in range(dimensions):
        text = cursor.text()
        label = label if i else text
        cursor.numbers("I", 2)
    cursor.numbers("I")
    (length,) = cursor.numbers("I")
    return label, cursor.array("d", length).astype(np.float64)
