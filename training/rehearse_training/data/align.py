"""A recording to sequences of model steps: which picture follows which one step later, where the body was, and what was commanded in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ..config import Config
from ..errors import TrainingError
from .coverage import notes_of
from .recording import POSE_NUMBERS, Recording, body_numbers
from .usage import Usage

MAX_SEQUENCE_S = 120.0
# A body that moves so fast, so long after the last command ran out, was driven by commands that were not recorded.
COASTING_S = 1.0
STANDING = {"linear.x": 0.05, "linear.y": 0.05, "angular.z": 0.2}  # m/s, rad/s
STANDING_JOINT_RPS = 0.1


@dataclass
class Aligned:
    usage: Usage
    # Of the commands in force, in [-1, 1] [axes]; infinite where there is none.
    least: np.ndarray
    most: np.ndarray
    sequences: list[dict[str, np.ndarray]] = field(default_factory=list)  # the columns of `Observations`, `next` counted from the sequence's own start


def align(recording: Recording, config: Config) -> Aligned:
    """Cuts a recording into sequences without gaps or jumps."""
    rules, stamps = config.alignment, recording.image_ns
    usage = Usage(pictures=len(stamps))
    axes = len(config.action.axes)
    result = Aligned(usage, np.full(axes, np.inf), np.full(axes, -np.inf))
    if len(stamps) == 0:
        return result
    around = _inside(recording, rules.max_odometry_gap_s)
    known, truth = _truth(recording, config)
    usable = np.flatnonzero(around & known)
    state = _states(recording, stamps[usable], config)
    action, alive = _blocks(recording, stamps[usable], config)
    scans, scan_angles, near = _nearest_scans(recording, stamps[usable], rules.scan_tolerance_s)
    in_force = alive.any(axis=1)
    usage.near = Counter(body=int(around.sum()), truth=int(known.sum()), both=len(usable), command=int(in_force.sum()), scan=int(near.sum()))
    lost = _driven_unseen(recording, stamps[usable], state, config)
    what = "joint states" if config.joints else "odometry"
    usage.leave_out(int((~around).sum()), f"without {what} around them")
    usage.leave_out(int((around & ~known).sum()), "without truth near them")
    usage.leave_out(int(lost.sum()), "of a body that moves while no command is recorded")
    usable, state, action, alive, scans, scan_angles = (part[~lost] for part in (usable, state, action, alive, scans, scan_angles))
    usage.notes = notes_of(recording, config, in_force[~lost], near[~lost])
    result.least = np.min(action, axis=(0, 1), where=alive[..., None], initial=np.inf)
    result.most = np.max(action, axis=(0, 1), where=alive[..., None], initial=-np.inf)
    names = body_numbers(config)
    pose = np.zeros((len(usable), 3)) if config.joints else state[:, :3]
    proprioception = _proprioception(state, names, config)
    angles = state[:, : len(config.joints)] if config.joints else pose[:, 2:]
    for first, last in _unbroken(stamps[usable], pose, angles, config):
        cut = slice(first, last)
        following = _next_rows(stamps[usable][cut], config.action.step_s, rules.image_tolerance_s)
        usage.unpaired += _unpaired(stamps[usable][cut], following, config.action.step_s)
        result.sequences.append(
            {
                "image_row": usable[cut],
                "pose": pose[cut].astype(np.float32),
                "proprioception": proprioception[cut].astype(np.float32),
                "action": action[cut].reshape(last - first, -1).astype(np.float32),
                "next": following,
                "scans": scans[cut],
                "scan_angles_rad": scan_angles[cut],
                "truth": truth[usable[cut]].astype(np.float32),
            }
        )
    return result


def _inside(recording: Recording, max_gap_s: float) -> np.ndarray:
    """Of every picture, whether the body was measured before and after it, not too far apart."""
    stamps, times = recording.image_ns, recording.body_ns
    if len(times) == 0:
        return np.zeros(len(stamps), dtype=bool)
    before, after = _bracket(times, stamps)
    return (stamps >= times[0]) & (stamps <= times[-1]) & ((times[after] - times[before]) * 1e-9 <= max_gap_s)


def _states(recording: Recording, stamps: np.ndarray, config: Config) -> np.ndarray:
    """The body's numbers at the stamps [stamps, numbers]"""
    names = body_numbers(config)
    if len(stamps) == 0:
        return np.zeros((0, len(names)))
    turning = [names.index(name) for name in POSE_NUMBERS[2:] if name in names]
    return _interpolate(recording, stamps, *_bracket(recording.body_ns, stamps), turning)


