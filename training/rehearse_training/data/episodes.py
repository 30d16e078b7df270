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
from .assemble import IMAGES, REPORT, ROWS, assemble
from .bags import bags_hash, bags_of, files_of
from .file_lock import file_lock
from .robot_file import Pose, robot_file, scanner_pose

FORMAT = 6


@dataclass(frozen=True)
class Observations:
    """One row a picture, over all episodes. Rows of one episode are consecutive and in order of time."""

    images: np.ndarray  # uint8 [rows, height, width, 3], memory-mapped
    pose: np.ndarray  # float32 [rows, (x, y, yaw)], of the picture's own moment; zeros of arms, which have none
    proprioception: np.ndarray  # float32 [rows, P] as the configuration names them, SI
    action: np.ndarray  # float32 [rows, block * axes]: commanded in the step that begins here, tick-major, in [-1, 1]
    next: np.ndarray  # int64 [rows]: the row one model step later; -1: none
    episode: np.ndarray  # int32 [rows]
    scans: np.ndarray  # float32 [rows, beams], metres; inf: nothing within reach; -inf: nearer than can be measured; NaN: not measured, no such beam, no scan
    scan_angles_rad: np.ndarray  # float64 [rows, (angle_min, angle_increment)], in the scanner's frame
    truth: np.ndarray  # float32 [rows, numbers]; no column where no truth was recorded
    truth_names: np.ndarray  # str [numbers]
    truth_units: np.ndarray  # str [numbers]
    bags: int
    sha256: str
    scanner: Pose = Pose()  # in the body's frame

    def beam_angles_rad(self, rows: np.ndarray) -> np.ndarray:
        """-> float64 [rows, beams], in the scanner's frame"""
        first, increment = self.scan_angles_rad[rows].T
        return first[:, None] + np.arange(self.scans.shape[1]) * increment[:, None]

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
    bags = bags_of(paths)
    files = files_of(bags)
    digest = bags_hash(files)
    # A topic that came later is left out where there is none, so that what was read before it stays.
    topics = {name: topic for name, topic in asdict(config.topics).items() if topic or name != "joint_states"}
    parts = (config.image, config.action, config.alignment)
    shaping = json.dumps([FORMAT, digest, config.goal, config.proprioception, topics, *(asdict(part) for part in parts)], sort_keys=True)
    folder = cache / hashlib.sha256(shaping.encode()).hexdigest()[:16]
    with file_lock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            assemble(folder, bags, config)
            (folder / "complete").write_text(digest + "\n")
    for line in (folder / REPORT).read_text().splitlines():
        log(line)
    rows = np.load(folder / ROWS)
    if config.goal == "position" and rows["scans"].shape[1] > 0 and robot_file(config.robot) is None:
        log("robot    no robot file: the scanner is taken to be at base_link, looking ahead. Name yours as robot.file, or with --robot")
    count = len(rows["next"])
    images = np.memmap(folder / IMAGES, dtype=np.uint8, mode="r", shape=(count, config.image.height, config.image.width, 3))
    return Observations(images, **{name: rows[name] for name in rows.files}, bags=len(files), sha256=digest, scanner=scanner_pose(config.robot))
