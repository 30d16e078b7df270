"""Writes small rosbag2 MCAP files with the library's own ROS 2 serialiser: what the reader under test is checked against."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace as Message

import numpy as np
from mcap_ros2.writer import Writer

RULE = "=" * 80
HEADER = "builtin_interfaces/Time stamp\nstring frame_id"
TIME = "int32 sec\nuint32 nanosec"
VECTOR = "float64 x\nfloat64 y\nfloat64 z"


def _definition(body: str, **parts: str) -> str:
    pieces = [body]
    for name, text in parts.items():
        pieces += [RULE, f"MSG: {name.replace('__', '/')}", text]
    return "\n".join(pieces)


STD = {"std_msgs__Header": HEADER, "builtin_interfaces__Time": TIME}
TWIST = {"geometry_msgs__Vector3": VECTOR}
DEFINITIONS = {
    "sensor_msgs/msg/Image": _definition(
        "std_msgs/Header header\nuint32 height\nuint32 width\nstring encoding\nuint8 is_bigendian\nuint32 step\nuint8[] data", **STD
    ),
    "nav_msgs/msg/Odometry": _definition(
        "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/PoseWithCovariance pose\ngeometry_msgs/TwistWithCovariance twist",
        geometry_msgs__PoseWithCovariance="geometry_msgs/Pose pose\nfloat64[36] covariance",
        geometry_msgs__TwistWithCovariance="geometry_msgs/Twist twist\nfloat64[36] covariance",
        geometry_msgs__Pose="geometry_msgs/Point position\ngeometry_msgs/Quaternion orientation",
        geometry_msgs__Point=VECTOR,
        geometry_msgs__Quaternion=VECTOR + "\nfloat64 w",
        geometry_msgs__Twist="geometry_msgs/Vector3 linear\ngeometry_msgs/Vector3 angular",
        **TWIST,
        **STD,
    ),
    "geometry_msgs/msg/TwistStamped": _definition(
        "std_msgs/Header header\ngeometry_msgs/Twist twist", geometry_msgs__Twist="geometry_msgs/Vector3 linear\ngeometry_msgs/Vector3 angular", **TWIST, **STD
    ),
    "geometry_msgs/msg/Twist": _definition("geometry_msgs/Vector3 linear\ngeometry_msgs/Vector3 angular", **TWIST),
    "std_msgs/msg/Float64MultiArray": _definition(
        "std_msgs/MultiArrayLayout layout\nfloat64[] data",
        std_msgs__MultiArrayLayout="std_msgs/MultiArrayDimension[] dim\nuint32 data_offset",
        std_msgs__MultiArrayDimension="string label\nuint32 size\nuint32 stride",
    ),
    "sensor_msgs/msg/JointState": _definition("std_msgs/Header header\nstring[] name\nfloat64[] position\nfloat64[] velocity\nfloat64[] effort", **STD),
    "sensor_msgs/msg/LaserScan": _definition(
        "std_msgs/Header header\nfloat32 angle_min\nfloat32 angle_max\nfloat32 angle_increment\nfloat32 time_increment\nfloat32 scan_time\n"
        "float32 range_min\nfloat32 range_max\nfloat32[] ranges\nfloat32[] intensities",
        **STD,
    ),
}


@dataclass
class Bag:
    """Collects messages; `write` sorts them by time and makes the file. Times in seconds."""

    messages: list[tuple[float, str, str, Message]] = field(default_factory=list)

    def image(self, at: float, pixels: np.ndarray, encoding: str = "rgb8", padding: int = 0, topic: str = "/image") -> None:
        height, width = pixels.shape[:2]
        rows = pixels.reshape(height, -1)
        rows = np.concatenate([rows, np.full((height, padding), 99, dtype=np.uint8)], axis=1)
        message = Message(header=header(at), height=height, width=width, encoding=encoding, is_bigendian=0, step=rows.shape[1], data=rows.tobytes())
        self.messages.append((at, topic, "sensor_msgs/msg/Image", message))

    def odometry(self, at: float, x: float, y: float, yaw: float, v: float = 0.0, w: float = 0.0, vy: float = 0.0) -> None:
        pose = Message(position=vector(x, y, 0), orientation=Message(x=0.0, y=0.0, z=math.sin(yaw / 2), w=math.cos(yaw / 2)))
        message = Message(
            header=header(at),
            child_frame_id="base_link",
            pose=Message(pose=pose, covariance=[0.0] * 36),
            twist=Message(twist=twist(v, w, vy), covariance=[0.0] * 36),
        )
        self.messages.append((at, "/odom", "nav_msgs/msg/Odometry", message))

    def command(self, at: float, v: float, w: float, stamped: bool = True, vy: float = 0.0) -> None:
        if stamped:
            self.messages.append((at, "/cmd_vel", "geometry_msgs/msg/TwistStamped", Message(header=header(at), twist=twist(v, w, vy))))
        else:
            self.messages.append((at, "/cmd_vel", "geometry_msgs/msg/Twist", twist(v, w)))

    def joints(self, at: float, velocities: dict[str, float], positions: dict[str, float] | None = None, topic: str = "/joint_states") -> None:
        message = Message(
            header=header(at), name=list(velocities), position=list((positions or {}).values()), velocity=list(velocities.values()), effort=[]
        )
        self.messages.append((at, topic, "sensor_msgs/msg/JointState", message))

    def truth(self, at: float, numbers: dict[str, float]) -> None:
        """`numbers` by name and unit, e.g. "block.x [m]"; the message has no stamp."""
        dimension = Message(label=", ".join(numbers), size=len(numbers), stride=len(numbers))
        message = Message(layout=Message(dim=[dimension], data_offset=0), data=[float(v) for v in numbers.values()])
        self.messages.append((at, "/truth", "std_msgs/msg/Float64MultiArray", message))

    def scan(self, at: float, ranges: list[float], angle_min: float = -math.pi) -> None:
        message = Message(
            header=header(at),
            angle_min=angle_min,
            angle_max=angle_min + 2 * math.pi,
            angle_increment=2 * math.pi / len(ranges),
            time_increment=0.0,
            scan_time=0.1,
            range_min=0.05,
            range_max=6.0,
            ranges=ranges,
            intensities=[],
        )
        self.messages.append((at, "/scan", "sensor_msgs/msg/LaserScan", message))

    def write(self, path: Path) -> Path:
        with path.open("wb") as stream:
            writer = Writer(stream)
            schemas = {}
            for at, topic, kind, message in sorted(self.messages, key=lambda m: m[0]):
                if kind not in schemas:
                    schemas[kind] = writer.register_msgdef(kind, DEFINITIONS[kind])
                ns = round(at * 1e9)
                writer.write_message(topic=topic, schema=schemas[kind], message=message, log_time=ns, publish_time=ns)
            writer.finish()
        return path


def header(at: float) -> Message:
    ns = round(at * 1e9)
    return Message(stamp=Message(sec=ns // 1_000_000_000, nanosec=ns % 1_000_000_000), frame_id="odom")


def vector(x: float, y: float, z: float) -> Message:
    return Message(x=float(x), y=float(y), z=float(z))


def twist(v: float, w: float, vy: float = 0.0) -> Message:
    return Message(linear=vector(v, vy, 0), angular=vector(0, 0, w))


def wandering(seconds: float, seed: int, size: int = 16) -> Bag:
    """A dot that drives about an empty square: pictures at 10 Hz, odometry and commands at 20 Hz, scans at 10 Hz."""
    rng = np.random.default_rng(seed)
    bag = Bag()
    x, y, yaw = rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(-3, 3)
    v = w = 0.0
    for tick in range(round(seconds * 20) + 1):
        at = 10 + tick * 0.05
        bag.odometry(at, x, y, yaw, v, w)
        if tick % 2 == 0:
            pixels = np.full((size, size, 3), 200, dtype=np.uint8)
            column, row = int((x + 2) / 4 * (size - 1)), int((2 - y) / 4 * (size - 1))
            pixels[row, column] = (255, 90, 0)
            bag.image(at, pixels)
            bag.scan(at, [5.0] * 12)
        if tick % 10 == 0:
            v, w = rng.uniform(-0.3, 0.6), rng.uniform(-2, 2)
        bag.command(at, v, w)
        yaw += w * 0.05
        x = float(np.clip(x + v * 0.05 * math.cos(yaw), -1.9, 1.9))
        y = float(np.clip(y + v * 0.05 * math.sin(yaw), -1.9, 1.9))
    return bag


def pushing(seconds: float, seed: int, size: int = 16) -> Bag:
    """A dot that moves in x and y and carries a bar along and around where they touch: pictures with truth at 10 Hz, odometry and commands too."""
    rng = np.random.default_rng(seed)
    bag = Bag()
    x, y, block_x, block_y, angle = rng.uniform(-0.4, 0.4, 5)
    vx = vy = 0.0
    rows, columns = np.mgrid[0:size, 0:size]
    for tick in range(round(seconds * 10) + 1):
        at = 10 + tick * 0.1
        if tick % 8 == 0:
            vx, vy = rng.uniform(-0.5, 0.5, 2)
        bag.odometry(at, x, y, 0.0, vx, 0.0, vy)
        bag.command(at, vx, 0.0, vy=vy)
        pixels = np.full((size, size, 3), 220, dtype=np.uint8)
        ahead = (columns / size - 0.5 - block_x) * math.cos(angle) - (rows / size - 0.5 + block_y) * math.sin(angle)
        aside = (columns / size - 0.5 - block_x) * math.sin(angle) + (rows / size - 0.5 + block_y) * math.cos(angle)
        pixels[(np.abs(ahead) < 0.25) & (np.abs(aside) < 0.08)] = (90, 120, 90)
        pixels[np.hypot(columns / size - 0.5 - x, rows / size - 0.5 + y) < 0.08] = (30, 60, 230)
        bag.image(at, pixels)
        bag.truth(
            at,
            {
                "agent.x [m]": x,
                "agent.y [m]": y,
                "block.x [m]": block_x,
                "block.y [m]": block_y,
                "block.cos [1]": math.cos(angle),
                "block.sin [1]": math.sin(angle),
            },
        )
        x, y = float(np.clip(x + 0.1 * vx, -0.45, 0.45)), float(np.clip(y + 0.1 * vy, -0.45, 0.45))
        if math.hypot(x - block_x, y - block_y) < 0.2:
            block_x, block_y, angle = block_x + 0.05 * vx, block_y + 0.05 * vy, angle + 0.1 * (vx - vy)
    return bag
