import { STOP_TWIST, type TwistCommand } from "../core/command.js";
import type { RobotDescription } from "../core/robot-description.js";
import { clamp } from "../math/angle.js";
import { scaled } from "./twist.js";

/** Bounds on the time since the last output: a clock that stands still must not freeze the ramp, a pause gives no right to a jump. */
const MIN_STEP_S = 0.01;
const MAX_STEP_S = 0.1;

/** The next command of a braking stop: `last` scaled down along its arc, so that neither axis falls faster than the emergency limit. */
export function braked(last: TwistCommand, stepS: number, { limits }: Pick<RobotDescription, "limits">): TwistCommand {
  const toRestS = Math.max(
    Math.hypot(last.vxMps, last.vyMps) / limits.emergencyDecelerationMps2,
    Math.abs(last.yawRateRps) / limits.emergencyYawDecelerationRps2,
  );
  const remaining = toRestS > 0 ? 1 - clamp(stepS, MIN_STEP_S, MAX_STEP_S) / toRestS : 0;
  return remaining > 1e-9 ? scaled(last, remaining) : STOP_TWIST;
}
