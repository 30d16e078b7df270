import type { Pose2 } from "../core/body.js";
import type { LaserScan, ObstaclePoints } from "../core/sensors.js";
import { tracked } from "./moving-objects.js";
import { rememberedPoints } from "./remembered-points.js";

/** What is too close to measure is shown by points along its beam, from the footprint's edge to `rangeMinM`. */
const TOO_CLOSE_POINTS = 4;

/**
 * The hits of a scan as points in the odometry frame, then what is too close to measure, then what near points earlier scans showed that nothing has
 * looked past. Beams without a hit or out of range give none.
 * @param before the scan before, as this gave it: what moves, and what is remembered, is known by comparison with it; absent: nothing
 * @param footprintEdgeM how far the footprint reaches along a beam; default: it is a point
 */
export function obstaclePointsOf(
  scan: LaserScan,
  odomFromBase: Pose2,
  baseFromScan: Pose2,
  before?: ObstaclePoints,
  footprintEdgeM: (beamRad: number) => number = () => 0,
): ObstaclePoints {
  const { rangesM, angleMinRad, angleIncrementRad, rangeMinM, rangeMaxM, stampNs } = scan;
  const odomFromScan = odomFromScanOf(odomFromBase, baseFromScan);
  const { xM: originX, yM: originY, yawRad } = odomFromScan;
  const points = new Float32Array(2 * rangesM.length);
  let size = 0;
  const tooClose: number[] = [];
  for (let i = 0; i < rangesM.length; i++) {
    const range = rangesM[i]!;
    const beamRad = angleMinRad + i * angleIncrementRad;
    const angle = yawRad + beamRad;
    if (range < rangeMinM) {
      const edgeM = footprintEdgeM(beamRad);
      // Of a distance, however badly measured, only what would lie within the footprint is moved to its edge.
      const farM = range < 0 ? Math.max(edgeM, rangeMinM) : edgeM;
      if (range < edgeM) {
        const count = farM > edgeM ? TOO_CLOSE_POINTS : 1;
        for (let k = 0; k < count; k++) {
          const r = edgeM + ((farM - edgeM) * k) / Math.max(1, count - 1);
          tooClose.push(originX + r * Math.cos(angle), originY + r * Math.sin(angle));
        }
      }
    }
    if (range >= 0 && range <= rangeMaxM) {
      points[size++] = originX + range * Math.cos(angle);
      points[size++] = originY + range * Math.sin(angle);
    }
  }
  const hits = points.slice(0, size);
  const remembered = before === undefined ? [] : rememberedPoints(scan, odomFromScan, before);
  const seen = { stampNs, ...tracked(scan, hits, before) };
  if (tooClose.length === 0 && remembered.length === 0) return { ...seen, pointsM: hits };
  const pointsM = new Float32Array(size + tooClose.length + 2 * remembered.length);
  pointsM.set(hits);
  pointsM.set(tooClose, size);
  let at = size + tooClose.length;
  for (const { xM, yM } of remembered) {
    pointsM[at++] = xM;
    pointsM[at++] = yM;
  }
  return { ...seen, pointsM, shown: (size + tooClose.length) / 2, remembered };
}

export function odomFromScanOf(odomFromBase: Pose2, baseFromScan: Pose2): Pose2 {
  const [cos, sin] = [Math.cos(odomFromBase.yawRad), Math.sin(odomFromBase.yawRad)];
  return {
    xM: odomFromBase.xM + cos * baseFromScan.xM - sin * baseFromScan.yM,
    yM: odomFromBase.yM + sin * baseFromScan.xM + cos * baseFromScan.yM,
    yawRad: odomFromBase.yawRad + baseFromScan.yawRad,
  };
}
