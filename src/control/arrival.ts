import type { BodyMeasurement, Odometry } from "../core/body.js";
import type { TimedPlan } from "../core/cycle.js";
import type { Goal } from "../core/goal.js";
import { ODOMETRY } from "../embodiment/odometry.js";
import { wrapAngle } from "../math/angle.js";
import { stoppingDistanceM } from "../motion/lag.js";

export interface ArrivalTolerance {
  readonly positionM: number;
  readonly yawRad: number;
  /** Deceleration that the body really has. */
  readonly decelerationMps2: number;
  /** Time constant of its first-order lag: commanded to stop it rolls on for so long, if it does not brake harder. Default 0. */
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
  const forS = speedMps > 0 ? stoppingDistanceM(speedMps, t.decelerationMps2, t.timeConstantS) / speedMps : 0;
  const cos = Math.cos(pose.yawRad);
  const sin = Math.sin(pose.yawRad);
  const restX = pose.xM + forS * (twist.vxMps * cos - twist.vyMps * sin);
  const restY = pose.yM + forS * (twist.vxMps * sin + twist.vyMps * cos);
  if (!(Math.hypot(restX - goal.xM, restY - goal.yM) <= t.positionM)) return false;
  return goal.yawRad === undefined || Math.abs(wrapAngle(pose.yawRad - goal.yawRad)) <= t.yawRad;
}

/** Whether the robot has arrived at its goal, or, by twice the tolerances, has left it again. */
export function arrivalEvent(
  body: BodyMeasurement | undefined,
  goal: Goal | undefined,
  newest: TimedPlan | undefined,
  hasArrived: boolean,
  { arrival, goalTolerance }: { readonly arrival: ArrivalTolerance; readonly goalTolerance: number },
): "arrive" | "leave" | undefined {
  if (body === undefined || goal === undefined) return undefined;
  const plan = newest?.goalId === goal.id ? newest : undefined;
  // An image goal lies where the model reads it out of the picture; without a plan that is not known yet.
  const place = goal.kind === "pose" ? goal : plan?.goalPosition;
  if (place === undefined) {
    // No place: the remaining cost was found from the picture that the plan was made from.
    return plan !== undefined && !hasArrived && plan.remaining <= goalTolerance ? "arrive" : undefined;
  }
  if (!ODOMETRY.is(body)) return undefined;
  if (!hasArrived) return arrives(body, place, arrival) ? "arrive" : undefined;
  return arrives(body, place, { ...arrival, positionM: 2 * arrival.positionM, yawRad: 2 * arrival.yawRad }) ? undefined : "leave";
}
