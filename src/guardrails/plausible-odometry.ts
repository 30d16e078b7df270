import type { Odometry, Twist2 } from "../core/body.js";
import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling, Violation } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Tensor } from "../core/tensor.js";
import { wrapAngle } from "../math/angle.js";
import { type DriveState, driveStep } from "../motion/differential-drive.js";
import { allKept } from "./all-kept.js";
import { secondsBetween } from "./seconds.js";
import { responseOf } from "./stopping-path.js";
import { asTwist } from "./twist.js";

/** Longer than any scan is carried on by odometry; also covers delays and lags that the response does not tell. */
const WINDOW_NS = 300_000_000n;
/** How long one implausible message keeps the robot stopped: until a scan taken after it is in use. */
const HOLD_NS = 500_000_000n;
/** Pose against the integral of the twist, over the window. */
const POSE_TOLERANCE_M = 0.05;
const YAW_TOLERANCE_RAD = 0.15;
/** Twist against what the outputs should have led to at any time of the window: this much, and this part of it. */
const SPEED_TOLERANCE_MPS = 0.15;
const YAW_RATE_TOLERANCE_RPS = 0.6;
const TWIST_TOLERANCE = 0.3;

const AT_REST: DriveState = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };

/**
 * Odometry that is fresh but wrong: a pose that jumps or drifts against its own twist, a twist that is frozen or does not answer to the
 * commands. Scan points are carried on by odometry and braking distances start from it, so a wrong one must stop the robot.
 */
export class PlausibleOdometry implements Guardrail {
  readonly name = "odometry";
  private recent: Odometry[] = [];
  private expected: { readonly atNs: bigint; readonly twist: Twist2 }[] = [];
  private wrong: { readonly violation: Violation; readonly untilNs: bigint } | undefined;

  constructor(private readonly robot: RobotDescription) {}

  /** Planning can't make odometry better. */
  margin(motion: Tensor): Float32Array {
    return allKept(motion);
  }

  check(_command: Command, now: BodyState): Ruling | undefined {
    const { odometry, nowNs } = now;
    if (odometry === undefined) return undefined;
    const newest = this.expected.at(-1);
    if (newest === undefined || nowNs < newest.atNs) this.begin(odometry, nowNs);
    else if (nowNs > newest.atNs) this.update(odometry, now);
    if (this.wrong === undefined || nowNs >= this.wrong.untilNs) return undefined;
    return { violation: this.wrong.violation };
  }

  private begin(odometry: Odometry, nowNs: bigint): void {
    this.recent = [odometry];
    this.expected = [{ atNs: nowNs, twist: odometry.twistInBase }];
    this.wrong = undefined;
  }

  private update(odometry: Odometry, now: BodyState): void {
    const { atNs, twist } = this.expected.at(-1)!;
    const told = asTwist(now.lastOutput);
    if (told === undefined) return;
    const next = driveStep({ ...AT_REST, twist }, told, Math.min(1, secondsBetween(atNs, now.nowNs)), responseOf(this.robot));
    this.expected.push({ atNs: now.nowNs, twist: next.twist });
    while (this.expected.length > 2 && now.nowNs - this.expected[1]!.atNs > WINDOW_NS) this.expected.shift();
    if (odometry.stampNs > this.recent.at(-1)!.stampNs) {
      this.recent.push(odometry);
      while (this.recent.length > 2 && odometry.stampNs - this.recent[1]!.stampNs > WINDOW_NS) this.recent.shift();
    }
    const violation = this.poseFault() ?? this.twistFault(odometry.twistInBase);
    if (violation !== undefined) {
      this.wrong = { violation, untilNs: now.nowNs + HOLD_NS };
      // The next comparison starts from what is said now: one jump is one fault.
      this.recent = [odometry];
    }
  }

  /** How far the pose went otherwise than its own twist says, since the oldest sample of the window. */
  private poseFault(): Violation | undefined {
    let { xM, yM, yawRad } = this.recent[0]!.odomFromBase;
    for (let i = 1; i < this.recent.length; i++) {
      const [a, b] = [this.recent[i - 1]!, this.recent[i]!];
      const dt = secondsBetween(a.stampNs, b.stampNs);
      const turn = ((a.twistInBase.yawRateRps + b.twistInBase.yawRateRps) / 2) * dt;
      const way = ((a.twistInBase.vxMps + b.twistInBase.vxMps) / 2) * dt;
      xM += way * Math.cos(yawRad + turn / 2);
      yM += way * Math.sin(yawRad + turn / 2);
      yawRad += turn;
    }
    const { odomFromBase: pose } = this.recent.at(-1)!;
    const offM = Math.hypot(pose.xM - xM, pose.yM - yM);
    if (offM > POSE_TOLERANCE_M) return { guardrail: "odometry.position", value: offM, limit: POSE_TOLERANCE_M, unit: "m" };
    const offRad = Math.abs(wrapAngle(pose.yawRad - yawRad));
    if (offRad > YAW_TOLERANCE_RAD) return { guardrail: "odometry.yaw", value: offRad, limit: YAW_TOLERANCE_RAD, unit: "rad" };
    return undefined;
  }

  private twistFault({ vxMps, yawRateRps }: Twist2): Violation | undefined {
    const offMps = outside(
      vxMps,
      this.expected.map((e) => e.twist.vxMps),
    );
    if (offMps > SPEED_TOLERANCE_MPS) return { guardrail: "odometry.speed", value: offMps, limit: SPEED_TOLERANCE_MPS, unit: "m/s" };
    const offRps = outside(
      yawRateRps,
      this.expected.map((e) => e.twist.yawRateRps),
    );
    if (offRps > YAW_RATE_TOLERANCE_RPS) {
      return { guardrail: "odometry.yaw-rate", value: offRps, limit: YAW_RATE_TOLERANCE_RPS, unit: "rad/s" };
    }
    return undefined;
  }
}

/** How far a value lies outside the range of the expected ones, widened by their tolerated part. */
function outside(value: number, expected: readonly number[]): number {
  const high = Math.max(...expected);
  const low = Math.min(...expected);
  return Math.max(value - high - TWIST_TOLERANCE * Math.abs(high), low - TWIST_TOLERANCE * Math.abs(low) - value, 0);
}
