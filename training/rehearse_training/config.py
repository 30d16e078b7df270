"""One YAML file says what the bags hold and how to learn from them. Every number has its unit in its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_type_hints

import yaml

from .errors import TrainingError


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


@dataclass(frozen=True)
class Robot:
    """`name` is that of the calibration folder. The corridor is what must be free of scan points for a straight way to count as open."""

    name: str = ""
    # The robot file, which says where the scanner is mounted; relative to where the command runs, or to the checkout. Empty: calibration/<name>/robot.yaml, if there is one.
    file: str = ""
    corridor_half_width_m: float = 0.15


@dataclass(frozen=True)
class FrozenEncoder:
    """What pictures are seen with. `trained`: an encoder of our own, from scratch; `timm`, `transformers`: a published model, frozen, under a trained projection.

    `weights`: a file (timm) or folder (transformers) on this machine; none: the hub's cache. `layer` as those packages count them, -1: the last.
    `pooling`: `patches` with `model.layout: patches` (averaged to `model.cells` a side), `cls` or `mean` with `vector`. `side`: pixels, 0: its own.
    """

    kind: str = "trained"
    name: str = ""
    weights: str = ""
    layer: int = -1
    pooling: str = "patches"
    side: int = 0


@dataclass(frozen=True)
class ModelSize:
    # `vector`: the picture becomes `image_latent` numbers; `patches`: `cells` × `cells` cells of `cell_channels` each; `field`: a number of things in each cell.
    layout: str = "vector"
    image_latent: int = 64
    cells: int = 8
    cell_channels: int = 8
    patch_channels: int = 48
    merge_channels: int = 64
    encoder_hidden: int = 128
    # `mlp` takes the latent as one vector; `cells` mixes the cells of `patches`; `field` is of the layout of that name; `bodies` takes control periods one by one, and places as `frame` sees them.
    predictor: str = "mlp"
    # Of `mlp`: frames that it looks back to, one model step apart, the present one among them; for what a single observation does not tell, as speeds that are not measured.
    context: int = 1
    # Of `bodies`: the one whose place, and angle if it has one, the others are seen from.
    frame: str = ""
    # Sines and cosines of places as the frame sees them, by so many wavelengths, each half of the one before; 0: none.
    waves: int = 0
    # With waves: the body that commands drive.
    driven: str = ""
    # `layout: field`: the points in the truth (`grain` for `grain.0.x`, `grain.0.y`, ...) whose number at each of cells × cells nodes is the latent, one node a
    # square of 2 × 2 pixels; the side of what the picture shows, m; and the nodes, along a side, around the driven body that can change in a control period.
    things: str = ""
    view_m: float = 1.0
    window: int = 9
    predictor_hidden: int = 256
    predictor_blocks: int = 2
    head_hidden: int = 128
    decoder_channels: int = 48


# What keeps latents from collapsing -> the settings that it alone goes by.
ANTI_COLLAPSE: dict[str, tuple[str, ...]] = {
    "vicreg": ("variance", "covariance"),
    "sigreg": ("sigreg",),
    "mcr2": ("coding_rate", "radius"),
    "mmcr": ("capacity", "radius"),
    "infonce": ("contrastive", "temperature", "radius"),
    "ema": ("ema_decay", "radius"),
}


@dataclass(frozen=True)
class Objective:
    """Weights of the terms, and `anti_collapse`: one of ANTI_COLLAPSE; the others' settings then count for nothing. A weight of 0 switches a term off."""

    anti_collapse: str = "vicreg"
    prediction: float = 1.0
    variance: float = 16.0
    covariance: float = 8.0
    sigreg: float = 0.09
    # The same two terms for what changes within a window: without them, what is slow to change crowds out what is fast.
    variance_in_time: float = 0.0
    covariance_in_time: float = 0.0
    std_in_time: float = 0.4
    inverse_dynamics: float = 1.0
    # Displacements by odometry, from one picture and the speeds that followed, and between two pictures; never a place.
    odometry: float = 0.0
    coding_rate: float = 10.0
    capacity: float = 10.0
    contrastive: float = 1.0
    temperature: float = 0.1
    # Of the moving average at the start, no weight: 0.996 in BYOL, the mean of some 250 steps. Runs here are short.
    ema_decay: float = 0.99
    # Holds latents near the sphere, where mcr2, mmcr, infonce and ema have them.
    radius: float = 1.0
    # With any of them, both off by default: successive velocities alike, successive latents near.
    straightening: float = 0.0
    time_similarity: float = 0.0
    # Labels: what the readouts will be asked for, as a target of encoder and predictor.
    grounding: float = 0.0
    # Not every number alike, but every body (`agent.x` and `agent.y` are one): for what is told by very many numbers.
    grounding_by_body: bool = False
    # More of the same for pictures alone: what cannot be foreseen would otherwise drown out what can be seen.
    grounding_seen: float = 0.0

    def unused(self) -> set[str]:
        """Settings without a say: of other objectives against collapse, and weights of 0."""
        others = {name for settings in ANTI_COLLAPSE.values() for name in settings} - set(ANTI_COLLAPSE[self.anti_collapse])
        in_time = set() if self.variance_in_time > 0 else {"covariance_in_time", "std_in_time"}
        return others | in_time | {f.name for f in fields(self) if getattr(self, f.name) == 0}


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
    # Ways proposed at once, each so long; and the longest span between a moment and what is taken for its goal.
    count: int = 16
    horizon: int = 5
    longest: int = 16
    learning_rate: float = 1e-3


