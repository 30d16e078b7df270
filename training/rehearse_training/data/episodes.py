"""Recordings to training data: which picture follows which one model step later, and what was commanded in between.

Kept in a cache of memory-mapped arrays, named by the hash of the bags and of everything in the configuration that shapes them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ..config import Config
from ..errors import TrainingError
from ..log import log
from .bags import POSE_NUMBERS, Recording, bag_files, bags_hash, body_numbers, read_bag
from .file_lock import file_lock

FORMAT = 4


@dataclass(frozen=True)
class Observations:
    """One row a picture, over all episodes. Rows of one episode are consecutive and in order of time."""

    images: np.ndarray  # uint8 [rows, height, width, 3], memory-mapped
    pose: np.ndarray  # float32 [rows, (x, y, yaw)], of the picture's own moment; zeros of arms, which have none
    proprioception: np.ndarray  # float32 [rows, P] as the configuration names them, SI
    action: np.ndarray  # float32 [rows, block * axes]: commanded in the step that begins here, tick-major, in [-1, 1]
    next: np.ndarray  # int64 [rows]: the row one model step later; -1: none
    episode: np.ndarray  # int32 [rows]
    scans: np.ndarray  # float32 [rows, beams]; NaN where there is none
    scan_angles_rad: np.ndarray  # float64 [beams]
    truth: np.ndarray  # float32 [rows, numbers]; no column where no truth was recorded
    truth_names: np.ndarray  # str [numbers]
    truth_units: np.ndarray  # str [numbers]
    bags: int
    sha256: str

    @property
    def episodes(self) -> int:
        return int(self.episode[-1]) + 1

    @property
    def stride(self) -> float:
        """Rows a model step, usually."""
        steps = (self.next - np.arange(len(self.next)))[self.next >= 0]
        return float(np.median(steps))

    def split(self, held_out_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Which rows are for training and which are held out, by whole episodes."""
        if self.episodes < 2:
            raise TrainingError("RH-BAG-FEW", "one sequence cannot be split into training and held-out data", "record more, or longer (a sequence is at most 120 s)")
        order = np.random.default_rng([seed, 1]).permutation(self.episodes)
        held_out = np.zeros(self.episodes, dtype=bool)
        held_out[order[: max(1, round(self.episodes * held_out_fraction))]] = True
        rows = held_out[self.episode]
        return ~rows, rows

    def windows(self, rows: np.ndarray, steps: int) -> np.ndarray:
        """First rows, among `rows` (a mask), from which `steps` steps can be followed."""
        at = np.flatnonzero(rows)
        now = at
        for _ in range(steps):
            now = np.where(now >= 0, self.next[now], -1)
        return at[now >= 0]

    def follow(self, starts: np.ndarray, steps: int) -> np.ndarray:
        """Rows of whole windows, [starts, steps + 1]."""
        rows = [starts]
        for _ in range(steps):
            rows.append(self.next[rows[-1]])
        return np.stack(rows, axis=1)


def load_observations(paths: list[Path], config: Config, cache: Path) -> Observations:
    files = bag_files(paths)
    digest = bags_hash(files)
    # A topic that came later is left out where there is none, so that what was read before it stays.
    topics = {name: topic for name, topic in asdict(config.topics).items() if topic or name != "joint_states"}
    parts = (config.image, config.action, config.alignment)
    shaping = json.dumps([FORMAT, digest, config.proprioception, topics, *(asdict(part) for part in parts)], sort_keys=True)
    folder = cache / hashlib.sha256(shaping.encode()).hexdigest()[:16]
    with file_lock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _fill(folder, files, config)
            (folder / "complete").write_text(digest + "\n")
    rows = np.load(folder / "rows.npz")
    count = len(rows["next"])
    images = np.memmap(folder / "images.u8", dtype=np.uint8, mode="r", shape=(count, config.image.height, config.image.width, 3))
    return Observations(images, **{name: rows[name] for name in rows.files}, bags=len(files), sha256=digest)


