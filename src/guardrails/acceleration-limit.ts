import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Tensor } from "../core/tensor.js";
import { clamp } from "../math/angle.js";
import { allKept } from "./all-kept.js";
import { secondsBetween } from "./seconds.js";
import { asTwist } from "./twist.js";

/** A pause between outputs gives no right to a larger step. */
const MAX_STEP_S = 0.1;
/** How many time constants the body may lag behind its command before the command has to wait for it. */
const LAG_CONSTANTS = 2;

/**
 * Speeding up, as projection onto what can be reached: per axis, from the last output within `a·dt`, and from the measured speed within
 * `a·(dt + lag)`, so that the command can't run away from a body that is held back. Slowing down is never resisted: a demand for less
 * passes at once, and the base's own deceleration is what then acts.
 */
export class AccelerationLimit implements Guardrail {
  readonly name = "acceleration";

  constructor(private readonly robot: RobotDescription) {}

  /** The motion model has the same limits: what it predicts keeps them, whatever is commanded. */
  margin(motion: Tensor): Float32Array {
    return allKept(motion);
  }

  check(command: Command, now: BodyState): Ruling | undefined {
    const twist = asTwist(command);
    const last = asTwist(now.lastOutput);
    if (twist === undefined || last === undefined || now.odometry === undefined) return undefined;
    const { limits, response } = this.robot;
    const dt = now.lastOutputNs === undefined ? 0 : clamp(secondsBetween(now.lastOutputNs, now.nowNs), 0, MAX_STEP_S);
    const ageS = Math.max(0, secondsBetween(now.odometry.stampNs, now.nowNs));
    const lagS = LAG_CONSTANTS * response.timeConstantS + response.commandDelayS + ageS;
    const measured = now.odometry.twistInBase;
    const v = reachable(twist.vxMps, last.vxMps, measured.vxMps, limits.accelerationMps2, dt, lagS);
    const w = reachable(twist.yawRateRps, last.yawRateRps, measured.yawRateRps, limits.yawAccelerationRps2, dt, lagS);
    if (v === twist.vxMps && w === twist.yawRateRps) return undefined;
    const violation =
      v !== twist.vxMps
        ? { guardrail: this.name, value: twist.vxMps, limit: v, unit: "m/s" }
        : { guardrail: this.name, value: twist.yawRateRps, limit: w, unit: "rad/s" };
    return { violation, allowed: { ...twist, vxMps: v, yawRateRps: w } };
  }
}

/** The reachable speed nearest to the wanted one; zero is always reachable. */
function reachable(wanted: number, last: number, measured: number, acceleration: number, dt: number, lagS: number): number {
  const high = Math.min(Math.max(last, 0) + acceleration * dt, Math.max(measured, 0) + acceleration * (dt + lagS));
  const low = Math.max(Math.min(last, 0) - acceleration * dt, Math.min(measured, 0) - acceleration * (dt + lagS));
  return clamp(wanted, low, high);
}
