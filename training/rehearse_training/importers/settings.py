"""What a checkpoint does not say: the robot's side of an imported model. One YAML file, every number with its unit in its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..config import ImageFormat, build
from ..errors import TrainingError

VELOCITIES = {"linear.x": "m/s", "linear.y": "m/s", "angular.z": "rad/s"}
POSES = {"robot.x": "m", "robot.y": "m", "robot.yaw.cos": "1", "robot.yaw.sin": "1"}


@dataclass(frozen=True)
class Normalised:
    """A quantity of the robot, and how the training data held it: (scale * SI value - mean) / std."""

    name: str = ""
    unit: str = ""
    scale: float = 1.0
    mean: float = 0.0
    std: float = 1.0


@dataclass(frozen=True)
class NormalisedAxis(Normalised):
    """`range`: the SI values that -1 and 1 stand for in planning."""

    range: tuple[float, ...] = (-1.0, 1.0)


@dataclass(frozen=True)
class ImportedAction:
    block: int = 5
    period_s: float = 0.1
    axes: tuple[NormalisedAxis, ...] = ()


@dataclass(frozen=True)
class Arena:
    x_m: tuple[float, ...] = ()
    y_m: tuple[float, ...] = ()


@dataclass(frozen=True)
class StepError:
    """Mean squared error of one predicted step over the latent, quantiles on data that was not trained on; 0: nobody has measured it."""

    p50: float = 0.0
    p90: float = 0.0
    p99: float = 0.0


@dataclass(frozen=True)
class Imported:
    world: str = ""
    name: str = ""
    licence: str = ""
    robot: str = ""
    image: ImageFormat = field(default_factory=lambda: ImageFormat(224, 224))
    action: ImportedAction = field(default_factory=ImportedAction)
    proprioception: tuple[Normalised, ...] = ()
    arena: Arena = field(default_factory=Arena)
    # Steps that planning may look ahead; the published planners look 5.
    horizon: int = 5
    # Frames that a rollout is given to start from. 1: the present one; what came before is imagined from there on, as the published planners do.
    context: int = 1
    # Weight of the proprioception's embedding in the distance to the goal (DINO-WM's alpha).
    proprioception_weight: float = 0.0
    # Attention heads of the predictor; 0: as the checkpoint's own configuration says.
    heads: int = 0
    step_error: StepError = field(default_factory=StepError)


def load_settings(path: Path) -> Imported:
    """@throws TrainingError RH-CONFIG-READ, -SYNTAX, -KEY, -VALUE"""
    settings: Imported = build(Imported, read_yaml(path, "--config"), str(path))
    _check(settings, path)
    return settings


def read_yaml(path: Path, option: str) -> Any:
    """YAML, and so JSON too. @throws TrainingError RH-CONFIG-READ, RH-CONFIG-SYNTAX"""
    try:
        return yaml.safe_load(path.read_text()) or {}
    except OSError as error:
        raise TrainingError("RH-CONFIG-READ", f"cannot read {path}: {error.strerror}", f"give an existing file to {option}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TrainingError("RH-CONFIG-SYNTAX", f"{path} is not YAML: {error}", "correct the file") from error


def _check(settings: Imported, path: Path) -> None:
    def need(ok: bool, what: str, fix: str) -> None:
        if not ok:
            raise TrainingError("RH-CONFIG-VALUE", f"{path}: {what}", fix)

    for key in ("world", "name", "licence", "robot"):
        need(getattr(settings, key) != "", f"{key} is missing", "see docs/reference/model-folder.md, Import what others trained")
    axes = settings.action.axes
    need(len(axes) > 0, "action.axes is empty", "name the numbers of the command, e.g. linear.x, angular.z, in the order of the training data")
    for axis in axes:
        need(VELOCITIES.get(axis.name) == axis.unit, f"action axis {axis.name} in {axis.unit}", f"one of {VELOCITIES}")
        need(len(axis.range) == 2 and axis.range[0] < axis.range[1], f"action axis {axis.name}: range {list(axis.range)}", "give [least, most]")
    for entry in settings.proprioception:
        need((VELOCITIES | POSES).get(entry.name) == entry.unit, f"proprioception {entry.name} in {entry.unit}", f"one of {VELOCITIES | POSES}")
    for entry in (*axes, *settings.proprioception):
        need(entry.std > 0 and entry.scale != 0, f"{entry.name}: std {entry.std}, scale {entry.scale}", "std must be positive, scale not 0")
    need(settings.action.block >= 1 and settings.action.period_s > 0, "action.block and action.period_s must be positive", "give those of the training data")
    need(settings.context >= 1 and settings.horizon >= 1, "context and horizon must be at least 1", "correct the value")
    for side in (settings.arena.x_m, settings.arena.y_m):
        need(len(side) == 2 and side[0] < side[1], "arena lacks x_m or y_m", "give [least, greatest] in metres, where the training data were")