def _fill(folder: Path, files: list[Path], config: Config) -> None:
    parts: list[dict[str, np.ndarray]] = []
    rows = episodes = 0
    angles = np.zeros(0)
    labels: set[str] = set()
    with (folder / "images.u8").open("wb") as stream:
        for i, file in enumerate(files):
            recording = read_bag(file, config)
            for sequence in align(recording, config):
                stream.write(np.ascontiguousarray(recording.images[sequence.pop("image_row")]).tobytes())
                count = len(sequence["next"])
                sequence["next"] = np.where(sequence["next"] >= 0, sequence["next"] + rows, -1)
                sequence["episode"] = np.full(count, episodes, dtype=np.int32)
                parts.append(sequence)
                rows += count
                episodes += 1
            if len(recording.scan_angles_rad):
                angles = recording.scan_angles_rad
            labels.add(recording.truth_label)
            if (i + 1) % 100 == 0 or i + 1 == len(files):
                log(f"bags     {i + 1}/{len(files)} read, {episodes} sequences, {rows} pictures")
    if not any((part["next"] >= 0).any() for part in parts):
        raise TrainingError("RH-BAG-SHORT", f"the bags hold no two pictures {config.action.step_s} s apart with odometry", "record longer, with camera, odometry and commands together")
    if len(labels) > 1:
        raise TrainingError("RH-BAG-TRUTH", f"the bags name their true numbers in {len(labels)} ways", "train on recordings of one world at a time")
    names, units = parse_label(labels.pop())
    beams = max(part["scans"].shape[1] for part in parts)
    for part in parts:
        if part["scans"].shape[1] != beams:
            part["scans"] = np.full((len(part["next"]), beams), np.nan, dtype=np.float32)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    np.savez(folder / "rows.npz", **columns, scan_angles_rad=angles, truth_names=names, truth_units=units)


