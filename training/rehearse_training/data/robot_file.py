"""Where the scanner is mounted, as the robot file says it: the file that the guardrails are built from, so that training sees obstacles where they do."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..config import Robot
from ..errors import TrainingError
from ..log import log

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Pose:
    """In the body's frame (base_link), in the plane."""

    x_m: float = 0.0
    y_m: float = 0.0
    yaw_rad: float = 0.0


def robot_file(robot: Robot) -> Path | None:
    """The one that is named, else that of the robot's name in calibration/; None where there is none. A relative path is looked for here, then in the checkout."""
    if not robot.file:
        usual = ROOT / "calibration" / robot.name / "robot.yaml"
        return usual if robot.name and usual.exists() else None
    named = Path(robot.file).expanduser()
    found = named if named.exists() or named.is_absolute() else ROOT / named
    return found / "robot.yaml" if found.is_dir() else found


def scanner_pose(robot: Robot) -> Pose:
    """Without a robot file, and of a robot without a scanner: at base_link, looking ahead. @throws TrainingError RH-ROBOT-READ, RH-ROBOT-YAML, RH-ROBOT-SCHEMA"""
    file = robot_file(robot)
    if file is None:
        return Pose()
    try:
        tree = yaml.safe_load(file.read_text())
    except OSError as error:
        raise TrainingError("RH-ROBOT-READ", f"cannot read the robot file {file}: {error.strerror}", "give the path of a robot.yaml as robot.file, or with --robot") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TrainingError("RH-ROBOT-YAML", f"{file} is not YAML: {error}", "correct the file") from error
    if isinstance(tree, dict) and "doubt" in tree and "uncertainty" not in tree:
        _warn(f"{file}: the section doubt is called uncertainty now; rename it")
    scanner = tree.get("scanner") if isinstance(tree, dict) else None
    if scanner is None or scanner == "none":
        return Pose()  # an arm, or a robot that drives by camera alone
    values = {name: scanner.get(name) if isinstance(scanner, dict) else None for name in ("x_m", "y_m", "yaw_rad")}
    wrong = [f"scanner.{name} is {value!r}" for name, value in values.items() if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)]
    if wrong:
        raise TrainingError("RH-ROBOT-SCHEMA", f"{file}: {', '.join(wrong)}", "give metres and radians, as in calibration/rooms/robot.yaml")
    return Pose(**{name: float(value) for name, value in values.items()})


@functools.cache
def _warn(warning: str) -> None:
    """Once in a process: the file is read for each stage."""
    log(f"warning: {warning}")