@dataclass(frozen=True)
class Sight:
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
    # Keep weights as half-precision numbers: rounded after training, half the size.
    half_weights: bool = False
    encoder: FrozenEncoder = field(default_factory=FrozenEncoder)
    model: ModelSize = field(default_factory=ModelSize)
    objective: Objective = field(default_factory=Objective)
    schedule: Schedule = field(default_factory=Schedule)
    sight: Sight = field(default_factory=Sight)
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


def _check_arm(config: Config, need: Callable[[bool, str, str], None]) -> None:
    need(config.goal == "latent" and len(config.readouts) > 0, "an arm has no place to go to", "set goal: latent, and readouts of the truth")
    need(config.objective.odometry == 0, "objective.odometry without odometry", "set it to 0")
    rest = config.proprioception[len(config.speeds) :]
    need(config.proprioception[: len(config.speeds)] == config.speeds, "proprioception has positions before velocities", "put velocities first")
    # Encoded with a goal picture there are none: the readouts, which lean on them, would see another goal.
    need(not rest or config.goal_cost.kind != "readout", f"proprioception {rest[:1]} with goal_cost.kind readout", "goal pictures tell no angles: leave them out")


def _check_bodies(config: Config, need: Callable[[bool, str, str], None]) -> None:
    model, objective, plane = config.model, config.objective, ("linear.x", "linear.y")
    need(objective.grounding > 0 and objective.grounding_seen > 0, "model.predictor bodies without grounding", "set objective.grounding and grounding_seen: the latent has to begin with the bodies' numbers")
    need(model.layout == "vector", "model.predictor bodies with patches", "set model.layout: vector")
    need(model.frame != "", "model.frame is missing", "name the body that the others are seen from, e.g. block")
    need(model.waves >= 0, f"model.waves is {model.waves}", "give a number of wavelengths, e.g. 4, or 0")
    need(model.waves == 0 or model.driven != "", "model.waves without model.driven", "name the body that commands drive, e.g. agent")
    moves = tuple(axis.name for axis in config.action.axes) == plane and config.proprioception == plane
    need(moves, "model.predictor bodies is for what moves in the plane", "action.axes and proprioception are linear.x and linear.y")


def _check_context(config: Config, need: Callable[[bool, str, str], None]) -> None:
    frames = config.model.context
    need(frames >= 1, f"model.context is {frames}", "give a number of frames: 1 for the present one alone")
    if frames > 1:
        need(config.model.predictor == "mlp", f"model.context {frames} with model.predictor {config.model.predictor}", "set model.predictor: mlp, or model.context: 1")
        need(not config.schedule.restarts, f"model.context {frames} with schedule.restarts", "leave restarts out: the frames before a picture in mid-window are not encoded")
        need(config.refinement.steps == 0, f"model.context {frames} with refinement", "leave refinement out")


