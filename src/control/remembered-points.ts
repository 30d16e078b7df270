import type { LaserScan, ObstaclePoints, RememberedPoint } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";
import { secondsBetween } from "../math/seconds.js";

/** Farther things are seen again before they matter. */
const WITHIN_M = 3;
const KEPT_S = 0.5;
/** As far apart as two scans may show the same thing, besides what lies between two beams. */
const SAME_M = 0.1;
/** One beam may pass the edge of a thing; what two scans in a row see past is gone. */
const LOOKS_PAST = 2;
/** Sectors of the scan's coverage: where beams lie as far apart, one alone may be all that looks into one. */
const SECTOR_RAD = Math.PI / 18;
/** Of those that were not seen again, the first ones: a view that is lost altogether stops the robot anyway. */
const MOST = 4000;
const NOTHING = new Float32Array(0);

/**
 * Near points of earlier scans that the newest one does not show. A pole that returns nothing in every second scan is there all the same: only beams
 * that measured something behind a point look past it, not those that came back from nothing, or not at all. Where beams stop measuring
 * altogether, as those of many scanners do when a thing comes too near, what stood there stays until one measures again.
 * @param odomFromScan where the scan was taken
 */
export function rememberedPoints(
  scan: LaserScan,
  odomFromScan: { readonly xM: number; readonly yM: number; readonly yawRad: number },
  before: ObstaclePoints,
): RememberedPoint[] {
  const kept: RememberedPoint[] = [];
  const { rangesM, angleMinRad, angleIncrementRad } = scan;
  const stepRad = Math.abs(angleIncrementRad);
  const turn = Math.round((2 * Math.PI) / stepRad);
  const closed = rangesM.length === turn;
  const bearing = new Float64Array(2);
  const at = (k: number) => rangesM[closed ? (k + turn) % turn : k] ?? Number.NaN;
  /** Whether the scan shows a thing at that bearing and distance (or something before it), looks past it, or says nothing about it. */
  const says = () => {
    const distanceM = bearing[1]!;
    const fromFirst = wrapAngle(Math.sign(angleIncrementRad) * (bearing[0]! - angleMinRad) - Math.PI) + Math.PI;
    const i = Math.round(fromFirst / stepRad);
    const sameM = SAME_M + distanceM * stepRad;
    const range = at(i);
    if (Math.abs(range - distanceM) <= sameM || Math.abs(at(i - 1) - distanceM) <= sameM || Math.abs(at(i + 1) - distanceM) <= sameM)
      return "shows";
    if (range < distanceM) return "shows";
    const alone = !(Number.isNaN(at(i - 1)) || Number.isNaN(at(i + 1))) && stepRad < SECTOR_RAD / 2;
    // Outside of the scanner's field of view there is no beam to measure again.
    if (Number.isNaN(range) && !alone && (closed || (i >= 0 && i < rangesM.length))) return "unmeasured";
    return range > distanceM && range < Number.POSITIVE_INFINITY ? "past" : "nothing";
  };
  const { pointsM, shown = pointsM.length / 2, moving = NOTHING } = before;
  const moved = (xM: number, yM: number) => {
    for (let k = 0; k < moving.length; k += 4) if (moving[k] === xM && moving[k + 1] === yM) return true;
    return false;
  };
  const keep = (point: RememberedPoint) => {
    const { xM, yM } = point;
    const ageS = secondsBetween(point.seenNs, scan.stampNs);
    const dx = xM - odomFromScan.xM;
    const dy = yM - odomFromScan.yM;
    const distanceM = Math.sqrt(dx * dx + dy * dy);
    if (distanceM > WITHIN_M || ageS < 0 || kept.length >= MOST) return;
    bearing[0] = Math.atan2(dy, dx) - odomFromScan.yawRad;
    bearing[1] = distanceM;
    const said = says();
    if (said === "shows") return;
    const moves = point.moves ?? moved(xM, yM);
    if (said === "unmeasured" && !moves) {
      kept.push({ xM, yM, seenNs: scan.stampNs, lookedPast: point.lookedPast, moves });
      return;
    }
    const lookedPast = said === "past" ? point.lookedPast + 1 : point.lookedPast;
    if (ageS <= KEPT_S && lookedPast < LOOKS_PAST) kept.push({ xM, yM, seenNs: point.seenNs, lookedPast, moves });
  };
  for (let i = 0; i < shown; i++) keep({ xM: pointsM[2 * i]!, yM: pointsM[2 * i + 1]!, seenNs: before.stampNs, lookedPast: 0 });
  for (const point of before.remembered ?? []) keep(point);
  return kept;
}
