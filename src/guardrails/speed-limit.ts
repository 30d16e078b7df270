import type { Command, TwistCommand } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import { MOTION_SIZE } from "../core/motion.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Tensor } from "../core/tensor.js";
import { clamp } from "../math/angle.js";
import { values } from "../math/tensor.js";
import { asTwist, scaled } from "./twist.js";

/** The motion is in single precision: the limit itself must not look like more than the limit, or planning would shun full speed. */
const ROUNDING = 2e-7;
/** Measured faster than the limit by this factor and this much: the base does not do as it is told, and nothing computed for it holds. */
const OVERSPEED_FACTOR = 1.5;
const OVERSPEED_MPS = 0.1;
const OVERSPEED_RPS = 0.5;

/** Forward, reverse and yaw speed. v and ω shrink together, so that the robot goes the same way, slower; a sideways part is dropped. */
export class SpeedLimit implements Guardrail {
  readonly name = "speed";

  constructor(private readonly robot: RobotDescription) {}

  /** @returns the worst overspeed on the way, as a fraction of the limit */
  margin(motion: Tensor): Float32Array {
    const { forwardMps, reverseMps, yawRateRps } = this.robot.limits;
    const [samples, ticks] = motion.shape as [number, number, number];
    const data = values(motion);
    const worst = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let share = 0;
      for (let t = 0; t < ticks; t++) {
        const row = (n * ticks + t) * MOTION_SIZE;
        share = Math.max(share, data[row + 3]! / forwardMps, -data[row + 3]! / reverseMps, Math.abs(data[row + 5]!) / yawRateRps);
      }
      worst[n] = share - 1 - ROUNDING;
    }
    return worst;
  }

  check(command: Command, now: BodyState): Ruling | undefined {
    const twist = asTwist(command);
    if (twist === undefined) return undefined;
    const { forwardMps, reverseMps, yawRateRps } = this.robot.limits;
    const measured = now.odometry?.twistInBase;
    if (measured !== undefined) {
      const speedMps = Math.hypot(measured.vxMps, measured.vyMps);
      const mostMps = OVERSPEED_FACTOR * (measured.vxMps < 0 ? reverseMps : forwardMps) + OVERSPEED_MPS;
      if (speedMps > mostMps) return overspeed(speedMps, mostMps, "m/s");
      const mostRps = OVERSPEED_FACTOR * yawRateRps + OVERSPEED_RPS;
      if (Math.abs(measured.yawRateRps) > mostRps) return overspeed(measured.yawRateRps, mostRps, "rad/s");
    }
    if (twist.vyMps !== 0) {
      return this.ruling(twist.vyMps, 0, "m/s", { ...twist, vyMps: 0 });
    }
    const limitMps = twist.vxMps < 0 ? reverseMps : forwardMps;
    const speedShare = Math.abs(twist.vxMps) / limitMps;
    const yawShare = Math.abs(twist.yawRateRps) / yawRateRps;
    const share = Math.max(speedShare, yawShare);
    if (share <= 1) return undefined;
    const slow = scaled(twist, 1 / share);
    // Clamped as well: rounding must not leave the last bit above the limit, or the second look would limit again.
    const allowed = {
      ...slow,
      vxMps: clamp(slow.vxMps, -reverseMps, forwardMps),
      yawRateRps: clamp(slow.yawRateRps, -yawRateRps, yawRateRps),
    };
    return speedShare >= yawShare
      ? this.ruling(twist.vxMps, Math.sign(twist.vxMps) * limitMps, "m/s", allowed)
      : this.ruling(twist.yawRateRps, Math.sign(twist.yawRateRps) * yawRateRps, "rad/s", allowed);
  }

  private ruling(value: number, limit: number, unit: string, allowed: TwistCommand): Ruling {
    return { violation: { guardrail: this.name, value, limit, unit }, allowed };
  }
}

function overspeed(value: number, limit: number, unit: string): Ruling {
  return { violation: { guardrail: "speed.measured", value, limit, unit } };
}
