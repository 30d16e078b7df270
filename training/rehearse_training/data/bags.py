"""Reads rosbag2 recordings in MCAP files into plain arrays, one `Recording` a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from mcap.exceptions import McapError
from mcap.reader import make_reader

from ..config import Config
from ..errors import TrainingError
from . import cdr

MAGIC = b"\x89MCAP0\r\n"
COMMAND_SCHEMAS = ("geometry_msgs/msg/TwistStamped", "geometry_msgs/msg/Twist")
# Of arms: velocities by name, or numbers in the order of the action axes.
JOINT_COMMAND_SCHEMAS = ("sensor_msgs/msg/JointState", "std_msgs/msg/Float64MultiArray")
POSE_NUMBERS = ("robot.x", "robot.y", "robot.yaw")


@dataclass(frozen=True)
class Recording:
    """Everything sorted by stamp (ROS time, nanoseconds)."""

    path: Path
    image_ns: np.ndarray  # int64 [images]
    images: np.ndarray  # uint8 [images, height, width, 3]
    body_ns: np.ndarray  # int64 [measurements]: odometry, or joint states
    body: np.ndarray  # float64 [measurements, numbers], SI, as body_numbers names them
    command_ns: np.ndarray  # int64 [commands]
    commands: np.ndarray  # float64 [commands, axes], SI
    scan_ns: np.ndarray  # int64 [scans]; may be empty
    scans: np.ndarray  # float32 [scans, beams], metres; inf: nothing seen
    scan_angles_rad: np.ndarray  # float64 [beams], in the body's frame
    truth_ns: np.ndarray  # int64 [truths]; empty without `topics.truth`
    truth: np.ndarray  # float64 [truths, numbers]
    truth_label: str  # names and units of the numbers: "block.x [m], block.y [m], …"


def bag_files(paths: list[Path]) -> list[Path]:
    """The MCAP files of bags given as files or as rosbag2 folders, in the order of their metadata."""
    files: list[Path] = []
    for path in paths:
        if path.is_file():
            files.append(path)
        elif not path.is_dir():
            raise TrainingError("RH-BAG-MISSING", f"no bag at {path}", "give a rosbag2 folder or an .mcap file; `rehearse collect` makes one")
        else:
            metadata = path / "metadata.yaml"
            if metadata.exists():
                listed = (yaml.safe_load(metadata.read_text()) or {}).get("rosbag2_bagfile_information", {}).get("relative_file_paths", [])
                found = [path / name for name in listed]
            else:
                found = sorted(path.glob("*.mcap"))
            if not found:
                raise TrainingError("RH-BAG-MISSING", f"{path} lists no bag files", "give a rosbag2 folder whose storage is MCAP")
            files += found
    for file in files:
        if not file.exists():
            raise TrainingError("RH-BAG-MISSING", f"{file} is listed in metadata.yaml but not there", "copy the whole folder of the bag")
    return files


def bags_hash(files: list[Path]) -> str:
    """SHA-256 over the names and contents of the files."""
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            total.update(f"{file.name} {hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def read_bags(files: list[Path], config: Config) -> Iterator[Recording]:
    for file in files:
        yield read_bag(file, config)


def read_bag(file: Path, config: Config) -> Recording:
    topics = config.topics
    joints = config.joints
    columns = list(range(len(joints))) or [twist_column(axis.name, "action axis") for axis in config.action.axes]
    body_topic, body_what = (topics.joint_states, "joint states") if joints else (topics.odometry, "odometry")
    image_ns: list[int] = []
    images: list[np.ndarray] = []
    body: list[tuple[int, tuple[float, ...]]] = []
    commands: list[tuple[int, tuple[float, ...]]] = []
    scans: list[cdr.Scan] = []
    truths: list[tuple[int, str, np.ndarray]] = []
    wanted = [topics.image, body_topic, topics.command, topics.scan]
    for topic, schema, log_ns, data in _messages(file, [*wanted, topics.truth] if topics.truth else wanted):
        try:
            if topic == topics.image:
                _expect(file, topic, schema, "sensor_msgs/msg/Image")
                picture = cdr.image(data)
                _check_picture(file, topic, picture, config)
                image_ns.append(picture.stamp_ns)
                images.append(picture.pixels)
            elif topic == body_topic and joints:
                _expect(file, topic, schema, "sensor_msgs/msg/JointState")
                state = cdr.joint_state(data)
                body.append((state.stamp_ns, (*_by_name(state.names, state.positions_rad, joints), *_by_name(state.names, state.velocities_rps, joints))))
            elif topic == body_topic:
                _expect(file, topic, schema, "nav_msgs/msg/Odometry")
                body.append(cdr.odometry(data))
            elif topic == topics.scan:
                _expect(file, topic, schema, "sensor_msgs/msg/LaserScan")
                scans.append(cdr.scan(data))
            elif topic == topics.truth:
                _expect(file, topic, schema, "std_msgs/msg/Float64MultiArray")
                truths.append((log_ns, *cdr.named_numbers(data)))  # it has no stamp of its own
            elif joints:
                _expect(file, topic, schema, *JOINT_COMMAND_SCHEMAS)
                stamp, numbers = _joint_command(schema, data, joints)
                commands.append((stamp or log_ns, numbers))
            else:
                _expect(file, topic, schema, *COMMAND_SCHEMAS)
                stamp, numbers = cdr.twist_stamped(data) if schema == COMMAND_SCHEMAS[0] else (0, cdr.twist(data))
                # Many teleoperation nodes leave the stamp empty: then the time of recording is the best there is.
                commands.append((stamp or log_ns, numbers))
        except (ValueError, IndexError, UnicodeDecodeError) as error:
            if isinstance(error, TrainingError):
                raise
            raise TrainingError("RH-BAG-MESSAGE", f"{file}: a message on {topic} cannot be decoded ({error})", "record the bag again, with CDR") from error
        except Exception as error:
            if type(error).__name__ == "error":  # struct.error: shorter than its type
                raise TrainingError("RH-BAG-MESSAGE", f"{file}: a message on {topic} is too short", "record the bag again") from error
            raise
    for topic, what, found in (
        (topics.image, "images", images),
        (body_topic, body_what, body),
        (topics.command, "commands", commands),
        (topics.truth, "truth", truths),
    ):
        if not found and topic:
            raise TrainingError("RH-BAG-TOPIC", f"{file} has no {what} on {topic}", "record this topic too, or name yours under `topics:` in the configuration")
    return _recording(file, np.array(image_ns, dtype=np.int64), images, body, commands, scans, truths, columns)


def body_numbers(config: Config) -> tuple[str, ...]:
    """Names of the columns of `Recording.body`."""
    if config.joints:
        return tuple(f"{joint}.{number}" for number in ("position", "velocity") for joint in config.joints)
    return POSE_NUMBERS + cdr.TWIST_NUMBERS


def _by_name(names: list[str], values: np.ndarray, joints: tuple[str, ...]) -> tuple[float, ...]:
    missing = [joint for joint in joints if joint not in names[: len(values)]]
    if missing:
        raise ValueError(f"no position or velocity of {', '.join(missing)}; it has: {', '.join(names) or 'none'}")
    return tuple(float(values[names.index(joint)]) for joint in joints)


def _joint_command(schema: str, data: bytes, joints: tuple[str, ...]) -> tuple[int, tuple[float, ...]]:
    """-> stamp (0: it has none), velocities in the order of the joints"""
    if schema == JOINT_COMMAND_SCHEMAS[0]:
        command = cdr.joint_state(data)
        return command.stamp_ns, _by_name(command.names, command.velocities_rps, joints)
    _, numbers = cdr.named_numbers(data)
    if len(numbers) != len(joints):
        raise ValueError(f"{len(numbers)} velocities for {len(joints)} joints")
    return 0, tuple(float(v) for v in numbers)


def _recording(
    file: Path, image_ns: np.ndarray, images: list, body: list, commands: list, scans: list, truths: list, columns: list[int]
) -> Recording:
    image_order = np.argsort(image_ns, kind="stable")
    body.sort(key=lambda row: row[0])
    commands.sort(key=lambda row: row[0])
    scans.sort(key=lambda s: s.stamp_ns)
    truths.sort(key=lambda row: row[0])
    labels = {label for _, label, _ in truths}
    if len(labels) > 1:
        raise TrainingError("RH-BAG-TRUTH", f"{file} names its true numbers in {len(labels)} ways", "record each world in a bag of its own")
    beams = len(scans[0].ranges_m) if scans else 0
    scans = [s for s in scans if len(s.ranges_m) == beams]
    angles = scans[0].angle_min_rad + np.arange(beams) * scans[0].angle_increment_rad if scans else np.zeros(0)
    return Recording(
        path=file,
        image_ns=image_ns[image_order],
        images=np.stack([images[i] for i in image_order]),
        body_ns=np.array([row[0] for row in body], dtype=np.int64),
        body=np.array([row[1] for row in body], dtype=np.float64),
        command_ns=np.array([row[0] for row in commands], dtype=np.int64),
        commands=np.array([[row[1][c] for c in columns] for row in commands], dtype=np.float64),
        scan_ns=np.array([s.stamp_ns for s in scans], dtype=np.int64),
        scans=np.array([s.ranges_m for s in scans], dtype=np.float32).reshape(len(scans), beams),
        scan_angles_rad=angles,
        truth_ns=np.array([row[0] for row in truths], dtype=np.int64),
        truth=np.array([row[2] for row in truths], dtype=np.float64).reshape(len(truths), len(truths[0][2]) if truths else 0),
        truth_label=labels.pop() if labels else "",
    )


def _messages(file: Path, topics: list[str]) -> Iterator[tuple[str, str, int, bytes]]:
    """Topic, type, log time and bytes of every message on the topics, in the order of the file."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise TrainingError("RH-BAG-FORMAT", f"{file} is not an MCAP file", "record with `ros2 bag record --storage mcap`, or convert with `ros2 bag convert`")
        stream.seek(max(0, size - len(MAGIC)))
        if size < 2 * len(MAGIC) or stream.read() != MAGIC:
            raise TrainingError("RH-BAG-TRUNCATED", f"{file} breaks off: its end is missing", "copy it again, or repair it with `mcap recover`")
        stream.seek(0)
        try:
            for schema, channel, message in make_reader(stream).iter_messages(topics=topics, log_time_order=False):
                if channel.message_encoding != "cdr":
                    raise TrainingError("RH-BAG-ENCODING", f"{file}: {channel.topic} is encoded as {channel.message_encoding!r}", "record it from ROS 2, encoding cdr")
                yield channel.topic, schema.name if schema else "", message.log_time, message.data
        except TrainingError:
            raise
        except (McapError, EOFError, ValueError) as error:
            raise TrainingError("RH-BAG-DAMAGED", f"{file} is damaged: {error or type(error).__name__}", "copy it again, or repair it with `mcap recover`") from error
        except Exception as error:
            if "zstd" in type(error).__name__.lower() or "struct" in type(error).__module__:
                raise TrainingError("RH-BAG-DAMAGED", f"{file} is damaged: {error}", "copy it again, or repair it with `mcap recover`") from error
            raise


