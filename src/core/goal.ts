import type { CameraFrame } from "./sensors.js";

/** What the robot is to reach. The controller never changes, only the goal does. `id` grows with every accepted goal. */
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
  /** Whether to end with the heading that the picture shows, too; absent: any heading will do. */
  readonly withHeading?: boolean;
}

/** A goal as it was requested: nothing is checked yet. */
export type GoalRequest = PoseGoalRequest | ImageGoalRequest;

export interface PoseGoalRequest {
  readonly kind: "pose";
  /** 0: "now". */
  readonly stampNs: bigint;
  readonly frameId: string;
  readonly position: { readonly x: number; readonly y: number; readonly z: number };
  /** Unit quaternion; all zeros: any heading will do. */
  readonly orientation: { readonly x: number; readonly y: number; readonly z: number; readonly w: number };
}

export interface ImageGoalRequest {
  readonly kind: "image";
  /** 0: "now". */
  readonly stampNs: bigint;
  readonly frame: CameraFrame;
}
