"""All recordings of a training into one folder of arrays: what `Observations` maps into memory, and a report of what was used and what was left out."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..config import Config
from ..errors import TrainingError
from ..log import log
from .align import Aligned, align
from .bags import Bag, topics_in
from .coverage import Stamps, check_clocks
from .driving import Driving, driving_of
from .recording import Read, Recording, needed_topics, read_recording
from .teaching import USELESS, Finding, findings, mismatch
from .usage import Usage, messages_left_out

IMAGES, ROWS, REPORT = "images.u8", "rows.npz", "report.txt"
# Of commands in [-1, 1]: what differs by less is the same command.
SAME = 1e-6
CONSTANT_FIX = "record while the robot is driven about; check that `topics.command` is the topic that drives it, and that `action.axes` name the numbers that change"


def assemble(folder: Path, bags: list[Bag], config: Config) -> None:
    """@throws TrainingError"""
    with (folder / IMAGES).open("wb") as images:
        rows = _Rows(images, len(config.action.axes), sum(len(bag.files) for bag in bags))
        report = [line for bag in bags for line in take_bag(bag, rows, config)]
    refuse_useless(rows.found, config)
    report += [f"{where}: {finding.text()}" for where, found in rows.found for finding in found]
    if rows.still and not rows.parts:
        raise TrainingError("RH-BAG-CONSTANT", f"{', '.join(rows.still)}: every command is the same, so nothing can be learned of what commands do", CONSTANT_FIX)
    if not any((part["next"] >= 0).any() for part in rows.parts):
        if rows.mismatch:
            raise TrainingError(rows.mismatch[0].code, f"{rows.mismatch[0].what}", rows.mismatch[0].fix)
        raise TrainingError("RH-BAG-SHORT", f"the bags hold no two pictures {config.action.step_s} s apart with odometry", "record longer, with camera, odometry and commands together")
    still = [axis.name for axis, spread in zip(config.action.axes, rows.most - rows.least) if spread <= SAME]
    if still:
        report.append(f"{', '.join(still)}: the same in every command of all recordings; what it does cannot be learned from them")
    (folder / REPORT).write_text("".join(f"bags     {line}\n" for line in report))
    rows.save(folder / ROWS)


def refuse_useless(found: list[tuple[str, list[Finding]]], config: Config) -> None:
    """@throws TrainingError with the code of the first finding of a bag that teaches nothing, and the texts of them all"""
    useless = [(where, finding) for where, findings in found for finding in findings if finding.verdict == USELESS]
    if not useless or not config.alignment.refuse_useless:
        return
    first = useless[0][1]
    said = "; ".join(f"{where}: {finding.what}" for where, finding in useless)
    others = "" if len(useless) == 1 else f" (the first of {len(useless)}; `rehearse bag` says what to do about each)"
    raise TrainingError(first.code, f"useless recordings: {said}", f"{first.fix}{others}. Leave the bag out, or set alignment.refuse_useless=false to train on it all the same")


def take_bag(bag: Bag, rows: _Rows, config: Config) -> list[str]:
    """@returns lines of the report"""
    lines: list[str] = []
    reads: list[dict[str, Read]] = []
    rows.drivings = []
    for files in bag.recordings:
        where = str(bag.path) if len(bag.recordings) == 1 else str(files[0])
        lines += _take_recording(where, files, rows, reads, config)
    _check_topics(bag, reads, config)
    rows.found.append((str(bag.path), findings(rows.drivings, config)))
    return lines + [f"{bag.path}: {note}" for note in messages_left_out(str(bag.path), reads)]


def _take_recording(where: str, files: tuple[Path, ...], rows: _Rows, reads: list[dict[str, Read]], config: Config) -> list[str]:
    """@param files of one recording, split as it grew @param reads gets what was read of each"""
    mark = rows.mark()
    parts: list[Aligned] = []
    stamps: list[Stamps] = []
    for file in files:
        recording = read_recording(file, config)
        reads.append(recording.read)
        stamps.append(Stamps.of(recording))
        parts.append(align(recording, config))
        rows.drivings.append(driving_of(recording, config))
        rows.add(recording, parts[-1])
    usage = Usage()
    for part in parts:
        usage.add(part.usage)
    check_clocks(where, stamps, usage, config)
    rows.mismatch += mismatch(where, [file.images for file in stamps], usage, config)
    if usage.used > 0 and not rows.keep(parts):
        rows.drop(mark, where)
        return [f"{where}: left out: the command is the same for all of its {usage.used} pictures"]
    if len(files) == 1:
        return [f"{where}: {parts[0].usage.text()}"]
    return [f"{where}: {usage.text()}", *(f"  {file.name}: {part.usage.text()}" for file, part in zip(files, parts) if part.usage.remarkable)]


def _check_topics(bag: Bag, reads: list[dict[str, Read]], config: Config) -> None:
    """Of the bag as a whole: a file of a split bag may lack any topic."""
    for topic, what in needed_topics(config).items():
        if not any(read[topic].count for read in reads):
            there = ", ".join(topics_in(bag.files)) or "nothing"
            raise TrainingError("RH-BAG-TOPIC", f"{bag.path} has no {what} on {topic}; there is: {there}", "record this topic too, or name yours under `topics:` in the configuration")


class _Rows:
    """The rows of all recordings so far, numbered through."""

    def __init__(self, images: BinaryIO, axes: int, files: int):
        self.images, self.files, self.read = images, files, 0
        self.parts: list[dict[str, np.ndarray]] = []
        self.count = self.episodes = 0
        self.drivings: list[Driving] = []  # of the bag that is read
        self.found: list[tuple[str, list[Finding]]] = []  # by bag
        self.mismatch: list[Finding] = []
        self.still: list[str] = []  # recordings left out since all of their commands are the same
        self.least, self.most = np.full(axes, np.inf), np.full(axes, -np.inf)  # of the commands in all others

    def add(self, recording: Recording, aligned: Aligned) -> None:
        for sequence in aligned.sequences:
            self.images.write(np.ascontiguousarray(recording.images[sequence.pop("image_row")]).tobytes())
            count = len(sequence["next"])
            sequence["next"] = np.where(sequence["next"] >= 0, sequence["next"] + self.count, -1)
            sequence["episode"] = np.full(count, self.episodes, dtype=np.int32)
            sequence["label"] = np.full(count, recording.truth_label)
            self.parts.append(sequence)
            self.count += count
            self.episodes += 1
        self.read += 1
        if self.read % 100 == 0 or (self.read == self.files and self.files > 1):
            log(f"bags     {self.read}/{self.files} read, {self.episodes} sequences, {self.count} pictures")

    def mark(self) -> tuple[int, int, int, int]:
        return len(self.parts), self.count, self.episodes, self.images.tell()

    def keep(self, parts: list[Aligned]) -> bool:
        """Whether the recording has two commands that differ: no other shows what a command does."""
        least, most = np.min([part.least for part in parts], axis=0), np.max([part.most for part in parts], axis=0)
        if not (most - least > SAME).any():
            return False
        self.least, self.most = np.minimum(self.least, least), np.maximum(self.most, most)
        return True

    def drop(self, mark: tuple[int, int, int, int], where: str) -> None:
        parts, self.count, self.episodes, at = mark
        del self.parts[parts:]
        self.images.seek(at)
        self.images.truncate()
        self.still.append(where)

    def save(self, file: Path) -> None:
        labels = {str(part.pop("label")[0]) for part in self.parts}
        if len(labels) > 1:
            raise TrainingError("RH-BAG-TRUTH", f"the bags name their true numbers in {len(labels)} ways", "train on recordings of one world at a time")
        names, units = parse_label(labels.pop())
        beams = max(part["scans"].shape[1] for part in self.parts)
        for part in self.parts:
            part["scans"] = np.pad(part["scans"], ((0, 0), (0, beams - part["scans"].shape[1])), constant_values=np.nan)
        columns = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        np.savez(file, **columns, truth_names=names, truth_units=units)


def parse_label(label: str) -> tuple[np.ndarray, np.ndarray]:
    """"block.x [m], block.cos [1]" -> names and units"""
    pairs = [part.strip().removesuffix("]").split(" [", 1) for part in label.split(",") if part.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise TrainingError("RH-BAG-TRUTH", f"the label {label!r} does not name its numbers as `name [unit], …`", "label them so where they are recorded")
    return np.array([name for name, _ in pairs], dtype=str), np.array([unit for _, unit in pairs], dtype=str)
