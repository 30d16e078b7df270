"""What recordings can teach: findings from measured driving, each with a verdict and what to do. Training refuses what teaches nothing, before it begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..config import Config
from .driving import Driving
from .usage import Usage

USELESS, DOUBTFUL = "useless", "doubtful"
# Shorter drives show too little to be judged by; and commands that hardly vary say nothing about what follows them.
LEAST_S = 10.0
VARIES = 0.05
MAX_LAG_S = 1.0
# Correlations: what noise brings about, and what is beyond question.
NONE, CLEAR = 0.3, 0.4


@dataclass(frozen=True)
class Finding:
    code: str
    verdict: str
    what: str
    fix: str

    def text(self) -> str:
        return f"{self.verdict}: {self.what} ({self.code}) — {self.fix}"


@dataclass(frozen=True)
class Follows:
    """How the measured velocity of one axis follows its command."""

    axis: str
    correlation: float  # at `delay_s`; the strongest of either sign
    delay_s: float
    gain: float  # velocity for each unit of command
    spread: float  # of the commands, as a fraction of the axis's half range
    moves: float  # of the velocity, likewise


def follows(drivings: list[Driving], config: Config) -> list[Follows]:
    """Of each axis, over all files together."""
    return [_follows(axis.name, [(d.commands[:, i], d.velocities[:, i]) for d in drivings], config.action.period_s) for i, axis in enumerate(config.action.axes)]


def _follows(axis: str, series: list[tuple[np.ndarray, np.ndarray]], period_s: float) -> Follows:
    pairs = [(u, v) for u, v in series if len(u) > MAX_LAG_S / period_s + 2]
    if not pairs:
        return Follows(axis, 0.0, 0.0, 0.0, 0.0, 0.0)
    all_u, all_v = np.concatenate([u for u, _ in pairs]), np.concatenate([v for _, v in pairs])
    spread, moves = float(all_u.std()), float(np.sqrt(np.nanmean(all_v**2))) if np.isfinite(all_v).any() else 0.0
    best, delay_s, gain = 0.0, 0.0, 0.0
    for lag in range(round(MAX_LAG_S / period_s) + 1):
        u = np.concatenate([u[: len(u) - lag] for u, _ in pairs])
        v = np.concatenate([v[lag:] for _, v in pairs])
        value, slope = correlation(u, v)
        # A longer delay has to explain clearly more.
        if abs(value) > abs(best) + 0.01:
            best, delay_s, gain = value, lag * period_s, slope
    return Follows(axis, best, delay_s, gain, spread, moves)


def correlation(u: np.ndarray, v: np.ndarray) -> tuple[float, float]:
    """-> Pearson's correlation, slope of v over u; both 0 where one of them does not vary"""
    known = np.isfinite(u) & np.isfinite(v)
    u, v = u[known], v[known]
    if len(u) < 20 or u.std() < 1e-9 or v.std() < 1e-9:
        return 0.0, 0.0
    du, dv = u - u.mean(), v - v.mean()
    return float((du * dv).mean() / (u.std() * v.std())), float((du * dv).mean() / u.var())


def findings(drivings: list[Driving], config: Config) -> list[Finding]:
    """Of one bag. Nothing, where there is too little to judge by."""
    if sum(d.seconds for d in drivings) < LEAST_S:
        return []
    return [*_commands(drivings, config), *_odometry(drivings, config), *_pictures(drivings)]


def _commands(drivings: list[Driving], config: Config) -> list[Finding]:
    command, body = config.topics.command, config.topics.joint_states if config.joints else config.topics.odometry
    varied = [axis for axis in follows(drivings, config) if axis.spread > VARIES]
    if not varied:
        return []
    if all(axis.moves < 0.02 for axis in varied):
        what = f"commands on {command} vary, and by {body} the body stands still"
        return [Finding("RH-BAG-STILL", USELESS, what, f"check that the motors are on, that no emergency stop is pressed, and that {command} is the topic that drives")]
    if all(abs(axis.correlation) < NONE for axis in varied):
        said = ", ".join(f"{axis.axis} {axis.correlation:+.2f}" for axis in varied)
        what = f"the body's motion does not follow the commands on {command}: correlation within {MAX_LAG_S:.0f} s {said}"
        return [Finding("RH-BAG-UNRELATED", USELESS, what, f"record the topic that drives the base (what the guard or the mux sends, not what a joystick proposes), and one clock for both")]
    found = []
    for axis in varied:
        if axis.correlation < -CLEAR:
            what = f"{axis.axis} is measured with the opposite sign of its command (correlation {axis.correlation:+.2f})"
            found.append(Finding("RH-BAG-SIGN", USELESS, what, f"push the robot forward and turn it left by hand: {body} has to grow; mend the driver, or the order of the wheels"))
        elif axis.correlation > CLEAR and not 0.1 < axis.gain < 4:
            what = f"{axis.axis} is measured {axis.gain:.3g} times as large as it is commanded"
            found.append(Finding("RH-BAG-SCALE", USELESS, what, "odometry is in m/s and rad/s: check units, wheel radius and gear ratio of the driver; and the ranges of `action.axes`"))
        elif axis.correlation > CLEAR and axis.gain > 1.5:
            what = f"{axis.axis} is measured {axis.gain:.2f} times as large as it is commanded"
            found.append(Finding("RH-BAG-SCALE", DOUBTFUL, what, "compare a metre driven with a metre measured"))
        if axis.correlation > CLEAR and axis.delay_s > 0.4:
            what = f"{axis.axis} follows its command after {axis.delay_s:.2f} s"
            found.append(Finding("RH-BAG-DELAY", DOUBTFUL, what, "check the stamps of commands and odometry; a base that is so slow needs `response.command_delay_s` in its robot file"))
    return found


