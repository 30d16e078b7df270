import { RehearseError } from "../core/error.js";
import type { LaserScan } from "../core/sensors.js";
import { owned } from "./owned.js";
import { cleanRanges, FARTHEST_RANGE_M } from "./ranges.js";
import { type HeaderMessage, header, stampToNs } from "./stamp.js";

export interface LaserScanMessage {
  readonly header: HeaderMessage;
  readonly angle_min: number;
  readonly angle_max: number;
  readonly angle_increment: number;
  readonly time_increment: number;
  readonly scan_time: number;
  readonly range_min: number;
  readonly range_max: number;
  readonly ranges: Float32Array | readonly number[];
  readonly intensities: Float32Array | readonly number[];
}

/** A whole turn in steps of 0.01°, finer than any planar range finder; what has more is no scan, and would hold up the control period. */
const MAX_BEAMS = 36_000;

/** Ranges become what `cleanRanges` makes of them. @throws RehearseError RH-SCAN-SHAPE when angles or limits can't be used, or the number of beams */
export function scanFromMessage(message: LaserScanMessage): LaserScan {
  const { angle_min, angle_increment, range_min, range_max, ranges } = message;
  const usable =
    ranges.length > 0 &&
    ranges.length <= MAX_BEAMS &&
    Number.isFinite(angle_min) &&
    Number.isFinite(angle_increment) &&
    (angle_increment !== 0 || ranges.length === 1) &&
    range_min >= 0 &&
    range_min < FARTHEST_RANGE_M &&
    range_max > range_min;
  if (!usable) {
    throw new RehearseError(
      "RH-SCAN-SHAPE",
      `a scan of ${ranges.length} beams (at least 1, at most ${MAX_BEAMS}) has angle_min ${angle_min}, angle_increment ${angle_increment}, range_min ${range_min}, range_max ${range_max}`,
      "the range finder's driver must fill these; see sensor_msgs/LaserScan",
      {
        details: {
          beams: ranges.length,
          angleMinRad: angle_min,
          angleIncrementRad: angle_increment,
          rangeMinM: range_min,
          rangeMaxM: range_max,
        },
      },
    );
  }
  const rangeMaxM = Math.min(range_max, FARTHEST_RANGE_M);
  return {
    stampNs: stampToNs(message.header.stamp),
    frameId: message.header.frame_id,
    angleMinRad: angle_min,
    angleIncrementRad: angle_increment,
    rangeMinM: range_min,
    rangeMaxM,
    rangesM: cleanRanges(ranges, rangeMaxM),
  };
}

/** @param periodS time from one scan to the next; 0: not said */
export function messageFromScan(scan: LaserScan, frameId: string, periodS = 0): LaserScanMessage {
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
