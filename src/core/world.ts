import type { Odometry, Pose2 } from "./body.js";
import type { Command } from "./command.js";
import type { Random } from "./random.js";
import type { CameraFrame, LaserScan } from "./sensors.js";

/** An embedded simulated world in its own time: nothing moves but by `advance`. Deterministic by seed. */
export interface World {
  readonly stampNs: bigint;
  /** Touches counted by the world itself: one for each time that contact begins. */
  readonly collisions: number;
  /** Takes effect after the world's own delay (at once, unless it was made otherwise), and for 0.5 s; then the world stops the robot, as drive controllers do. */
  command(command: Command): void;
  advance(durationNs: bigint): void;
  /** The overhead picture, `sizePx` square; default: the size of the world's camera. */
  frame(sizePx?: number): CameraFrame;
  odometry(): Odometry;
  scan(): LaserScan;
}

/** A world in which a body goes from place to place. */
export interface NavigationWorld extends World {
  readonly odomFromBase: Pose2;
  /** Puts the robot at rest at a pose, exactly. Throws when it would touch something there. */
  place(pose: Pose2): void;
  /** A pose at which the robot touches nothing, with `clearanceM` to spare. */
  samplePose(random: Random, clearanceM: number): Pose2;
  isFree(xM: number, yM: number, clearanceM: number): boolean;
  /** Length of the shortest path for the robot's footprint; +Infinity: none. */
  shortestPathM(from: Pick<Pose2, "xM" | "yM">, to: Pick<Pose2, "xM" | "yM">): number;
  /** The world as the camera would see it with the robot at `pose`: for goal pictures. */
  frameAt(pose: Pose2, sizePx?: number): CameraFrame;
}
