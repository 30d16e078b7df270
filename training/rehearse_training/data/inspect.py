"""`rehearse bag`: what recordings hold and what they can teach, by the same reading as training's, in words, as JSON, and as a picture."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from mcap.reader import make_reader

from ..config import Config
from ..errors import TrainingError
from . import messages
from .align import align
from .bags import Bag, bags_of, messages_of
from .coverage import Stamps, check_clocks
from .driving import Driving, driving_of
from .places import Coverage, coverage_of, draw
from .recording import Read, needed_topics, read_recording
from .teaching import DOUBTFUL, USELESS, Finding, Follows, findings, follows, mismatch
from .usage import Usage, messages_left_out, share

SCHEMA = "rehearse.bag/1"
# Of a topic: longer than so many of its usual periods is a gap.
GAP_PERIODS = 5
# Driving, in minutes, from which the shipped models of a place were trained; with less, a model is a first try.
USUAL_MINUTES = 30.0


@dataclass(frozen=True)
class TopicFacts:
    topic: str
    type: str
    messages: int
    rate_hz: float  # by the median time between two messages
    longest_gap_s: float
    gaps: int
    used: bool  # by training, as the configuration names it


@dataclass
class Report:
    path: str
    seconds: float = 0.0
    topics: list[TopicFacts] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    follows: list[Follows] = field(default_factory=list)
    coverage: Coverage | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        verdicts = {finding.verdict for finding in self.findings}
        return USELESS if USELESS in verdicts else DOUBTFUL if DOUBTFUL in verdicts else "good"


def inspect(paths: list[Path], config: Config, as_recorded: bool) -> tuple[list[Report], list[Driving]]:
    """@param as_recorded pictures of any size will do: nobody has said yet which a model is to take"""
    reports, drivings = [], []
    for bag in bags_of(paths):
        report, driven = _inspect(bag, _sized(bag, config) if as_recorded else config)
        reports.append(report)
        drivings += driven
    return reports, drivings


def _inspect(bag: Bag, config: Config) -> tuple[Report, list[Driving]]:
    report, drivings, reads = Report(str(bag.path)), [], []
    try:
        report.topics = _topics(bag, config)
        for files in bag.recordings:
            drivings += _read(files, report, reads, config)
        for topic, what in needed_topics(config).items():
            if not any(read[topic].count for read in reads):
                there = ", ".join(each.topic for each in report.topics) or "nothing"
                raise TrainingError("RH-BAG-TOPIC", f"no {what} on {topic}; there is: {there}", "record this topic too, or name yours under `topics:` in the configuration")
        report.notes += messages_left_out(str(bag.path), reads)
    except TrainingError as error:
        report.findings.append(Finding(error.code, USELESS, error.what, error.fix))
    report.findings += [found for found in findings(drivings, config) if found.code not in {known.code for known in report.findings}]
    if not report.findings and report.usage.used == 0:
        report.findings.append(Finding("RH-BAG-SHORT", USELESS, "no picture of it can be used", "record longer, with camera, odometry and commands together"))
    report.follows = follows(drivings, config)
    unused = [axis.axis for axis in report.follows if drivings and axis.spread < 1e-6]
    if unused and not report.findings:
        if len(unused) == len(report.follows):
            report.findings.append(Finding("RH-BAG-CONSTANT", USELESS, "every command is the same", "record while the robot is driven about"))
        else:
            report.findings.append(Finding("RH-BAG-AXIS", DOUBTFUL, f"{', '.join(unused)} never changes: what it does cannot be learned", "drive with all that the base can do"))
    report.coverage = coverage_of(drivings)
    report.seconds = sum(each.seconds for each in drivings)
    return report, drivings


def _read(files: tuple[Path, ...], report: Report, reads: list[dict[str, Read]], config: Config) -> list[Driving]:
    usage, stamps, drivings = Usage(), [], []
    for file in files:
        recording = read_recording(file, config)
        reads.append(recording.read)
        stamps.append(Stamps.of(recording))
        part = align(recording, config).usage
        usage.add(part)
        report.notes += part.notes
        drivings.append(driving_of(recording, config))
    report.usage.add(usage)
    try:
        check_clocks(str(files[0]), stamps, usage, config)
    except TrainingError as error:
        report.findings.append(Finding(error.code, USELESS, error.what, error.fix))
    report.findings += mismatch(files[0].name, [each.images for each in stamps], usage, config)
    return drivings


def _sized(bag: Bag, config: Config) -> Config:
    """The configuration with pictures as large as the bag's first one."""
    for file in bag.files:
        for _, schema, _, data in messages_of(file, [config.topics.image]):
            if schema != "sensor_msgs/msg/Image":
                return config
            height, width, _ = messages.image(data).rgb.shape
            return replace(config, image=replace(config.image, width=width, height=height))
    return config


