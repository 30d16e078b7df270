"""What may be configured: one YAML file, and `--set`."""

from .load import build, load_config
from .model_size import FrozenEncoder, ModelSize
from .objective import Objective
from .settings import (
    POSE,
    About,
    Action,
    Alignment,
    Axis,
    Config,
    EncoderFineTune,
    GoalCost,
    HeadSchedule,
    HindsightSchedule,
    ImageFormat,
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
