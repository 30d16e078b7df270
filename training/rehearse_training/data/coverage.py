"""Do the topics of a recording cover its pictures? Clocks that differ are an error, what begins late or ends early is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..config import Config
from ..errors import TrainingError
from .recording import Recording, body_topic
from .usage import REMARKABLE, Usage, share

LATE_S = 1.0


@dataclass(frozen=True)
class Stamps:
    """Of one file: what is left to compare when its pictures are out of memory again."""

    images: np.ndarray
    others: dict[str, np.ndarray]

    @staticmethod
    def of(recording: Recording) -> Stamps:
        others = {"body": recording.body_ns, "truth": recording.truth_ns, "command": recording.command_ns, "scan": recording.scans.stamp_ns}
        return Stamps(recording.image_ns, others)


def check_clocks(where: str, files: list[Stamps], usage: Usage, config: Config) -> None:
    """@param files of one recording @param usage of them all @throws TrainingError RH-BAG-ALIGN where topics that are there never meet"""
    topics = config.topics
    if usage.pictures == 0:
        return
    needed = {"body": body_topic(config), "truth": topics.truth}
    if usage.near["both"] > 0:
        needed |= {"command": topics.command, "scan": topics.scan if config.goal == "position" else ""}
    for what, topic in needed.items():
        stamps = np.concatenate([file.others[what] for file in files])
        if topic and len(stamps) and usage.near[what] == 0:
            offset_s = (int(stamps.min()) - min(int(file.images.min()) for file in files if len(file.images))) * 1e-9
            raise TrainingError(
                "RH-BAG-ALIGN",
                f"{where}: no picture has a message on {topic} near its time: these begin {abs(offset_s):.2f} s {'after' if offset_s > 0 else 'before'} the pictures",
                "record all topics at once, stamped by one clock: look at use_sim_time, and at the clocks of other machines",
            )


def notes_of(recording: Recording, config: Config, in_force: np.ndarray, near: np.ndarray) -> list[str]:
    """@param in_force, near of the pictures used, whether a command is in force in their step, and whether a scan is near"""
    notes, topics = [], config.topics
    idle, blind = int((~in_force).sum()), int((~near).sum())
    if idle > REMARKABLE * len(in_force):
        notes.append(f"{idle} steps ({share(idle, len(in_force))}) have no command in force and count as rest{_ends(recording, 'command', topics.command)}")
    if len(recording.scans.stamp_ns) and blind > REMARKABLE * len(near):
        notes.append(f"{blind} pictures ({share(blind, len(near))}) have no scan near them{_ends(recording, 'scan', topics.scan)}")
    for what, topic in (("body", body_topic(config)), ("truth", topics.truth)):
        if topic and (ends := _ends(recording, what, topic)):
            notes.append(ends.removeprefix(": "))
    if len(recording.body_ns) and (missing_s := (recording.body_ns[-1] - recording.image_ns[-1]) * 1e-9) > LATE_S:
        notes.append(f"{topics.image} ends {missing_s:.1f} s before {body_topic(config)}")
    return notes


def _ends(recording: Recording, what: str, topic: str) -> str:
    """Where a topic begins or ends within the time of the pictures."""
    stamps = Stamps.of(recording).others[what]
    if len(stamps) == 0:
        return f": there is nothing on {topic}"
    late_s, early_s = (stamps[0] - recording.image_ns[0]) * 1e-9, (recording.image_ns[-1] - stamps[-1]) * 1e-9
    if early_s > LATE_S:
        return f": {topic} ends {early_s:.1f} s before the pictures"
    return f": {topic} begins {late_s:.1f} s after the pictures" if late_s > LATE_S else ""
