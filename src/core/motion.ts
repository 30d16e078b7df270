import type { Odometry } from "./body.js";
import type { Tensor } from "./tensor.js";

/** Columns of a motion tensor: pose in the odometry frame (m, m, rad), twist in the base frame (m/s, m/s, rad/s). */
export const MOTION_COLUMNS = ["x", "y", "yaw", "vx", "vy", "yawRate"] as const;
export const MOTION_SIZE = MOTION_COLUMNS.length;

/** Analytic dynamics of the body, from odometry: what guardrails judge and what delay compensation uses. */
export interface MotionModel {
  /**
   * @param twists `[sample, tick, 3]`: commanded vx, vy, yaw rate in SI, one a control period
   * @returns `[sample, tick, MOTION_SIZE]`: the state at the end of each period, with the body's acceleration limits and lag applied; may be
   * overwritten by the next rollout
   */
  rollout(from: Odometry, twists: Tensor, periodS: number): Tensor;
}
