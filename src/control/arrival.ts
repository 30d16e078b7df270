import type { Odometry } from "../core/body.js";
import { wrapAngle } from "../math/angle.js";
import { restingWayM } from "../motion/lag.js";

export interface ArrivalTolerance {
  readonly positionM: number;
  readonly yawRad: number;
  /** Deceleration that the body really has. */
  readonly decelerationMps2: number;
  /** Of its first-order lag: told to stop it rolls on for so long, if it does not brake harder. Default 0. */
  readonly timeConstantS?: number;
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
  const speedMps = Math.hypot(twist.vxMps, twist.vyMps);
  const forS = speedMps > 0 ? restingWayM(speedMps, t.decelerationMps2, t.timeConstantS) / speedMps : 0;
  const cos = Math.cos(pose.yawRad);
  const sin = Math.sin(pose.yawRad);
  const restX = pose.xM + forS * (twist.vxMps * cos - twist.vyMps * sin);
  const restY = pose.yM + forS * (twist.vxMps * sin + twist.vyMps * cos);
  if (!(Math.hypot(restX - goal.xM, restY - goal.yM) <= t.positionM)) return false;
  return goal.yawRad === undefined || Math.abs(wrapAngle(pose.yawRad - goal.yawRad)) <= t.yawRad;
}