def twist_column(name: str, what: str) -> int:
    if name not in cdr.TWIST_NUMBERS:
        raise TrainingError("RH-CONFIG-VALUE", f"{what} {name!r} is no number of a Twist", f"one of {', '.join(cdr.TWIST_NUMBERS)}")
    return cdr.TWIST_NUMBERS.index(name)


def _expect(file: Path, topic: str, schema: str, *accepted: str) -> None:
    if schema not in accepted:
        raise TrainingError("RH-BAG-TYPE", f"{file}: {topic} holds {schema}, not {' or '.join(accepted)}", "name the right topic under `topics:` in the configuration")


def _check_picture(file: Path, topic: str, picture: cdr.Image, config: Config) -> None:
    wanted = config.image
    if picture.encoding != wanted.encoding:
        raise TrainingError("RH-BAG-PICTURE", f"{file}: {topic} is {picture.encoding}, not {wanted.encoding}", "convert the pictures, or record them as rgb8")
    height, width, _ = picture.pixels.shape
    if (width, height) != (wanted.width, wanted.height):
        raise TrainingError(
            "RH-BAG-PICTURE",
            f"{file}: {topic} is {width}×{height} px, not {wanted.width}×{wanted.height}",
            "scale the pictures (image_proc/resize), or set `image:` in the configuration",
        )
