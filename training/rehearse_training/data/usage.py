"""What became of the pictures and messages of a recording, in numbers and in words: nothing is left out without a word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..errors import TrainingError
from .recording import Read

REMARKABLE = 0.05  # of a file's pictures
# Of a topic's messages: a few that are broken are left out, as the live nodes do; a source that is broken so often teaches nothing.
MOST_LEFT_OUT = 0.2
# Several nodes may share the topic of joint states, each with joints of its own.
ALL_BUT_NAMES = {"RH-JOINTS-NAMES": 1.0}


@dataclass
class Usage:
    pictures: int = 0
    left_out: Counter[str] = field(default_factory=Counter)  # pictures, by reason
    near: Counter[str] = field(default_factory=Counter)  # pictures with odometry around them ("body"), with the truth, with both; and of these, with a command in their step, and with a scan
    unpaired: int = 0  # pictures used, with others after them, and none of those one model step later
    notes: list[str] = field(default_factory=list)

    def leave_out(self, count: int, reason: str) -> None:
        if count > 0:
            self.left_out[reason] += count

    @property
    def used(self) -> int:
        return self.pictures - sum(self.left_out.values())

    @property
    def remarkable(self) -> bool:
        return bool(self.notes) or self.unpaired > REMARKABLE * self.pictures or self.pictures - self.used > REMARKABLE * self.pictures

    def add(self, other: Usage) -> None:
        self.pictures += other.pictures
        self.left_out += other.left_out
        self.near += other.near
        self.unpaired += other.unpaired

    def text(self) -> str:
        parts = [f"{self.used} of {self.pictures} pictures used ({share(self.used, self.pictures)})"]
        parts += [f"{count} ({share(count, self.pictures)}) left out: {reason}" for reason, count in self.left_out.most_common()]
        if self.unpaired > 0:
            parts.append(f"{self.unpaired} ({share(self.unpaired, self.pictures)}) without a picture one model step later")
        return "; ".join([*parts, *self.notes])


def share(count: int, total: int) -> str:
    return f"{100 * count / max(total, 1):.1f} %"


def messages_left_out(where: str, reads: list[dict[str, Read]]) -> list[str]:
    """
    @param reads of all files of a bag @returns in words, what was left out of which topic
    @throws TrainingError with the messages' own code where that is too much
    """
    notes = []
    for topic in sorted({topic for read in reads for topic in read}):
        parts = [read[topic] for read in reads if topic in read]
        total = sum(part.count for part in parts)
        for code, count in sum((part.left_out for part in parts), Counter()).items():
            error = next(part.first_error[code] for part in parts if code in part.first_error)
            said = f"{count} of {total} messages ({share(count, total)}) on {topic} left out"
            if count == total or count > ALL_BUT_NAMES.get(code, MOST_LEFT_OUT) * total:
                raise TrainingError(code, f"{where}: {said}, which is too much to learn from the rest ({error.what})", error.fix)
            notes.append(f"{said} ({code}: {error.what})")
    return notes
