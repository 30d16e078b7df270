"""One file of a bag as plain arrays, each topic by its own stamps; and what of it could not be read."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..config import Config
from ..errors import TrainingError
from . import messages
from .bags import messages_of

COMMAND_SCHEMAS = ("geometry_msgs/msg/TwistStamped", "geometry_msgs/msg/Twist")
# Of arms: velocities by name, or numbers in the order of the action axes.
JOINT_COMMAND_SCHEMAS = ("sensor_msgs/msg/JointState", "std_msgs/msg/Float64MultiArray")
POSE_NUMBERS = ("robot.x", "robot.y", "robot.yaw")


@dataclass
class Read:
    """Messages of one topic: how many there were, and how many of them were left out, by the code of the error that says why."""

    count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    first_error: dict[str, TrainingError] = field(default_factory=dict)

    def leave_out(self, error: TrainingError) -> None:
        self.left_out[error.code] += 1
        self.first_error.setdefault(error.code, error)


@dataclass(frozen=True)
class Scans:
    """Each with its own angles and number of beams: scanners without a synchronised motor never turn twice alike."""

    stamp_ns: np.ndarray  # int64 [scans]
    angles_rad: np.ndarray  # float64 [scans, (angle_min, angle_increment)], in the scanner's frame
    ranges_m: np.ndarray  # float32 [scans, beams]: inf: nothing within reach; -inf: nearer than can be measured; NaN: not measured, or no such beam

    @staticmethod
    def of(scans: list[messages.Scan]) -> Scans:
        ranges = np.full((len(scans), max((len(scan.ranges_m) for scan in scans), default=0)), np.nan, dtype=np.float32)
        for row, scan in zip(ranges, scans):
            row[: len(scan.ranges_m)] = scan.ranges_m
        angles = np.array([(scan.angle_min_rad, scan.angle_increment_rad) for scan in scans], dtype=np.float64)
        return Scans(np.array([scan.stamp_ns for scan in scans], dtype=np.int64), angles.reshape(-1, 2), ranges)


@dataclass(frozen=True)
class Recording:
    """Everything sorted by stamp (ROS time, nanoseconds). Any topic may be empty: a split bag has files without it."""

    path: Path
    read: dict[str, Read]  # by topic
    image_ns: np.ndarray  # int64 [images]
    images: np.ndarray  # uint8 [images, height, width, 3]
    body_ns: np.ndarray  # int64 [measurements]: odometry, or joint states
    body: np.ndarray  # float64 [measurements, numbers], SI, as body_numbers names them
    command_ns: np.ndarray  # int64 [commands]
    commands: np.ndarray  # float64 [commands, axes], SI
    scans: Scans
    truth_ns: np.ndarray  # int64 [truths]; empty without `topics.truth`
    truth: np.ndarray  # float64 [truths, numbers]
    truth_label: str  # names and units of the numbers: "block.x [m], block.y [m], …"


def body_numbers(config: Config) -> tuple[str, ...]:
    """Names of the columns of `Recording.body`."""
    if config.joints:
        return tuple(f"{joint}.{number}" for number in ("position", "velocity") for joint in config.joints)
    return POSE_NUMBERS + messages.TWIST_NUMBERS


def body_topic(config: Config) -> str:
    return config.topics.joint_states if config.joints else config.topics.odometry


def needed_topics(config: Config) -> dict[str, str]:
    """Topics that a bag has to have -> what they hold."""
    topics = {config.topics.image: "images", body_topic(config): "joint states" if config.joints else "odometry", config.topics.command: "commands"}
    return topics | ({config.topics.truth: "truth"} if config.topics.truth else {})


def read_recording(file: Path, config: Config) -> Recording:
    """@throws TrainingError for what is wrong with a whole topic or file; single messages that cannot be used are left out and counted"""
    topics = config.topics
    reader = _Reader(file, config)
    handlers: dict[str, Callable[[str, int, bytes], None]] = {topics.scan: reader.take_scan} if topics.scan else {}
    handlers |= {topics.image: reader.take_image, body_topic(config): reader.take_joints if config.joints else reader.take_odometry}
    handlers |= {topics.command: reader.take_command} | ({topics.truth: reader.take_truth} if topics.truth else {})
    read = {topic: Read() for topic in handlers}
    for topic, schema, log_ns, data in messages_of(file, list(handlers)):
        read[topic].count += 1
        try:
            handlers[topic](schema, log_ns, data)
        except TrainingError as error:
            if error.code not in MAY_BE_LEFT_OUT:
                raise TrainingError(error.code, f"{file}: {topic}: {error.what}", error.fix) from error
            read[topic].leave_out(error)
        except (ValueError, IndexError, UnicodeDecodeError, struct.error) as error:
            raise TrainingError("RH-BAG-MESSAGE", f"{file}: a message on {topic} cannot be decoded ({error})", "record the bag again, with CDR") from error
    return reader.recording(read)


# Wrong in one message, they need not be in the next; all others say something about the topic.
MAY_BE_LEFT_OUT = ("RH-IMAGE-SIZE", "RH-ODOM-NAN", "RH-JOINTS-NAN", "RH-JOINTS-NAMES", "RH-SCAN-SHAPE", "RH-BAG-NAN")

Stamped = list[tuple[int, tuple[float, ...]]]


class _Reader:
    """Takes one message after another."""

    def __init__(self, file: Path, config: Config):
        self.file, self.config, self.joints = file, config, config.joints
        self.columns = list(range(len(self.joints))) or [twist_column(axis.name, "action axis") for axis in config.action.axes]
        self.image_ns: list[int] = []
        self.images: list[np.ndarray] = []
        self.body: Stamped = []
        self.commands: Stamped = []
        self.scans: list[messages.Scan] = []
        self.truths: list[tuple[int, str, np.ndarray]] = []
        self.wanted = [i for i, name in enumerate(body_numbers(config)) if name in config.proprioception]

    def take_image(self, schema: str, log_ns: int, data: bytes) -> None:
        _expect(schema, "sensor_msgs/msg/Image")
        picture, wanted = messages.image(data), self.config.image
        height, width, _ = picture.rgb.shape
        if (width, height) != (wanted.width, wanted.height):
            raise TrainingError(
                "RH-BAG-PICTURE", f"pictures of {width}×{height} px, not {wanted.width}×{wanted.height}", "scale the pictures (image_proc/resize), or set `image:` in the configuration"
            )
        self.image_ns.append(picture.stamp_ns)
        self.images.append(picture.rgb)

    def take_odometry(self, schema: str, log_ns: int, data: bytes) -> None:
        _expect(schema, "nav_msgs/msg/Odometry")
        odometry = messages.odometry(data)
        numbers = (odometry.x_m, odometry.y_m, odometry.yaw_rad, *odometry.twist)
        if not all(math.isfinite(numbers[i]) for i in self.wanted):
            raise TrainingError("RH-ODOM-NAN", "a number of its twist that is part of `proprioception` is not finite", "look at the node that publishes it")
        self.body.append((odometry.stamp_ns, numbers))

    def take_joints(self, schema: str, log_ns: int, data: bytes) -> None:
        _expect(schema, "sensor_msgs/msg/JointState")
        state = messages.joint_state(data)
        numbers = (*state.of(self.joints, state.positions_rad), *state.of(self.joints, state.velocities_rps))
        if not np.isfinite(numbers).all():
            raise TrainingError("RH-JOINTS-NAN", "joint states hold a number that is not finite", "look at the node that publishes them")
        self.body.append((state.stamp_ns, numbers))

    def take_command(self, schema: str, log_ns: int, data: bytes) -> None:
        if self.joints:
            _expect(schema, *JOINT_COMMAND_SCHEMAS)
            stamp, numbers = self._joint_command(schema, data)
        else:
            _expect(schema, *COMMAND_SCHEMAS)
            stamp, numbers = messages.twist_stamped(data) if schema == COMMAND_SCHEMAS[0] else (0, messages.twist(data))
        if not all(math.isfinite(numbers[column]) for column in self.columns):
            raise TrainingError("RH-BAG-NAN", "a command is not finite", "look at the node that publishes it")
        # Many teleoperation nodes leave the stamp empty: then the time of recording is the best there is.
        self.commands.append((stamp or log_ns, numbers))

    def take_scan(self, schema: str, log_ns: int, data: bytes) -> None:
        _expect(schema, "sensor_msgs/msg/LaserScan")
        self.scans.append(messages.scan(data))

    def take_truth(self, schema: str, log_ns: int, data: bytes) -> None:
        _expect(schema, "std_msgs/msg/Float64MultiArray")
        label, numbers = messages.named_numbers(data)
        if not np.isfinite(numbers).all():
            raise TrainingError("RH-BAG-NAN", "a true number is not finite", "look at the node that publishes it")
        self.truths.append((log_ns, label, numbers))  # it has no stamp of its own

    def _joint_command(self, schema: str, data: bytes) -> tuple[int, tuple[float, ...]]:
        """-> stamp (0: it has none), velocities in the order of the joints"""
        if schema == JOINT_COMMAND_SCHEMAS[0]:
            command = messages.joint_state(data)
            return command.stamp_ns, command.of(self.joints, command.velocities_rps)
        _, numbers = messages.named_numbers(data)
        if len(numbers) != len(self.joints):
            raise ValueError(f"{len(numbers)} velocities for {len(self.joints)} joints")
        return 0, tuple(float(v) for v in numbers)

    def recording(self, read: dict[str, Read]) -> Recording:
        image = self.config.image
        image_ns = np.array(self.image_ns, dtype=np.int64)
        order = np.argsort(image_ns, kind="stable")
        self.body.sort(key=lambda row: row[0])
        self.commands.sort(key=lambda row: row[0])
        self.scans.sort(key=lambda scan: scan.stamp_ns)
        self.truths.sort(key=lambda row: row[0])
        labels = {label for _, label, _ in self.truths}
        if len(labels) > 1:
            raise TrainingError("RH-BAG-TRUTH", f"{self.file} names its true numbers in {len(labels)} ways", "record each world in a bag of its own")
        pictures = np.stack([self.images[i] for i in order]) if self.images else np.zeros((0, image.height, image.width, 3), dtype=np.uint8)
        body = np.array([numbers for _, numbers in self.body], dtype=np.float64)
        commands = np.array([[numbers[c] for c in self.columns] for _, numbers in self.commands], dtype=np.float64)
        truth = np.array([numbers for _, _, numbers in self.truths], dtype=np.float64)
        return Recording(
            path=self.file,
            read=read,
            image_ns=image_ns[order],
            images=pictures,
            body_ns=np.array([stamp for stamp, _ in self.body], dtype=np.int64),
            body=body.reshape(len(self.body), len(body_numbers(self.config))),
            command_ns=np.array([stamp for stamp, _ in self.commands], dtype=np.int64),
            commands=commands.reshape(len(self.commands), len(self.columns)),
            scans=Scans.of(self.scans),
            truth_ns=np.array([stamp for stamp, _, _ in self.truths], dtype=np.int64),
            truth=truth.reshape(len(self.truths), -1) if self.truths else np.zeros((0, 0)),
            truth_label=labels.pop() if labels else "",
        )


def twist_column(name: str, what: str) -> int:
    if name not in messages.TWIST_NUMBERS:
        raise TrainingError("RH-CONFIG-VALUE", f"{what} {name!r} is no number of a Twist", f"one of {', '.join(messages.TWIST_NUMBERS)}")
    return messages.TWIST_NUMBERS.index(name)


def _expect(schema: str, *accepted: str) -> None:
    if schema not in accepted:
        raise TrainingError("RH-BAG-TYPE", f"its type is {schema}, not {' or '.join(accepted)}", "name the right topic under `topics:` in the configuration")
