"""The settings of a configuration, with their defaults. Every number has its unit in its name."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model_size import FrozenEncoder, ModelSize
from .objective import Objective


@dataclass(frozen=True)
class Topics:
    image: str = "/image"
    odometry: str = "/odom"
    # Of an arm (sensor_msgs/JointState), in place of odometry; its action axes are then named by joints. Empty: a base.
    joint_states: str = ""
    scan: str = "/scan"
    command: str = "/cmd_vel"
    # Numbers that only a simulator knows (Float64MultiArray, named by its label), for readouts; empty: none.
    truth: str = ""


@dataclass(frozen=True)
class ImageFormat:
    width: int = 64
    height: int = 64
    encoding: str = "rgb8"


@dataclass(frozen=True)
class Axis:
    """One number of a command, e.g. `linear.x` or the name of a joint, and the range of SI values that becomes [-1, 1]."""

    name: str = ""
    unit: str = ""
    range: tuple[float, float] = (-1.0, 1.0)


@dataclass(frozen=True)
class Action:
    block: int = 4
    period_s: float = 0.05
    axes: tuple[Axis, ...] = ()
    # A drive controller stops the robot when commands cease for this long; so the action counts as zero from then on.
    command_timeout_s: float = 0.5

    @property
    def step_s(self) -> float:
        return self.block * self.period_s


@dataclass(frozen=True)
class Alignment:
    """When two messages belong to one moment, and when a recording breaks into two sequences."""

    image_tolerance_s: float = 0.03
    scan_tolerance_s: float = 0.06
    max_image_gap_s: float = 0.5
    max_odometry_gap_s: float = 0.25
    max_jump_m: float = 0.3
    max_jump_rad: float = 1.0
    # Recordings that teach nothing, by what `rehearse bag` finds, are refused before training begins.
    refuse_useless: bool = True


@dataclass(frozen=True)
class Robot:
    """`name` is that of the calibration folder. The corridor is what must be free of scan points for a straight way to count as open."""

    name: str = ""
    # The robot file, which says where the scanner is mounted; relative to where the command runs, or to the checkout. Empty: calibration/<name>/robot.yaml, if there is one.
    file: str = ""
    corridor_half_width_m: float = 0.15


@dataclass(frozen=True)
class GoalCost:
    """How far a latent is from that of a goal picture: by `readout`, `latent` or `temporal` distance, or by the `chamfer` distance of fields.

    `tolerances`: of each readout that counts (a name or a pattern), the difference that the task calls near; others do not count.
    """

    kind: str = "readout"
    tolerances: dict[str, float] = field(default_factory=dict)
    # Of `chamfer`: the distance that the task calls near, m.
    near: float = 0.01
    # Of temporal distances: the longest span in model steps, and below which expectile the recordings' durations count less.
    longest: int = 30
    expectile: float = 0.2


@dataclass(frozen=True)
class About:
    """For the model card."""

    what: str = "a robot"
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schedule:
    steps: int = 4000
    batch: int = 64
    # Steps of a window whose pictures are encoded and predicted; the last is the horizon. Fewer pictures, more windows a second.
    targets: tuple[int, ...] = (1, 2, 4, 8)
    # Imagine from every picture of a window, not from the first alone: worth it where the predictor is cheap beside the encoder.
    restarts: bool = False
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    warm_up: float = 0.05
    clip: float = 1.0
    checkpoint_every: int = 200
    log_every: int = 25

    @property
    def horizon(self) -> int:
        return self.targets[-1]


@dataclass(frozen=True)
class Refinement:
    """The predictor alone, on latents of the frozen encoder: no picture is encoded twice, so that a second of training sees many more transitions."""

    steps: int = 0
    batch: int = 512
    # Model steps that it is rolled for.
    ahead: int = 2
    learning_rate: float = 2e-3


@dataclass(frozen=True)
class HindsightSchedule:
    """Of the head that proposes plans for goal pictures, as the recordings went from one moment to a later one (`rehearse train hindsight`). Spans in model steps."""

    steps: int = 6000
    batch: int = 256
    # Action sequences proposed at once, each so long; and the longest span between a moment and what is taken for its goal.
    count: int = 16
    horizon: int = 5
    longest: int = 16
    learning_rate: float = 1e-3


@dataclass(frozen=True)
class EncoderFineTune:
    """The encoder alone, on single pictures, before the predictor is refined: what the truth tells, it learns further; the rest of the latent stays what it was."""

    steps: int = 0
    batch: int = 256
    learning_rate: float = 1e-3


@dataclass(frozen=True)
class HeadSchedule:
    readout_steps: int = 6000
    cost_to_go_steps: int = 12000
    decoder_steps: int = 4000
    batch: int = 512
    decoder_batch: int = 64
    learning_rate: float = 2e-3
    # Steps of imagination that the heads are also trained on, so that they are right where planning uses them.
    imagined_steps: int = 10
    # What a seen latent counts, where an imagined one counts 1: what cannot be foreseen would otherwise drown out what can be seen.
    readout_seen: float = 1.0


# What is read from latents, with units.
Names = tuple[tuple[str, str], ...]

# The pose of a base, by odometry. A latent that holds the pose tells the place by dead reckoning; a head `place` then tells it from a picture alone.
POSE: Names = (("robot.x", "m"), ("robot.y", "m"), ("robot.yaw.cos", "1"), ("robot.yaw.sin", "1"))


@dataclass(frozen=True)
class Config:
    world: str = ""
    name: str = "base"
    licence: str = "Apache-2.0"
    threads: int = 2
    held_out_fraction: float = 0.1
    topics: Topics = field(default_factory=Topics)
    # What of odometry the encoder gets beside the picture: numbers of its twist; after them, where a picture does not tell it, the pose's (all of POSE).
    # Of an arm: `<joint>.velocity`; after them, if at all, `<joint>.position`.
    proprioception: tuple[str, ...] = ("linear.x", "angular.z")
    # What is read from latents: columns of the truth, by name or pattern (`rope.*`). None: the body's place and heading, by odometry.
    readouts: tuple[str, ...] = ()
    image: ImageFormat = field(default_factory=ImageFormat)
    action: Action = field(default_factory=Action)
    alignment: Alignment = field(default_factory=Alignment)
    robot: Robot = field(default_factory=Robot)
    about: About = field(default_factory=About)
    # `position`: goals are places, the cost is metres of free path; `latent`: goals are pictures, the cost is as `goal_cost` says.
    goal: str = "position"
    goal_cost: GoalCost = field(default_factory=GoalCost)
    # Keep weights as fp16 numbers: rounded after training, half the size.
    fp16_weights: bool = False
    encoder: FrozenEncoder = field(default_factory=FrozenEncoder)
    model: ModelSize = field(default_factory=ModelSize)
    objective: Objective = field(default_factory=Objective)
    schedule: Schedule = field(default_factory=Schedule)
    encoder_fine_tune: EncoderFineTune = field(default_factory=EncoderFineTune)
    refinement: Refinement = field(default_factory=Refinement)
    heads: HeadSchedule = field(default_factory=HeadSchedule)
    hindsight: HindsightSchedule = field(default_factory=HindsightSchedule)

    @property
    def joints(self) -> tuple[str, ...]:
        """Of an arm, in the order of its action axes; a base has none."""
        return tuple(axis.name for axis in self.action.axes) if self.topics.joint_states else ()

    @property
    def takes_pose(self) -> bool:
        return self.proprioception[-len(POSE) :] == tuple(name for name, _ in POSE)

    @property
    def speeds(self) -> tuple[str, ...]:
        """The speeds among the proprioception: its first ones."""
        if self.joints:
            return tuple(name for name in self.proprioception if name.endswith(".velocity"))
        return tuple(name for name in self.proprioception if not name.startswith("robot."))
