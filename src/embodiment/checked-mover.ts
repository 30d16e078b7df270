import type { Pose2, Twist2 } from "../core/body.js";
import type { Axis, Mover } from "../core/embodiment.js";
import { RehearseError } from "../core/error.js";
import type { RobotDescription } from "../core/robot-description.js";
import { velocityAfter } from "../motion/lag.js";
import { twistAxes } from "./base.js";

/** Longest step of the integration, each of which is checked: over so short a time, the mean of two velocities says where a body comes to. */
const CHECK_S = 0.025;
/** Of a change of speed: a coarser integration than ours. */
const SHARE = 0.02;
const ROUNDING = 1e-6;
/** Slower than this, a curvature cannot be told from a twist. */
const CURVES_MPS = 0.02;

/** Velocities `[vx, vy, yawRate]`, m/s and rad/s. */
type VelocityAfter = (velocity: readonly number[], command: readonly number[], durationS: number) => readonly number[];

/**
 * Moves a body at the velocities that a module of somebody else says, and believes it only what makes a guard more careful: no axis gets faster than it is
 * or is commanded; none answers a command later, nor brakes harder, than the robot file's limits and lag make possible; and the yaw rate changes no faster
 * than by the file's yaw acceleration, or with the speed along the same curve. Otherwise RH-EMBODIMENT-CONTRACT.
 */
export class CheckedMover implements Mover {
  xM = 0;
  yM = 0;
  yawRad = 0;
  vxMps = 0;
  vyMps = 0;
  yawRateRps = 0;
  private readonly steps: number;
  private readonly stepS: number;
  private readonly axes: readonly [vx: Axis, vy: Axis, yawRate: Axis];

  /** @param source names the module in errors */
  constructor(
    private readonly source: string,
    private readonly robot: RobotDescription,
    private readonly velocityAfter: VelocityAfter,
    durationS: number,
    maxStepS = CHECK_S,
  ) {
    this.steps = Math.max(1, Math.ceil(durationS / Math.min(maxStepS, CHECK_S) - ROUNDING));
    this.stepS = durationS / this.steps;
    this.axes = twistAxes(robot);
  }

  place(pose: Pose2, twist: Twist2): void {
    this.xM = pose.xM;
    this.yM = pose.yM;
    this.yawRad = pose.yawRad;
    this.vxMps = twist.vxMps;
    this.vyMps = this.axes[1].maxPerS > 0 ? twist.vyMps : 0;
    this.yawRateRps = twist.yawRateRps;
  }

  advance(vxMps: number, yawRateRps: number, vyMps = 0): void {
    for (let i = 0; i < this.steps; i++) this.step(vxMps, yawRateRps, this.axes[1].maxPerS > 0 ? vyMps : 0);
  }

  private step(vxCommand: number, yawRateCommand: number, vyCommand: number): void {
    const { axes, stepS } = this;
    const said = this.velocityAfter([this.vxMps, this.vyMps, this.yawRateRps], [vxCommand, vyCommand, yawRateCommand], stepS);
    // Each is read once: what a getter says the second time is nobody's business.
    const [vxMps, vyMps, yawRateRps] = [said[0]!, said[1]!, said[2]!];
    // Of a body whose own state is no number nothing can be expected.
    if (Number.isFinite(this.vxMps + this.vyMps + this.yawRateRps + vxCommand + yawRateCommand + vyCommand)) {
      this.checkNumber("forward speed", vxMps);
      this.checkNumber("sideways speed", vyMps);
      this.checkNumber("yaw rate", yawRateRps);
      this.checkSpeed("forward speed", axes[0], this.vxMps, vxCommand, vxMps);
      this.checkSpeed("sideways speed", axes[1], this.vyMps, vyCommand, vyMps);
      this.checkTurn(yawRateRps, vxMps);
    }
    const turnRad = ((this.yawRateRps + yawRateRps) / 2) * stepS;
    const heading = this.yawRad + turnRad / 2;
    const aheadM = ((this.vxMps + vxMps) / 2) * stepS;
    const asideM = ((this.vyMps + vyMps) / 2) * stepS;
    const cos = Math.cos(heading);
    const sin = Math.sin(heading);
    this.xM += aheadM * cos - asideM * sin;
    this.yM += aheadM * sin + asideM * cos;
    this.yawRad += turnRad;
    this.vxMps = vxMps;
    this.vyMps = vyMps;
    this.yawRateRps = yawRateRps;
  }

  private checkNumber(what: string, value: unknown): void {
    if (!Number.isFinite(value)) throw this.fault(`${what} is ${String(value)}, which is no number`, Number.NaN, 0, "1");
  }

  private checkSpeed(what: string, { accelerationPerS2, decelerationPerS2 }: Axis, before: number, command: number, after: number): void {
    const [low, high] = [Math.min(before, command) - ROUNDING, Math.max(before, command) + ROUNDING];
    if (after < low || after > high)
      throw this.fault(`${what} leaves the range from what it was to what is commanded`, after, after < low ? low : high, "m/s");
    const { timeConstantS } = this.robot.response;
    const expected = velocityAfter(before, command, this.stepS, { timeConstantS, accelerationPerS2, decelerationPerS2 });
    const spare = SHARE * Math.abs(expected - before) + ROUNDING;
    const slows = before !== 0 && before * (command - before) < 0;
    if (slows && (after - expected) * Math.sign(before) < -spare)
      throw this.fault(`${what} falls faster than the robot file's deceleration and time constant allow`, after, expected, "m/s");
    if (!slows && (after - expected) * Math.sign(command - before) < -spare)
      throw this.fault(`${what} rises more slowly than the robot file's acceleration and time constant make it`, after, expected, "m/s");
  }

  private checkTurn(after: number, vxAfter: number): void {
    const before = this.yawRateRps;
    const most = Math.max(this.axes[2].maxPerS, Math.abs(before)) + ROUNDING;
    if (Math.abs(after) > most) throw this.fault("the yaw rate is beyond its limit", after, most, "rad/s");
    const alongCurve = Math.abs(this.vxMps) > CURVES_MPS ? Math.abs((before / this.vxMps) * (vxAfter - this.vxMps)) : 0;
    const change = (this.axes[2].accelerationPerS2 * this.stepS + alongCurve) * (1 + SHARE) + ROUNDING;
    if (Math.abs(after - before) > change)
      throw this.fault(
        "the yaw rate changes faster than the robot file's yaw acceleration allows",
        Math.abs(after - before),
        change,
        "rad/s",
      );
  }

  private fault(what: string, found: number, limit: number, unit: string): RehearseError {
    return contractError(this.source, what, found, limit, unit);
  }
}

export function contractError(path: string, what: string, found: number, limit: number, unit: string): RehearseError {
  const numbers = Number.isNaN(found) ? "" : `: ${found} ${unit}, expected about ${limit} ${unit}`;
  return new RehearseError(
    "RH-EMBODIMENT-CONTRACT",
    `the body ${path}: ${what}${numbers}`,
    "a body may only make a guard more careful: compute speeds by rehearse.speedAfter, and set the robot file's limits to what the body does",
    { details: { path, what, found, limit, unit } },
  );
}