def _driven_unseen(recording: Recording, stamps: np.ndarray, state: np.ndarray, config: Config) -> np.ndarray:
    """Of every stamp, whether the body moves there although no command has been in force for long [stamps]"""
    names = body_numbers(config)
    limits = {f"{joint}.velocity": STANDING_JOINT_RPS for joint in config.joints} if config.joints else STANDING
    moves = np.any([np.abs(state[:, names.index(name)]) > limit for name, limit in limits.items()], axis=0)
    latest = np.searchsorted(recording.command_ns, stamps, side="right") - 1
    never = latest < 0
    if len(recording.command_ns):
        silent = (stamps - recording.command_ns[np.maximum(latest, 0)]) * 1e-9 > config.action.command_timeout_s + COASTING_S
        # Before the first command a body may still roll from what was commanded before the recording began.
        silent[never] = (recording.command_ns[0] - stamps[never]) * 1e-9 > COASTING_S
        return moves & silent
    return moves & never


def _proprioception(state: np.ndarray, names: tuple[str, ...], config: Config) -> np.ndarray:
    sensed = config.speeds if config.takes_pose else config.proprioception
    unknown = [name for name in sensed if name not in names]
    if unknown:
        raise TrainingError("RH-CONFIG-VALUE", f"proprioception {unknown[0]!r} is not measured", f"choose from: {', '.join(names)}")
    numbers = state[:, [names.index(name) for name in sensed]]
    return np.concatenate([numbers, place_of(state)], axis=1) if config.takes_pose else numbers


def _unbroken(stamps: np.ndarray, pose: np.ndarray, angles: np.ndarray, config: Config) -> list[tuple[int, int]]:
    """angles [rows, A]: the heading, or those of the joints"""
    if len(stamps) == 0:
        return []
    rules = config.alignment
    gap = np.diff(stamps) * 1e-9 > rules.max_image_gap_s
    jump = np.hypot(*np.diff(pose[:, :2], axis=0).T) > rules.max_jump_m
    turn = (np.abs(_wrap(np.diff(angles, axis=0))) > rules.max_jump_rad).any(axis=1)
    pieces = []
    for piece in np.split(np.arange(len(stamps)), np.flatnonzero(gap | jump | turn) + 1):
        # One long recording still has to yield whole sequences to hold out.
        age = ((stamps[piece] - stamps[piece[0]]) * 1e-9 / MAX_SEQUENCE_S).astype(int)
        for part in np.split(piece, np.flatnonzero(np.diff(age)) + 1):
            pieces.append((int(part[0]), int(part[-1]) + 1))
    return pieces


def _next_rows(stamps: np.ndarray, step_s: float, tolerance_s: float) -> np.ndarray:
    wanted = stamps + round(step_s * 1e9)
    nearest = _nearest(stamps, wanted)
    good = (np.abs(stamps[nearest] - wanted) * 1e-9 <= tolerance_s) & (nearest > np.arange(len(stamps)))
    return np.where(good, nearest, -1)


def _unpaired(stamps: np.ndarray, following: np.ndarray, step_s: float) -> int:
    """How many pictures have later ones at least a step away, none of them at the right time."""
    return int(((following < 0) & (stamps + round(step_s * 1e9) <= stamps[-1])).sum())