def _odometry(drivings: list[Driving], config: Config) -> list[Finding]:
    if config.joints:
        body, names = config.topics.joint_states, list(config.joints)
    else:
        body, names = config.topics.odometry, ["the position's forward", "the position's sideways", "the heading's"]
    moved, velocity = np.concatenate([d.moved for d in drivings]), np.concatenate([d.at_velocity for d in drivings])
    found = []
    for i, name in enumerate(names):
        if len(moved) < 100 or np.sqrt((velocity[:, i] ** 2).mean()) < 0.03:
            continue
        value, slope = correlation(velocity[:, i], moved[:, i])
        said = f"{name} change is {slope:+.2f} times what the velocity beside it on {body} says (correlation {value:+.2f})"
        if abs(slope) < 0.1 or value < -CLEAR:
            found.append(Finding("RH-BAG-ODOMETRY", USELESS, said, "the source of odometry is broken, or its velocities are in another frame: twist belongs into child_frame_id, pose into the frame of the header"))
        elif not 0.5 < slope < 2 or value < CLEAR:
            found.append(Finding("RH-BAG-ODOMETRY", DOUBTFUL, said, "compare a metre driven, and a turn, with what odometry says"))
    return found


def _pictures(drivings: list[Driving]) -> list[Finding]:
    found = []
    contrast = np.concatenate([d.contrast for d in drivings])
    if len(contrast) and np.median(contrast) < 1.5:
        what = f"the pictures are of one brightness: half of them vary by less than {np.median(contrast):.1f} of 255 within"
        return [Finding("RH-BAG-DARK", USELESS, what, "take the cap off, switch the light on, or set the exposure")]
    change, speed = np.concatenate([d.change[1:] for d in drivings]), np.concatenate([d.speed[1:] for d in drivings])
    moving = speed > 0.1
    if moving.sum() < 50:
        return found
    same = float((change[moving] == 0).mean())
    if same > 0.9:
        what = f"the picture stays the same while the body moves, in {100 * same:.0f} % of its pictures"
        return [Finding("RH-BAG-FROZEN", USELESS, what, "the camera's driver repeats a picture: restart it, and look at the topic while you record")]
    if same > 0.4:
        what = f"{100 * same:.0f} % of the pictures of a moving body repeat the one before"
        found.append(Finding("RH-BAG-REPEATS", DOUBTFUL, what, "record the camera at its own rate, or fix the driver that fills in"))
    late_s, gained = lateness(drivings)
    if gained > 0.1 and abs(late_s) >= 0.3:
        what = f"the pictures show the motion {abs(late_s):.1f} s {'later' if late_s > 0 else 'earlier'} than odometry"
        found.append(Finding("RH-BAG-LATE", USELESS, what, "stamp pictures when they are taken: look at the camera driver's clock and buffers, and at time synchronisation between machines"))
    elif gained > 0.1 and abs(late_s) >= 0.15:
        what = f"the pictures show the motion about {abs(late_s):.2f} s {'later' if late_s > 0 else 'earlier'} than odometry"
        found.append(Finding("RH-BAG-LATE", DOUBTFUL, what, "stamp pictures when they are taken"))
    return found


def mismatch(where: str, stamps: list[np.ndarray], usage: Usage, config: Config) -> list[Finding]:
    """@param stamps of the pictures of each file, ns @returns what is wrong where hardly a picture has another one model step later"""
    if usage.used == 0 or usage.unpaired < 0.5 * usage.used:
        return []
    period_s = float(np.median(np.concatenate([np.diff(each) for each in stamps if len(each) > 1]))) * 1e-9
    action, tolerance_s = config.action, config.alignment.image_tolerance_s
    what = f"{where}: pictures come every {period_s:.3f} s, so that {usage.unpaired} of {usage.used} have none {action.step_s:.3f} s later, the model's step (within {tolerance_s} s)"
    blocks = sorted(range(1, 41), key=lambda block: abs(block - action.block))
    fits = next((b for b in blocks if abs(b * action.period_s - max(1, round(b * action.period_s / period_s)) * period_s) <= tolerance_s / 2), None)
    advice = f"set action.block={fits} (a step of {fits * action.period_s:.2f} s), or " if fits else ""
    return [Finding("RH-BAG-PERIOD", USELESS, what, f"{advice}record the camera at a rate of which the step is a multiple, such as {1 / action.period_s:.0f} Hz")]


LATEST_S = 2.0


def lateness(drivings: list[Driving]) -> tuple[float, float]:
    """-> by how much the change from picture to picture lags behind the measured speed, seconds; by how much it correlates better there than without a lag"""
    series = [(d.picture_s, d.change, d.speed) for d in drivings if d.seconds > 4 * LATEST_S and np.isfinite(d.speed).sum() > 50]
    if not series:
        return 0.0, 0.0
    period_s = float(np.median(np.concatenate([np.diff(times) for times, _, _ in series])))
    steps = max(1, int(LATEST_S / max(period_s, 1e-3)))
    values = []
    for lag in range(-steps, steps + 1):
        changes, speeds = [], []
        for times, change, speed in series:
            # The change shows the motion between the last two pictures.
            known = np.isfinite(speed)
            at = times - lag * period_s - period_s / 2
            inside = (at >= times[known][0]) & (at <= times[known][-1])
            inside[0] = False
            changes.append(change[inside])
            speeds.append(np.interp(at[inside], times[known], speed[known]))
        values.append(correlation(np.concatenate(speeds), np.concatenate(changes))[0])
    best = int(np.argmax(values))
    return (best - steps) * period_s, values[best] - values[steps]
