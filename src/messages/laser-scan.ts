import { RehearseError } from "../core/error.js";
import type { LaserScan } from "../core/sensors.js";
import { owned } from "./owned.js";
import { header, stampToNs } from "./stamp.js";
import type { LaserScanMessage } from "./types.js";

/**
 * Ranges as REP-117 gives them: +Inf nothing within reach, -Inf too close to measure (becomes `range_min`: something is there), NaN no
 * measurement. A finite range outside of [range_min, range_max] is not to be used, by the message's own definition: it becomes NaN.
 * @throws RehearseError RH-SCAN-SHAPE when the angles or limits can't be used, or there is no beam
 */
export function scanFromMessage(message: LaserScanMessage): LaserScan {
  const { angle_min, angle_increment, range_min, range_max, ranges } = message;
  const usable =
    ranges.length > 0 &&
    Number.isFinite(angle_min) &&
    Number.isFinite(angle_increment) &&
    (angle_increment !== 0 || ranges.length === 1) &&
    range_min >= 0 &&
    range_max > range_min;
  if (!usable) {
    throw new RehearseError(
      "RH-SCAN-SHAPE",
      `a scan of ${ranges.length} beams has angle_min ${angle_min}, angle_increment ${angle_increment}, range_min ${range_min}, range_max ${range_max}`,
      "the range finder's driver must fill these; see sensor_msgs/LaserScan",
    );
  }
  const rangesM = new Float32Array(ranges.length);
  for (let i = 0; i < rangesM.length; i++) {
    const range = ranges[i]!;
    if (range === Number.NEGATIVE_INFINITY) rangesM[i] = range_min;
    else if (range === Number.POSITIVE_INFINITY || (range >= range_min && range <= range_max)) rangesM[i] = range;
    else rangesM[i] = Number.NaN;
  }
  return {
    stampNs: stampToNs(message.header.stamp),
    angleMinRad: angle_min,
    angleIncrementRad: angle_increment,
    rangeMinM: range_min,
    rangeMaxM: range_max,
    rangesM,
  };
}

/** @param periodS time from one scan to the next */
export function messageFromScan(scan: LaserScan, frameId: string, periodS: number): LaserScanMessage {
  return {
    header: header(scan.stampNs, frameId),
    angle_min: scan.angleMinRad,
    angle_max: scan.angleMinRad + scan.angleIncrementRad * (scan.rangesM.length - 1),
    angle_increment: scan.angleIncrementRad,
    time_increment: 0,
    scan_time: periodS,
    range_min: scan.rangeMinM,
    range_max: scan.rangeMaxM,
    ranges: owned(scan.rangesM),
    intensities: new Float32Array(0),
  };
}
