import type { BodyMeasurement } from "./body.js";
import type { TimedPlan } from "./cycle.js";
import type { Goal } from "./goal.js";
import type { CameraFrame, ObstaclePoints } from "./sensors.js";

/** All that one plan is made from: plain data, so that it can cross threads. */
export interface PlanRequest {
  readonly goal: Goal;
  readonly frame: CameraFrame;
  /** The body when the frame was taken. */
  readonly body: BodyMeasurement;
  readonly obstacles: ObstaclePoints | undefined;
  /** When the command whose effect begins at the frame's time was sent: the plan's first action is for that time. */
  readonly startNs: bigint;
  /** `[tick, action]`: what the body will do from the frame's time on, whatever the new plan is. */
  readonly committed: Float32Array;
  /** `[block * action]`: what was done in the model step before the frame; surprise compares with it. */
  readonly recent: Float32Array;
  readonly previous: Pick<TimedPlan, "actions" | "startNs" | "stepNs"> | undefined;
  /** For how long the robot has come no nearer to its goal. */
  readonly stalledNs: bigint;
  readonly sequence: number;
}
