import type { CameraFrame } from "./sensors.js";

/** What the robot is asked to reach. The controller never changes, only the goal does. `id` grows with every accepted goal. */
export type Goal = PoseGoal | ImageGoal;

export interface PoseGoal {
  readonly kind: "pose";
  readonly id: number;
  readonly xM: number;
  readonly yM: number;
  /** Heading to end with; absent: any heading will do. */
  readonly yawRad?: number;
}

export interface ImageGoal {
  readonly kind: "image";
  readonly id: number;
  readonly frame: CameraFrame;
}
