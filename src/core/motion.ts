import type { BodyMeasurement } from "./body.js";
import type { Tensor } from "./tensor.js";

/** Columns of a base's motion tensor: pose in the odometry frame (m, m, rad), twist in the base frame (m/s, m/s, rad/s). */
export const MOTION_COLUMNS = ["x", "y", "yaw", "vx", "vy", "yawRate"] as const;
export const MOTION_SIZE = MOTION_COLUMNS.length;

/** Analytic dynamics of the body, from what is measured of it: what guardrails judge and what delay compensation uses. */
export interface MotionModel<Body extends BodyMeasurement = BodyMeasurement> {
  /**
   * @param commands `[sample, tick, number]`, one a control period: vx, vy, yaw rate in SI, or the velocity of each joint
   * @returns `[sample, tick, column]`: the state at the end of each period, with the body's acceleration limits and lag applied: `MOTION_COLUMNS`, or
   * positions, then velocities, of all joints; may be overwritten by the next rollout
   */
  rollout(from: Body, commands: Tensor, periodS: number): Tensor;
  /** @param row `[column]`, of a rollout */
  bodyOf(row: ArrayLike<number>, stampNs: bigint): Body;
}
