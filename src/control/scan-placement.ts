import type { Odometry, Pose2 } from "../core/body.js";
import type { BodyState } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan, ObstaclePoints } from "../core/sensors.js";
import { BodyBuffer } from "./body-buffer.js";
import { footprintEdgeOf } from "./footprint-edge.js";
import { obstaclePointsOf, odomFromScanOf } from "./obstacle-points.js";
import { SeenSpace } from "./seen-space.js";

/** The newest scan as points, from where the body was when it was taken. */
export class ScanPlacement {
  private readonly odometry = new BodyBuffer<Odometry>();
  private newestNowNs = 0n;
  private scan: LaserScan | undefined;
  private obstacles: ObstaclePoints | undefined;
  private before: ObstaclePoints | undefined;
  /** Where the body was when the scan was taken. */
  private from: Pose2 | undefined;

  /** What is known of the directions around the base; undefined: there is no scan, or where it was seen from is not known. */
  sectors: Uint8Array | undefined;
  private readonly seen: SeenSpace;
  private readonly footprintEdgeM: ((beamRad: number) => number) | undefined;

  constructor(private readonly robot: RobotDescription) {
    this.seen = new SeenSpace(robot);
    this.footprintEdgeM = robot.scanner && footprintEdgeOf(robot.footprint, robot.scanner.baseFromScan);
  }

  /** Of what beams looked through before, nobody knows where it is. */
  forgetSeen(): void {
    this.seen.forget();
  }

  advance({ odometry, scan, nowNs }: BodyState): ObstaclePoints | undefined {
    // Time set back: what was seen "later" belongs to another time.
    if (nowNs < this.newestNowNs) {
      this.odometry.clear();
      this.scan = this.obstacles = this.before = undefined;
      this.seen.forget();
    }
    this.newestNowNs = nowNs;
    if (odometry === undefined || scan === undefined || this.robot.scanner === undefined) return undefined;
    this.odometry.push(odometry);
    // Motion is found by comparison with the previous scan, not with this one as it was placed a moment ago.
    if (scan !== this.scan) this.before = this.obstacles ?? this.before;
    const from = this.odometry.at(scan.stampNs)?.odomFromBase;
    // Between two scans the points stay the same, unless a better pose of the scan becomes known.
    if (scan !== this.scan || !samePose(from, this.from)) {
      this.sectors = from && this.seen.advance(scan, odomFromScanOf(from, this.robot.scanner.baseFromScan));
      this.obstacles = from && obstaclePointsOf(scan, from, this.robot.scanner.baseFromScan, this.before, this.footprintEdgeM);
    }
    [this.scan, this.from] = [scan, from];
    return this.obstacles;
  }
}

function samePose(a: Pose2 | undefined, b: Pose2 | undefined): boolean {
  return a?.xM === b?.xM && a?.yM === b?.yM && a?.yawRad === b?.yawRad;
}