def _check_field(config: Config, need: Callable[[bool, str, str], None]) -> None:
    model, objective, image = config.model, config.objective, config.image
    need(objective.grounding > 0 and objective.grounding_seen > 0, "model.layout field without grounding", "set objective.grounding and grounding_seen: the latent is a number of things at each node")
    need(model.things != "" and config.topics.truth != "", "model.layout field without things", "set topics.truth, and model.things to what the truth calls them, e.g. grain")
    need(image.width == image.height == 2 * model.cells, f"model.cells is {model.cells} with pictures of {image.width} × {image.height}", "square pictures with twice as many pixels a side as there are cells")
    need(model.view_m > 0, f"model.view_m is {model.view_m}", "give the side of what the picture shows, m")
    need(model.window % 2 == 1 and 1 <= model.window <= model.cells, f"model.window is {model.window}", "give an odd number of nodes, e.g. 9")
    need(config.proprioception[-2:] == ("robot.x", "robot.y"), "model.layout field without the driven body's place", "end proprioception with robot.x, robot.y")
    need(config.proprioception[:2] == ("linear.x", "linear.y"), "model.layout field without speeds", "begin proprioception with linear.x, linear.y")
    need(config.encoder.kind == "trained", "model.layout field with a frozen foundation encoder", "leave encoder out")


def load_config(path: Path, changes: Sequence[str] = ()) -> Config:
    """@param changes settings to have in place of the file's, as `schedule.steps=2000`; values are YAML"""
    try:
        tree = yaml.safe_load(path.read_text())
    except OSError as error:
        raise TrainingError("RH-CONFIG-READ", f"cannot read {path}: {error.strerror}", "give an existing file to --config") from error
    except yaml.YAMLError as error:
        raise TrainingError("RH-CONFIG-SYNTAX", f"{path} is not YAML: {error}", "correct the file") from error
    for change in changes:
        tree = _changed(tree or {}, change)
    config = _build(Config, tree or {}, str(path))
    _check(config, path)
    return config


def _changed(tree: Any, change: str) -> Any:
    """The tree with one setting put, under mappings that are made where there are none."""
    name, equals, text = change.partition("=")
    keys = name.split(".")
    if not equals or not all(keys):
        raise TrainingError("RH-CONFIG-CHANGE", f"{change!r} changes no setting", "write name=value, e.g. schedule.steps=2000")
    try:
        value = yaml.safe_load(text) if text else ""
    except yaml.YAMLError as error:
        raise TrainingError("RH-CONFIG-CHANGE", f"the value of {change!r} is not YAML: {error}", "write e.g. schedule.targets='[1, 2]'") from error
    for key in reversed(keys):
        value = {key: value}
    return _merged(tree, value)


def _merged(under: Any, over: Any) -> Any:
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    return {**under, **{key: _merged(under.get(key), value) for key, value in over.items()}}


