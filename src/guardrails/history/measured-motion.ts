import { valuesOf } from "../../core/command.js";
import type { Axis, Embodiment, Measurement } from "../../core/embodiment.js";
import type { BodyState, GateContext } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { embodimentOf } from "../../embodiment/index.js";
import { secondsBetween } from "../../math/seconds.js";
import { measured } from "../axes.js";

/** Longer than odometry carries any scan on; also covers delays and lags that the response does not model. */
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

/** One for each number of a twist; of joints one for all, which says which joint. */
const VELOCITY_FAULTS = { odometry: ["odometry.vx", "odometry.vy", "odometry.yaw-rate"], joints: "joints.velocity" } as const;

type Measured = NonNullable<ReturnType<typeof measured>>;
type MotionFault = NonNullable<GateContext["motionFault"]>;

/** The measured motion over a window, and the one that the outputs should have led to: what is wrong is known by comparison. */
export class MeasuredMotion {
  private readonly axes: readonly Axis[];
  private readonly measurement: Measurement;
  private readonly velocityAfter: ReturnType<Embodiment["velocityAfter"]>;
  private recent: Measured[] = [];
  private expected: { readonly atNs: bigint; readonly velocity: readonly number[] }[] = [];
  private wrong: { readonly fault: MotionFault; readonly untilNs: bigint } | undefined;

  constructor(private readonly robot: RobotDescription) {
    const embodiment = embodimentOf(robot);
    this.axes = embodiment.axes(robot);
    this.measurement = embodiment.measurement;
    this.velocityAfter = embodiment.velocityAfter(robot);
  }

  /** @returns what is wrong now, or was within the last half second */
  advance(state: BodyState): MotionFault | undefined {
    const body = measured(this.robot, state);
    if (body === undefined) return undefined;
    const newest = this.expected.at(-1);
    if (newest === undefined || state.nowNs < newest.atNs) {
      [this.recent, this.expected, this.wrong] = [[body], [{ atNs: state.nowNs, velocity: body.velocity }], undefined];
    } else if (state.nowNs > newest.atNs) this.follow(body, state);
    return this.wrong !== undefined && state.nowNs < this.wrong.untilNs ? this.wrong.fault : undefined;
  }

  private follow(body: Measured, { lastOutput, nowNs }: BodyState): void {
    const { recent, expected } = this;
    const { atNs, velocity } = expected.at(-1)!;
    expected.push({ atNs: nowNs, velocity: this.velocityAfter(velocity, valuesOf(lastOutput), Math.min(1, secondsBetween(atNs, nowNs))) });
    while (expected.length > 2 && nowNs - expected[1]!.atNs > WINDOW_NS) expected.shift();
    if (body.stampNs > recent.at(-1)!.stampNs) {
      recent.push(body);
      while (recent.length > 2 && body.stampNs - recent[1]!.stampNs > WINDOW_NS) recent.shift();
    }
    const fault = this.positionFault() ?? this.velocityFault(body);
    if (fault === undefined) return;
    this.wrong = { fault, untilNs: nowNs + HOLD_NS };
    // The next comparison starts from the present values: one jump is one fault.
    this.recent = [body];
  }

  /** How far the position departed from the integral of its own velocity, since the oldest sample of the window. */
  private positionFault(): MotionFault | undefined {
    const { recent, axes, measurement } = this;
    let position = recent[0]!.position;
    for (let k = 1; k < recent.length; k++) {
      const [a, b] = [recent[k - 1]!, recent[k]!];
      const path = axes.map((_, i) => ((a.velocity[i]! + b.velocity[i]!) / 2) * secondsBetween(a.stampNs, b.stampNs));
      position = measurement.displaced(position, path);
    }
    const { distanceM, angleRad } = measurement.distance(position, recent.at(-1)!.position);
    if (distanceM > POSITION_TOLERANCE_M) return { id: "odometry.position", value: distanceM, limit: POSITION_TOLERANCE_M, unit: "m" };
    if (!(angleRad > ANGLE_TOLERANCE_RAD)) return undefined;
    return { id: `${measurement.name}.angle`, value: angleRad, limit: ANGLE_TOLERANCE_RAD, unit: "rad" };
  }

  private velocityFault({ velocity }: Measured): MotionFault | undefined {
    for (const [i, { name, unit, maxPerS }] of this.axes.entries()) {
      const off = outside(
        velocity[i]!,
        this.expected.map((e) => e.velocity[i]!),
      );
      const limit = unit === "m/s" ? SPEED_TOLERANCE_MPS : RATE_TOLERANCE * maxPerS;
      if (!(off > limit)) continue;
      const id = VELOCITY_FAULTS[this.measurement.name];
      return typeof id === "string" ? { id, value: off, limit, unit, axis: name } : { id: id[i]!, value: off, limit, unit };
    }
    return undefined;
  }
}

/** How far a value lies outside the range of the expected ones, widened by their tolerated part. */
function outside(value: number, expected: readonly number[]): number {
  const high = Math.max(...expected);
  const low = Math.min(...expected);
  return Math.max(value - high - VELOCITY_TOLERANCE * Math.abs(high), low - VELOCITY_TOLERANCE * Math.abs(low) - value, 0);
}
