import type { Observable } from "rxjs";
import type { JointState, Odometry } from "./body.js";
import type { Command } from "./command.js";
import type { CameraFrame, LaserScan } from "./sensors.js";

/** The outside world. Implemented by ROS, by the embedded worlds, and by the replay of a bag. */
export interface Robot {
  readonly frames: Observable<CameraFrame>;
  readonly odometry: Observable<Odometry>;
  /** For an arm, in place of odometry. */
  readonly joints?: Observable<JointState>;
  readonly scans: Observable<LaserScan>;
  command(command: Command): void;
}
