import type { Observable } from "rxjs";
import type { Odometry } from "./body.js";
import type { Command } from "./command.js";
import type { CameraFrame, LaserScan } from "./sensors.js";

/** The outside world. Implemented by ROS, by the embedded worlds, and by the replay of a bag. */
export interface Robot {
  readonly frames: Observable<CameraFrame>;
  readonly odometry: Observable<Odometry>;
  readonly scans: Observable<LaserScan>;
  command(command: Command): void;
}
