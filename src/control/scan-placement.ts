import type { Odometry, Pose2 } from "../core/body.js";
import type { BodyState } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan, Surroundings } from "../core/sensors.js";
import { BodyBuffer } from "./body-buffer.js";
import { surroundingsOf } from "./surroundings.js";

/** The newest scan as points, from where the body was when it was taken. */
export class ScanPlacement {
  private readonly odometry = new BodyBuffer<Odometry>();
  private newestNowNs = 0n;
  private scan: LaserScan | undefined;
  private surroundings: Surroundings | undefined;
  private before: Surroundings | undefined;
  /** Where the body was when the scan was taken. */
  private from: Pose2 | undefined;

  constructor(private readonly robot: RobotDescription) {}

  advance({ odometry, scan, nowNs }: BodyState): Surroundings | undefined {
    // Time set back: what was seen "later" belongs to another time.
    if (nowNs < this.newestNowNs) {
      this.odometry.clear();
      this.scan = this.surroundings = this.before = undefined;
    }
    this.newestNowNs = nowNs;
    if (odometry === undefined || scan === undefined || this.robot.scanner === undefined) return undefined;
    this.odometry.push(odometry);
    // What moves is known by comparison with the scan before, not with this one as it was placed a moment ago.
    if (scan !== this.scan) this.before = this.surroundings ?? this.before;
    const from = this.odometry.at(scan.stampNs)?.odomFromBase;
    // Between two scans the points stay what they are, unless it becomes known better where they were seen from.
    if (scan !== this.scan || !samePose(from, this.from)) {
      this.surroundings = from && surroundingsOf(scan, from, this.robot.scanner.baseFromScan, this.before);
    }
    [this.scan, this.from] = [scan, from];
    return this.surroundings;
  }
}

function samePose(a: Pose2 | undefined, b: Pose2 | undefined): boolean {
  return a?.xM === b?.xM && a?.yM === b?.yM && a?.yawRad === b?.yawRad;
}