def _blocks(recording: Recording, stamps: np.ndarray, config: Config) -> tuple[np.ndarray, np.ndarray]:
    """-> the command in force in the middle of each control period of the step, normalised [rows, block, axes]; whether there is one [rows, block]"""
    action = config.action
    middles = ((np.arange(action.block) + 0.5) * action.period_s * 1e9).astype(np.int64)
    at = stamps[:, None] + middles  # [rows, block]
    if len(recording.command_ns):
        latest = np.searchsorted(recording.command_ns, at, side="right") - 1
        known = np.maximum(latest, 0)
        alive = (latest >= 0) & ((at - recording.command_ns[known]) * 1e-9 <= action.command_timeout_s)
        command = np.where(alive[..., None], recording.commands[known], 0.0)  # [rows, block, axes]
    else:
        alive, command = np.zeros(at.shape, dtype=bool), np.zeros((*at.shape, len(action.axes)))
    low = np.array([axis.range[0] for axis in action.axes])
    high = np.array([axis.range[1] for axis in action.axes])
    normalised = np.clip((command - low) / (high - low) * 2 - 1, -1, 1)
    return normalised, alive


def place_of(pose: np.ndarray) -> np.ndarray:
    """pose [rows, (x, y, yaw, …)] -> [rows, (x, y, cos yaw, sin yaw)]"""
    return np.concatenate([pose[:, :2], np.cos(pose[:, 2:3]), np.sin(pose[:, 2:3])], axis=1)


def _interpolate(recording: Recording, stamps: np.ndarray, before: np.ndarray, after: np.ndarray, turning: list[int]) -> np.ndarray:
    """turning: columns of angles that begin anew after a whole turn -> the body's numbers at the stamps [stamps, numbers]"""
    a, b = recording.body[before], recording.body[after]
    span = np.maximum(recording.body_ns[after] - recording.body_ns[before], 1)
    fraction = ((stamps - recording.body_ns[before]) / span)[:, None]
    difference = b - a
    difference[:, turning] = _wrap(difference[:, turning])
    now = a + fraction * difference
    now[:, turning] = _wrap(now[:, turning])
    return now


def _truth(recording: Recording, config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Of every picture, whether its true numbers are known (they are when none are asked for), and what they are."""
    count = len(recording.image_ns)
    if not len(recording.truth_ns):
        return np.full(count, config.topics.truth == ""), np.zeros((count, 0))
    nearest = _nearest(recording.truth_ns, recording.image_ns)
    return np.abs(recording.truth_ns[nearest] - recording.image_ns) * 1e-9 <= config.alignment.image_tolerance_s, recording.truth[nearest]


def _nearest_scans(recording: Recording, stamps: np.ndarray, tolerance_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """-> ranges [stamps, beams], NaN where no scan is near; angle_min and angle_increment of each [stamps, 2]; whether one is near [stamps]"""
    scans = recording.scans
    ranges = np.full((len(stamps), scans.ranges_m.shape[1]), np.nan, dtype=np.float32)
    angles, near = np.zeros((len(stamps), 2)), np.zeros(len(stamps), dtype=bool)
    if len(scans.stamp_ns) and len(stamps):
        nearest = _nearest(scans.stamp_ns, stamps)
        near = np.abs(scans.stamp_ns[nearest] - stamps) * 1e-9 <= tolerance_s
        ranges[near], angles[near] = scans.ranges_m[nearest[near]], scans.angles_rad[nearest[near]]
    return ranges, angles, near


def _bracket(times: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    after = np.clip(np.searchsorted(times, at, side="left"), 0, len(times) - 1)
    before = np.where(times[after] <= at, after, np.maximum(after - 1, 0))
    return before, after


def _nearest(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    before, after = _bracket(times, at)
    return np.where(np.abs(times[after] - at) < np.abs(at - times[before]), after, before)


def _wrap(angle: np.ndarray) -> np.ndarray:
    return (angle + np.pi) % (2 * np.pi) - np.pi
