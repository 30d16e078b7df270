"""What a training is told by its user: one YAML file, and `--set`."""

from .load import build, load_config
from .objective import Objective
from .settings import (
    POSE,
    About,
    Action,
    Alignment,
    Axis,
    Config,
    EncoderFineTune,
    FrozenEncoder,
    GoalCost,
    HeadSchedule,
    HindsightSchedule,
    ImageFormat,
    ModelSize,
    Names,
    Refinement,
    Robot,
    Schedule,
    Topics,
)

__all__ = [
    "POSE",
    "About",
    "Action",
    "Alignment",
    "Axis",
    "Config",
    "EncoderFineTune",
    "FrozenEncoder",
    "GoalCost",
    "HeadSchedule",
    "HindsightSchedule",
    "ImageFormat",
    "ModelSize",
    "Names",
    "Objective",
    "Refinement",
    "Robot",
    "Schedule",
    "Topics",
    "build",
    "load_config",
]
