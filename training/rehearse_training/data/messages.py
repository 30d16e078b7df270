"""The few ROS messages that training reads, decoded as the runtime decodes them: tests/fixtures/messages holds both to the same values.

A message that cannot be used raises a TrainingError with the runtime's code for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import TrainingError
from .cdr import Cursor
from .encodings import to_rgb

TWIST_NUMBERS = ("linear.x", "linear.y", "linear.z", "angular.x", "angular.y", "angular.z")
PLANAR = (0, 1, 5)  # of TWIST_NUMBERS, those of a body in the plane


@dataclass(frozen=True)
class Image:
    stamp_ns: int
    rgb: np.ndarray  # uint8 [height, width, 3]


def image(data: bytes) -> Image:
    """sensor_msgs/msg/Image @throws TrainingError RH-IMAGE-ENCODING, RH-IMAGE-SIZE"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    height, width = cursor.numbers("I", 2)
    encoding = cursor.text()
    cursor.numbers("B")
    step, length = cursor.numbers("I", 2)
    return Image(stamp, to_rgb(encoding, width, height, step, cursor.array("B", length)))


@dataclass(frozen=True)
class Odometry:
    stamp_ns: int
    x_m: float
    y_m: float
    yaw_rad: float
    twist: tuple[float, ...]  # in the order of TWIST_NUMBERS, m/s and rad/s


def odometry(data: bytes) -> Odometry:
    """nav_msgs/msg/Odometry @throws TrainingError RH-ODOM-NAN when a number of the planar motion is not finite, or the orientation has no direction"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    cursor.text()
    x, y, _, *quaternion = cursor.numbers("d", 7)
    cursor.numbers("d", 36)
    twist = cursor.numbers("d", 6)
    yaw = yaw_of(*quaternion)
    used = {"x": x, "y": y, "orientation": yaw, **{TWIST_NUMBERS[i]: twist[i] for i in PLANAR}}
    broken = [f"{name} is {value}" for name, value in used.items() if not math.isfinite(value)]
    if broken:
        raise TrainingError("RH-ODOM-NAN", f"odometry's {', '.join(broken)}", "the odometry source was broken or not initialised: look at the node that publishes it")
    return Odometry(stamp, x, y, yaw, twist)


def yaw_of(x: float, y: float, z: float, w: float) -> float:
    """Heading of the body's x axis in the plane, (-pi, pi], of a quaternion of any length; NaN when it has no direction"""
    square = x * x + y * y + z * z + w * w
    if not square > 0 or not math.isfinite(square):
        return math.nan
    return math.atan2(2 * (w * z + x * y), w * w + x * x - y * y - z * z)


def twist(data: bytes) -> tuple[float, ...]:
    """geometry_msgs/msg/Twist, in the order of TWIST_NUMBERS"""
    return Cursor(data).numbers("d", 6)


def twist_stamped(data: bytes) -> tuple[int, tuple[float, ...]]:
    """geometry_msgs/msg/TwistStamped -> stamp_ns, numbers"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    return stamp, cursor.numbers("d", 6)


@dataclass(frozen=True)
class Joints:
    stamp_ns: int
    names: list[str]
    positions_rad: np.ndarray  # float64 [names], or empty: not measured
    velocities_rps: np.ndarray  # likewise

    def of(self, joints: tuple[str, ...], values: np.ndarray) -> tuple[float, ...]:
        """The values of these joints, in this order @throws TrainingError RH-JOINTS-NAMES"""
        missing = [joint for joint in joints if joint not in self.names[: len(values)]]
        if missing:
            raise TrainingError(
                "RH-JOINTS-NAMES",
                f"no position or velocity of {', '.join(missing)}; there is: {', '.join(self.names) or 'none'}",
                "compare the names of the action axes with those of the joints",
            )
        return tuple(float(values[self.names.index(joint)]) for joint in joints)


def joint_state(data: bytes) -> Joints:
    """sensor_msgs/msg/JointState, without the efforts"""
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    names = [cursor.text() for _ in range(cursor.numbers("I")[0])]
    positions, velocities = (cursor.array("d", cursor.numbers("I")[0]).astype(np.float64) for _ in range(2))
    return Joints(stamp, names, positions, velocities)


FARTHEST_RANGE_M = 1000.0  # no planar range finder measures farther: a larger range_max, infinity among them, says "no limit"
MAX_BEAMS = 36_000


@dataclass(frozen=True)
class Scan:
    stamp_ns: int
    angle_min_rad: float
    angle_increment_rad: float
    range_min_m: float
    range_max_m: float
    ranges_m: np.ndarray  # float32 [beams]; inf: nothing within reach; -inf: something nearer than range_min_m; NaN: not measured


def scan(data: bytes) -> Scan:
    """
    sensor_msgs/msg/LaserScan, by REP 117: -inf, too close to measure, stays what it is, and so does what is positive but nearer than range_min; what is beyond range_max is
    not to be used, nor is 0.0, which drivers fill in where nothing was measured. @throws TrainingError RH-SCAN-SHAPE
    """
    cursor = Cursor(data)
    stamp = cursor.stamp_ns()
    angle_min, _, increment, _, _, range_min, range_max = cursor.numbers("f", 7)
    (beams,) = cursor.numbers("I")
    raw = cursor.array("f", beams).astype(np.float32)
    angles = math.isfinite(angle_min) and math.isfinite(increment) and (increment != 0 or beams == 1)
    if not 0 < beams <= MAX_BEAMS or not angles or not 0 <= range_min < FARTHEST_RANGE_M or not range_max > range_min:
        raise TrainingError(
            "RH-SCAN-SHAPE",
            f"{beams} beams, angle_min {angle_min}, angle_increment {increment}, range_min {range_min}, range_max {range_max}",
            "the scanner's driver must fill these; see sensor_msgs/LaserScan",
        )
    range_max = min(range_max, FARTHEST_RANGE_M)
    measured = (raw > 0) & (raw <= range_max)
    ranges = np.where(measured | np.isinf(raw), raw, np.float32(np.nan))
    return Scan(stamp, angle_min, increment, range_min, range_max, ranges)


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
