import type { Odometry } from "../core/body.js";
import { wrapAngle } from "../math/angle.js";

export interface ArrivalTolerance {
  readonly positionM: number;
  readonly yawRad: number;
  /** Deceleration that the body really has. */
  readonly decelerationMps2: number;
}

/**
 * Whether braking now would end at the goal: judged at the point where the body comes to rest, since a check of the present
 * position lets a fast body roll out of the tolerance again.
 */
export function arrives(
  odometry: Odometry,
  goal: { readonly xM: number; readonly yM: number; readonly yawRad?: number },
  t: ArrivalTolerance,
): boolean {
  const { odomFromBase: pose, twistInBase: twist } = odometry;
  const wayM = (twist.vxMps * Math.abs(twist.vxMps)) / (2 * t.decelerationMps2);
  const restX = pose.xM + wayM * Math.cos(pose.yawRad);
  const restY = pose.yM + wayM * Math.sin(pose.yawRad);
  if (!(Math.hypot(restX - goal.xM, restY - goal.yM) <= t.positionM)) return false;
  return goal.yawRad === undefined || Math.abs(wrapAngle(pose.yawRad - goal.yawRad)) <= t.yawRad;
}
