"""What recordings show of a driven body, measured: whether it moves as it is commanded, as its place says, and as its pictures say. One `Driving` a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..config import Config
from .recording import POSE_NUMBERS, Recording, body_numbers

# Pictures are compared in so many cells a side, of their mean brightness.
CELLS = 16


@dataclass(frozen=True)
class Driving:
    """Series of one file on the grid of control periods, over the time that commands and the body's measurements have in common; and of its pictures, in order of time."""

    period_s: float
    commands: np.ndarray  # float64 [ticks, axes], as fractions of the axes' half ranges; 0 where none is in force
    velocities: np.ndarray  # float64 [ticks, axes], likewise, as measured; NaN where no measurement is near
    moved: np.ndarray  # float64 [ticks, (x, y, yaw) or joints]: change of the measured place a second, along the axes of the velocities beside it
    at_velocity: np.ndarray  # float64 likewise: what the measured velocity says
    picture_s: np.ndarray  # float64 [pictures], seconds since the first
    change: np.ndarray  # float64 [pictures]: mean difference to the picture before, of 255
    contrast: np.ndarray  # float64 [pictures]: standard deviation of brightness within the picture, of 255
    speed: np.ndarray  # float64 [pictures]: mean of |velocity| over the axes, as a fraction of the half ranges; NaN where not measured
    places: np.ndarray  # float64 [pictures, (x, y, yaw)]; no row for an arm
    seconds: float  # of pictures


def driving_of(recording: Recording, config: Config) -> Driving:
    period_s = config.action.period_s
    names = body_numbers(config)
    columns = [names.index(f"{axis.name}.velocity" if config.joints else axis.name) for axis in config.action.axes]
    half = np.array([(axis.range[1] - axis.range[0]) / 2 for axis in config.action.axes])
    times = _grid(recording, period_s)
    commands = _held(recording, times, config) / half
    body = _sampled(recording, times, config)
    places = [names.index(name) for name in ([f"{joint}.position" for joint in config.joints] or POSE_NUMBERS)]
    speeds = [names.index(name) for name in ([f"{joint}.velocity" for joint in config.joints] or ("linear.x", "linear.y", "angular.z"))]
    moved, at_velocity = _moved(body[:, places], body[:, speeds], period_s, planar=not config.joints)
    pictures = recording.image_ns
    at_pictures = _sampled(recording, pictures, config)
    small = _small(recording.images)
    return Driving(
        period_s=period_s,
        commands=commands,
        velocities=body[:, columns] / half,
        moved=moved,
        at_velocity=at_velocity,
        picture_s=(pictures - pictures[0]) * 1e-9 if len(pictures) else np.zeros(0),
        change=np.abs(np.diff(small, axis=0, prepend=small[:1])).mean(axis=1) if len(small) else np.zeros(0),
        contrast=small.std(axis=1) if len(small) else np.zeros(0),
        speed=np.abs(at_pictures[:, columns] / half).mean(axis=1) if len(pictures) else np.zeros(0),
        places=np.zeros((0, 3)) if config.joints else at_pictures[:, places],
        seconds=float((pictures[-1] - pictures[0]) * 1e-9) if len(pictures) else 0.0,
    )


def _grid(recording: Recording, period_s: float) -> np.ndarray:
    """Stamps, ns, a control period apart."""
    if len(recording.command_ns) == 0 or len(recording.body_ns) == 0:
        return np.zeros(0, dtype=np.int64)
    first = max(recording.command_ns[0], recording.body_ns[0])
    last = min(recording.command_ns[-1], recording.body_ns[-1])
    return np.arange(first, last, round(period_s * 1e9), dtype=np.int64)


def _held(recording: Recording, times: np.ndarray, config: Config) -> np.ndarray:
    """The command in force at each time, 0 where it has run out [times, axes]"""
    if len(times) == 0 or len(recording.command_ns) == 0:
        return np.zeros((len(times), len(config.action.axes)))
    latest = np.maximum(np.searchsorted(recording.command_ns, times, side="right") - 1, 0)
    alive = (times - recording.command_ns[latest]) * 1e-9 <= config.action.command_timeout_s
    return np.where(alive[:, None], recording.commands[latest], 0.0)


def _sampled(recording: Recording, times: np.ndarray, config: Config) -> np.ndarray:
    """The nearest measurement of the body, NaN where there is none within the gap that training allows [times, numbers]"""
    numbers = len(body_numbers(config))
    if len(times) == 0 or len(recording.body_ns) == 0:
        return np.full((len(times), numbers), np.nan)
    after = np.clip(np.searchsorted(recording.body_ns, times), 0, len(recording.body_ns) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(recording.body_ns[after] - times) < np.abs(times - recording.body_ns[before]), after, before)
    near = np.abs(recording.body_ns[nearest] - times) * 1e-9 <= config.alignment.max_odometry_gap_s
    return np.where(near[:, None], recording.body[nearest], np.nan)


# Over so long a time a place changes by more than the steps in which encoders count.
SPAN_S = 0.5


def _moved(place: np.ndarray, velocity: np.ndarray, period_s: float, planar: bool) -> tuple[np.ndarray, np.ndarray]:
    """-> change of place a second over half a second, in the body's frame; the mean velocity over the same time"""
    span = max(1, round(SPAN_S / period_s))
    if len(place) <= span:
        return np.zeros((0, place.shape[1])), np.zeros((0, velocity.shape[1]))
    change = place[span:] - place[:-span]
    if planar:
        change[:, 2] = (change[:, 2] + np.pi) % (2 * np.pi) - np.pi
        heading = place[:-span, 2] + change[:, 2] / 2
        x, y = change[:, 0].copy(), change[:, 1].copy()
        change[:, 0], change[:, 1] = x * np.cos(heading) + y * np.sin(heading), y * np.cos(heading) - x * np.sin(heading)
    total = np.cumsum(np.concatenate([np.zeros((1, velocity.shape[1])), np.nan_to_num(velocity)]), axis=0)
    mean = (total[span:-1] - total[: -span - 1]) / span
    # Jumps, and turns too far to be told from their opposite, say nothing.
    known = np.isfinite(change).all(axis=1) & (np.abs(change[:, -1]) < 2.5)
    return change[known] / SPAN_S, mean[known]


def _small(images: np.ndarray) -> np.ndarray:
    """uint8 [pictures, height, width, 3] -> mean brightness of cells, float32 [pictures, cells]"""
    count, height, width, _ = images.shape
    if count == 0:
        return np.zeros((0, 1), dtype=np.float32)
    rows, columns = min(CELLS, height), min(CELLS, width)
    h, w = height // rows, width // columns
    cut = images[:, : h * rows, : w * columns]
    return cut.reshape(count, rows, h, columns, w, 3).mean(axis=(2, 4, 5), dtype=np.float32).reshape(count, -1)
