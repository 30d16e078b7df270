import type { Pose2 } from "../core/body.js";
import type { LaserScan, ObstaclePoints } from "../core/sensors.js";
import { tracked } from "./moving-objects.js";

/**
 * The hits of a scan as points in the odometry frame. Beams without a hit or out of range give none.
 * @param before the scan before, as this gave it: what moves is known by comparison with it; absent: nothing is known to move
 */
export function obstaclePointsOf(scan: LaserScan, odomFromBase: Pose2, baseFromScan: Pose2, before?: ObstaclePoints): ObstaclePoints {
  const cos = Math.cos(odomFromBase.yawRad);
  const sin = Math.sin(odomFromBase.yawRad);
  const originX = odomFromBase.xM + cos * baseFromScan.xM - sin * baseFromScan.yM;
  const originY = odomFromBase.yM + sin * baseFromScan.xM + cos * baseFromScan.yM;
  const yawRad = odomFromBase.yawRad + baseFromScan.yawRad;
  const points: number[] = [];
  for (let i = 0; i < scan.rangesM.length; i++) {
    const range = scan.rangesM[i]!;
    if (!(range >= 0 && range <= scan.rangeMaxM)) continue;
    const angle = yawRad + scan.angleMinRad + i * scan.angleIncrementRad;
    points.push(originX + range * Math.cos(angle), originY + range * Math.sin(angle));
  }
  const pointsM = Float32Array.from(points);
  return { stampNs: scan.stampNs, pointsM, ...tracked(scan, pointsM, before) };
}
