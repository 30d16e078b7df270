import { valuesOf } from "../../core/command.js";
import type { BodyState, Ruling } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { wrapAngle } from "../../math/angle.js";
import { secondsBetween } from "../../math/seconds.js";
import { velocityAfter } from "../../motion/lag.js";
import { axesOf, measured } from "../axes.js";
import { rule, stop } from "../rule.js";

/** Longer than any scan is carried on by odometry; also covers delays and lags that the response does not tell. */
const WINDOW_NS = 300_000_000n;
/** How long one implausible message keeps the robot stopped: until a scan taken after it is in use. */
const HOLD_NS = 500_000_000n;
/** Position against the integral of the velocity, over the window. */
const POSITION_TOLERANCE_M = 0.05;
const ANGLE_TOLERANCE_RAD = 0.15;
/** Velocity against what the outputs should have led to at any time of the window: this much, or this part of the limit, and this part of it. */
const SPEED_TOLERANCE_MPS = 0.15;
const RATE_TOLERANCE = 0.3;
const VELOCITY_TOLERANCE = 0.3;

type Measured = NonNullable<ReturnType<typeof measured>>;

/**
 * A measured motion that is fresh but wrong: a position that jumps or drifts against its own velocity, a velocity that is frozen or does not
 * answer to the commands. Scan points are carried on by odometry and braking starts from it, so a wrong one must stop the robot.
 */
export function plausibleMotion(robot: RobotDescription) {
  const axes = axesOf(robot);
  const { timeConstantS } = robot.response;
  const part = robot.drive === "joints" ? "joints" : "odometry";
  let recent: Measured[] = [];
  let expected: { readonly atNs: bigint; readonly velocity: readonly number[] }[] = [];
  let wrong: { readonly ruling: Ruling; readonly untilNs: bigint } | undefined;

  const moved = ([x = 0, y = 0, yaw = 0]: readonly number[], [dx = 0, dy = 0, turn = 0]: readonly number[]) => {
    const [cos, sin] = [Math.cos(yaw + turn / 2), Math.sin(yaw + turn / 2)];
    return [x + dx * cos - dy * sin, y + dx * sin + dy * cos, yaw + turn];
  };

  /** How far the position went otherwise than its own velocity says, since the oldest sample of the window. */
  function positionFault(): Ruling | undefined {
    let position = recent[0]!.position;
    for (let k = 1; k < recent.length; k++) {
      const [a, b] = [recent[k - 1]!, recent[k]!];
      const way = axes.map((_, i) => ((a.velocity[i]! + b.velocity[i]!) / 2) * secondsBetween(a.stampNs, b.stampNs));
      position = part === "joints" ? position.map((q, i) => q + way[i]!) : moved(position, way);
    }
    const off = recent.at(-1)!.position.map((value, i) => value - position[i]!);
    const [angles, offM] = part === "joints" ? [off, 0] : [[wrapAngle(off[2]!)], Math.hypot(off[0]!, off[1]!)];
    if (offM > POSITION_TOLERANCE_M) return stop("odometry.position", offM, POSITION_TOLERANCE_M, "m");
    const offRad = Math.max(...angles.map(Math.abs));
    return offRad > ANGLE_TOLERANCE_RAD ? stop(`${part}.angle`, offRad, ANGLE_TOLERANCE_RAD, "rad") : undefined;
  }

  function velocityFault({ velocity }: Measured): Ruling | undefined {
    for (const [i, { name, unit, maxPerS }] of axes.entries()) {
      const off = outside(
        velocity[i]!,
        expected.map((e) => e.velocity[i]!),
      );
      const limit = unit === "m/s" ? SPEED_TOLERANCE_MPS : RATE_TOLERANCE * maxPerS;
      if (off > limit) return stop(`${part}.${name}`, off, limit, unit);
    }
    return undefined;
  }

  function update(body: Measured, now: BodyState): void {
    const { atNs, velocity } = expected.at(-1)!;
    const told = valuesOf(now.lastOutput);
    const forS = Math.min(1, secondsBetween(atNs, now.nowNs));
    expected.push({ atNs: now.nowNs, velocity: velocity.map((v, i) => velocityAfter(v, told[i]!, forS, { timeConstantS, ...axes[i]! })) });
    while (expected.length > 2 && now.nowNs - expected[1]!.atNs > WINDOW_NS) expected.shift();
    if (body.stampNs > recent.at(-1)!.stampNs) {
      recent.push(body);
      while (recent.length > 2 && body.stampNs - recent[1]!.stampNs > WINDOW_NS) recent.shift();
    }
    const ruling = positionFault() ?? velocityFault(body);
    if (ruling === undefined) return;
    wrong = { ruling, untilNs: now.nowNs + HOLD_NS };
    // The next comparison starts from what is said now: one jump is one fault.
    recent = [body];
  }

  return rule("plausible-motion", (_command, now) => {
    const body = measured(robot, now);
    if (body === undefined) return undefined;
    const newest = expected.at(-1);
    if (newest === undefined || now.nowNs < newest.atNs) {
      [recent, expected, wrong] = [[body], [{ atNs: now.nowNs, velocity: body.velocity }], undefined];
    } else if (now.nowNs > newest.atNs) update(body, now);
    return wrong !== undefined && now.nowNs < wrong.untilNs ? wrong.ruling : undefined;
  });
}

/** How far a value lies outside the range of the expected ones, widened by their tolerated part. */
function outside(value: number, expected: readonly number[]): number {
  const high = Math.max(...expected);
  const low = Math.min(...expected);
  return Math.max(value - high - VELOCITY_TOLERANCE * Math.abs(high), low - VELOCITY_TOLERANCE * Math.abs(low) - value, 0);
}