def _build(kind: type, tree: Any, where: str) -> Any:
    if not isinstance(tree, dict):
        raise TrainingError("RH-CONFIG-VALUE", f"{where} should be a mapping, it is {tree!r}", "see training/configs/rooms.yaml")
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    for key in tree:
        if key not in known:
            raise TrainingError("RH-CONFIG-KEY", f"{where} has no setting `{key}`", f"known here: {', '.join(sorted(known))}")
    return kind(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in tree.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        return _build(hint, value, where)
    if hint == tuple[Axis, ...]:
        return tuple(_build(Axis, axis, f"{where}[{i}]") for i, axis in enumerate(value or []))
    if getattr(hint, "__origin__", None) is dict:
        if not isinstance(value, dict):
            raise TrainingError("RH-CONFIG-VALUE", f"{where} should be a mapping, it is {value!r}", "write it as { name: value }")
        return {str(name): _value(hint.__args__[1], number, f"{where}: {name}") for name, number in value.items()}
    if getattr(hint, "__origin__", None) is tuple:
        kind = hint.__args__[0]
        if not isinstance(value, list):
            raise TrainingError("RH-CONFIG-VALUE", f"{where} should be a list, it is {value!r}", "write it as [a, b]")
        return tuple(_value(kind, v, where) for v in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise TrainingError("RH-CONFIG-VALUE", f"{where} should be {hint.__name__}, it is {value!r}", "correct the value")
    return value


def _check(config: Config, path: Path) -> None:
    def need(ok: bool, what: str, fix: str) -> None:
        if not ok:
            raise TrainingError("RH-CONFIG-VALUE", f"{path}: {what}", fix)

    need(len(config.action.axes) > 0, "action.axes is empty", "name the numbers of the command, e.g. linear.x, angular.z")
    for axis in config.action.axes:
        need(len(axis.range) == 2 and axis.range[0] < axis.range[1], f"action axis {axis.name}: range {axis.range}", "give [least, most]")
    objective = config.objective
    need(objective.anti_collapse in ANTI_COLLAPSE, f"objective.anti_collapse is {objective.anti_collapse!r}", f"choose from: {', '.join(ANTI_COLLAPSE)}")
    need(objective.temperature > 0, f"objective.temperature is {objective.temperature}", "give a positive one, e.g. 0.1")
    need(0 <= objective.ema_decay <= 1, f"objective.ema_decay is {objective.ema_decay}", "give a share between 0 and 1, e.g. 0.99")
    need(config.goal in ("position", "latent"), f"goal is {config.goal!r}", "position or latent")
    need(config.goal_cost.kind in ("readout", "latent", "temporal", "chamfer"), f"goal_cost.kind is {config.goal_cost.kind!r}", "readout, latent, temporal or chamfer")
    need(config.goal_cost.kind != "chamfer" or config.model.layout == "field", "goal_cost.kind chamfer without a field", "set model.layout: field")
    need(config.goal_cost.near > 0, f"goal_cost.near is {config.goal_cost.near}", "give the distance that counts as near, m")
    need(all(t > 0 for t in config.goal_cost.tolerances.values()), "a goal_cost tolerance is not above 0", "give the difference that counts as near")
    counted = {name for name in config.goal_cost.tolerances if not any(name == pattern or fnmatchcase(name, pattern) for pattern in config.readouts)}
    need(not counted, f"goal_cost has tolerances of {', '.join(sorted(counted))}, which are no readouts", "name them under readouts")
    if config.goal == "latent" and config.goal_cost.kind == "readout":
        need(len(config.goal_cost.tolerances) > 0, "goal_cost.tolerances is empty", "say which readouts count, and what is near")
    if config.joints:
        _check_arm(config, need)
    model = config.model
    need(model.layout in ("vector", "patches", "field"), f"model.layout is {model.layout!r}", "vector, patches or field")
    need(model.predictor in ("mlp", "cells", "bodies", "field"), f"model.predictor is {model.predictor!r}", "mlp, cells, bodies or field")
    need((model.layout == "field") == (model.predictor == "field"), f"model.layout {model.layout} with model.predictor {model.predictor}", "field goes with field")
    if model.layout == "field":
        _check_field(config, need)
    if model.predictor == "bodies":
        _check_bodies(config, need)
    _check_context(config, need)
    need(config.refinement.steps == 0 or config.encoder.kind == "trained", "refinement with a frozen foundation encoder", "leave it out: such an encoder's latents are on disk anyway")
    need(config.sight.steps == 0 or model.predictor in ("bodies", "field"), f"sight with model.predictor {model.predictor}", "leave it out: only the latents of bodies and field begin with what the truth tells")
    low = [name for name in ("steps", "batch", "count", "horizon", "longest") if getattr(config.hindsight, name) < 1]
    need(not low, f"hindsight.{''.join(low[:1])} is below 1", "give counts and spans of 1 or more")
    need(model.predictor != "cells" or model.layout == "patches", "model.predictor is cells, but there are none", "set model.layout: patches")
    encoder = config.encoder
    need(encoder.kind in ("trained", "timm", "transformers"), f"encoder.kind is {encoder.kind!r}", "trained, timm or transformers")
    if encoder.kind != "trained":
        need(encoder.name != "" or encoder.weights != "", "encoder.name is missing", "name the model, as its package does")
        need(encoder.pooling in ("patches", "cls", "mean"), f"encoder.pooling is {encoder.pooling!r}", "patches, cls or mean")
        need((encoder.pooling == "patches") == (model.layout == "patches"), f"encoder.pooling {encoder.pooling} with model.layout {model.layout}", "patches go with patches, cls and mean with vector")
    need(config.image.encoding == "rgb8", f"image.encoding is {config.image.encoding}", "leave it at rgb8: that is what the encoder is given, whatever 8-bit encoding the recordings have")
    need(config.image.width % 8 == 0 and config.image.height % 8 == 0, "image sides must be multiples of 8", "scale or crop the pictures")
    targets = config.schedule.targets
    need(len(targets) > 0 and targets[0] >= 1 and list(targets) == sorted(set(targets)), f"schedule.targets is {list(targets)}", "give growing step numbers from 1")
    need(objective.straightening == 0 or len(targets) > 1, "objective.straightening with one target", "it compares two velocities: give two schedule.targets or more")
    need(0 < config.held_out_fraction < 1, f"held_out_fraction is {config.held_out_fraction}", "give a fraction between 0 and 1")