def _topics(bag: Bag, config: Config) -> list[TopicFacts]:
    times: dict[str, list[np.ndarray]] = {}  # by file: between two there is no gap, but an end and a beginning
    types: dict[str, str] = {}
    for file in bag.files:
        stamps: dict[str, list[int]] = {}
        if file.stat().st_size == 0:
            continue
        list(messages_of(file, []))  # says what is wrong with the file as a whole
        with file.open("rb") as stream:
            for schema, channel, message in make_reader(stream).iter_messages(log_time_order=False):
                stamps.setdefault(channel.topic, []).append(message.log_time)
                types[channel.topic] = schema.name if schema else ""
        for topic, found in stamps.items():
            times.setdefault(topic, []).append(np.sort(np.array(found)))
    used = {*needed_topics(config), config.topics.scan}
    return [_facts(topic, types[topic], stamps, topic in used) for topic, stamps in sorted(times.items())]


def _facts(topic: str, kind: str, stamps: list[np.ndarray], used: bool) -> TopicFacts:
    count = sum(len(each) for each in stamps)
    between = np.concatenate([np.diff(each) for each in stamps]) * 1e-9
    if len(between) == 0:
        return TopicFacts(topic, kind, count, 0.0, 0.0, 0, used)
    usual = float(np.median(between))
    gaps = int((between > max(GAP_PERIODS * usual, 0.5)).sum())
    return TopicFacts(topic, kind, count, 1 / usual if usual > 0 else 0.0, float(between.max()), gaps, used)


def text_of(report: Report) -> list[str]:
    lines = [f"{report.path}: {report.seconds / 60:.1f} minutes of pictures"]
    if report.topics:
        width = max(len(each.topic) for each in report.topics)
        for each in report.topics:
            gaps = f", {each.gaps} gaps, the longest {each.longest_gap_s:.1f} s" if each.gaps else ""
            mark = "" if each.used else "  (not used)"
            lines.append(f"  {each.topic:<{width}}  {each.messages:>7} messages  {each.rate_hz:6.1f} Hz{gaps}  {each.type}{mark}")
    lines.append(f"  {report.usage.text()}")
    for axis in report.follows:
        lines.append(
            f"  {axis.axis}: commands spread over {100 * axis.spread:.0f} % of the half range; motion follows after {axis.delay_s:.2f} s, "
            f"{axis.gain:.2f} times as large (correlation {axis.correlation:+.2f})"
        )
    if report.coverage:
        lines.append(f"  {report.coverage.text()}")
    lines += [f"  note: {note}" for note in dict.fromkeys(report.notes)]
    lines += [f"  {finding.text()}" for finding in report.findings]
    return lines


def last_line(reports: list[Report]) -> str:
    """The verdict on them all together."""
    counts = Counter(report.verdict for report in reports)
    minutes = sum(report.seconds for report in reports if report.verdict != USELESS) / 60
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("good", DOUBTFUL, USELESS) if counts[verdict])
    pictures, used = sum(report.usage.pictures for report in reports), sum(report.usage.used for report in reports)
    enough = "" if minutes >= USUAL_MINUTES else f"; models of a place were trained on {USUAL_MINUTES:.0f} minutes and more"
    return f"{len(reports)} bags: {said}; {used} of {pictures} pictures can be used ({share(used, pictures)}), {minutes:.1f} minutes{enough}"


def json_of(reports: list[Report]) -> str:
    def facts(report: Report) -> dict[str, Any]:
        usage = report.usage
        return {
            "path": report.path,
            "verdict": report.verdict,
            "seconds": round(report.seconds, 3),
            "pictures": usage.pictures,
            "used": usage.used,
            "leftOut": dict(usage.left_out),
            "unpaired": usage.unpaired,
            "topics": [asdict(each) for each in report.topics],
            "follows": [asdict(each) for each in report.follows],
            "coverage": report.coverage and report.coverage.facts(),
            "findings": [asdict(each) for each in report.findings],
            "notes": list(dict.fromkeys(report.notes)),
        }

    worst = next((verdict for verdict in (USELESS, DOUBTFUL) if any(report.verdict == verdict for report in reports)), "good")
    return json.dumps({"schema": SCHEMA, "verdict": worst, "bags": [facts(report) for report in reports]}, allow_nan=False)


def picture_of(reports: list[Report], drivings: list[Driving], config: Config, file: Path) -> None:
    draw(drivings, [axis.name for axis in config.action.axes], last_line(reports), file)