def parse_label(label: str) -> tuple[np.ndarray, np.ndarray]:
    """"block.x [m], block.cos [1]" -> names and units"""
    pairs = [part.strip().removesuffix("]").split(" [", 1) for part in label.split(",") if part.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise TrainingError("RH-BAG-TRUTH", f"the label {label!r} does not name its numbers as `name [unit], …`", "label them so where they are recorded")
    return np.array([name for name, _ in pairs], dtype=str), np.array([unit for _, unit in pairs], dtype=str)


def align(recording: Recording, config: Config) -> list[dict[str, np.ndarray]]:
    """Cuts a recording into sequences without gaps or jumps. @returns the columns of `Observations`, `next` counted from the sequence's own start."""
    rules = config.alignment
    stamps = recording.image_ns
    before, after = _bracket(recording.body_ns, stamps)
    span_s = (recording.body_ns[after] - recording.body_ns[before]) * 1e-9
    inside = (stamps >= recording.body_ns[0]) & (stamps <= recording.body_ns[-1])
    known, truth = _truth(recording, rules.image_tolerance_s)
    usable = np.flatnonzero(inside & (span_s <= rules.max_odometry_gap_s) & known)
    if len(usable) == 0:
        raise TrainingError("RH-BAG-ALIGN", f"{recording.path}: no picture has odometry or joint states around its time", "record both at once, stamped by one clock")
    names = body_numbers(config)
    turning = [names.index(name) for name in POSE_NUMBERS[2:] if name in names]
    state = _interpolate(recording, stamps[usable], before[usable], after[usable], turning)
    pose = np.zeros((len(usable), 3)) if config.joints else state[:, :3]
    sensed = config.speeds if config.takes_pose else config.proprioception
    unknown = [name for name in sensed if name not in names]
    if unknown:
        raise TrainingError("RH-CONFIG-VALUE", f"proprioception {unknown[0]!r} is not measured", f"choose from: {', '.join(names)}")
    proprioception = state[:, [names.index(name) for name in sensed]]
    if config.takes_pose:
        proprioception = np.concatenate([proprioception, place_of(state)], axis=1)
    action = _blocks(recording, stamps[usable], config)
    scans = _nearest_scans(recording, stamps[usable], rules.scan_tolerance_s)

    sequences = []
    angles = state[:, : len(config.joints)] if config.joints else pose[:, 2:]
    for first, last in _unbroken(stamps[usable], pose, angles, config):
        cut = slice(first, last)
        sequences.append(
            {
                "image_row": usable[cut],
                "pose": pose[cut].astype(np.float32),
                "proprioception": proprioception[cut].astype(np.float32),
                "action": action[cut].astype(np.float32),
                "next": _next_rows(stamps[usable][cut], config.action.step_s, rules.image_tolerance_s),
                "scans": scans[cut],
                "truth": truth[usable[cut]].astype(np.float32),
            }
        )
    return sequences


MAX_SEQUENCE_S = 120.0


def _unbroken(stamps: np.ndarray, pose: np.ndarray, angles: np.ndarray, config: Config) -> list[tuple[int, int]]:
    """angles [rows, A]: the heading, or those of the joints"""
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


def _blocks(recording: Recording, stamps: np.ndarray, config: Config) -> np.ndarray:
    """The command in force in the middle of each control period of the step, normalised. @returns [rows, block * axes]"""
    action = config.action
    middles = ((np.arange(action.block) + 0.5) * action.period_s * 1e9).astype(np.int64)
    at = stamps[:, None] + middles  # [rows, block]
    latest = np.searchsorted(recording.command_ns, at, side="right") - 1
    known = np.maximum(latest, 0)
    alive = (latest >= 0) & ((at - recording.command_ns[known]) * 1e-9 <= action.command_timeout_s)
    command = np.where(alive[..., None], recording.commands[known], 0.0)  # [rows, block, axes]
    low = np.array([axis.range[0] for axis in action.axes])
    high = np.array([axis.range[1] for axis in action.axes])
    normalised = np.clip((command - low) / (high - low) * 2 - 1, -1, 1)
    return normalised.reshape(len(stamps), -1)


def place_of(pose: np.ndarray) -> np.ndarray:
    """pose [rows, (x, y, yaw, …)] -> [rows, (x, y, cos yaw, sin yaw)]"""
    return np.concatenate([pose[:, :2], np.cos(pose[:, 2:3]), np.sin(pose[:, 2:3])], axis=1)


def _interpolate(recording: Recording, stamps: np.ndarray, before: np.ndarray, after: np.ndarray, turning: list[int]) -> np.ndarray:
    """turning: columns of angles that begin anew after a whole turn -> the body's numbers at the stamps [stamps, numbers]"""
    a, b = recording.body[before], recording.body[after]
    span = np.maximum(recording.body_ns[after] - recording.body_ns[before], 1)
    share = ((stamps - recording.body_ns[before]) / span)[:, None]
    difference = b - a
    difference[:, turning] = _wrap(difference[:, turning])
    now = a + share * difference
    now[:, turning] = _wrap(now[:, turning])
    return now


def _truth(recording: Recording, tolerance_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Of every picture, whether its true numbers are known (they are when none are asked for), and what they are."""
    if not len(recording.truth_ns):
        return np.ones(len(recording.image_ns), dtype=bool), np.zeros((len(recording.image_ns), 0))
    nearest = _nearest(recording.truth_ns, recording.image_ns)
    return np.abs(recording.truth_ns[nearest] - recording.image_ns) * 1e-9 <= tolerance_s, recording.truth[nearest]


def _nearest_scans(recording: Recording, stamps: np.ndarray, tolerance_s: float) -> np.ndarray:
    beams = recording.scans.shape[1]
    scans = np.full((len(stamps), beams), np.nan, dtype=np.float32)
    if len(recording.scan_ns):
        nearest = _nearest(recording.scan_ns, stamps)
        good = np.abs(recording.scan_ns[nearest] - stamps) * 1e-9 <= tolerance_s
        scans[good] = recording.scans[nearest[good]]
    return scans


def _bracket(times: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    after = np.clip(np.searchsorted(times, at, side="left"), 0, len(times) - 1)
    before = np.where(times[after] <= at, after, np.maximum(after - 1, 0))
    return before, after


def _nearest(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    before, after = _bracket(times, at)
    return np.where(np.abs(times[after] - at) < np.abs(at - times[before]), after, before)


def _wrap(angle: np.ndarray) -> np.ndarray:
    return (angle + np.pi) % (2 * np.pi) - np.pi
