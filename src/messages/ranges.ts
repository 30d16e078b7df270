/**
 * No planar range finder measures farther, so a larger `range_max` (infinite in pointcloud_to_laserscan, or the largest float) says "no limit".
 * What is nearer is placed to a tenth of a millimetre in single precision.
 */
export const FARTHEST_RANGE_M = 1000;

/** Nearer than this is the housing of any range finder; drivers put codes of errors there (7 mm, by Hokuyo's). */
const NEAREST_RANGE_M = 0.02;

/**
 * What each beam says, by REP-117 and by the fillings of common drivers: finite: something is there; -Infinity: something, nearer than `rangeMinM`;
 * +Infinity: nothing within `rangeMaxM`; NaN: not measured.
 *
 * - -Inf, too close to measure, stays what it is: who places it knows the footprint, from which on it may be anywhere. At `rangeMinM` it may lie
 *   beyond what the robot touches first.
 * - Positive but below `rangeMinM`: something, and nearer than can be measured well. It stays at its own distance, too.
 * - Zero, with which drivers fill beams that came to nothing, even where `rangeMinM` is 0, negative ones, and what is nearer than 2 cm: not measured.
 * - Finite and beyond `rangeMaxM`: not measured, by the message's own definition, though some drivers mean "nothing" by it (`range_max + 1`).
 */
export function cleanRanges(ranges: ArrayLike<number>, rangeMaxM: number): Float32Array {
  const cleaned = new Float32Array(ranges.length);
  for (let i = 0; i < cleaned.length; i++) {
    const range = ranges[i]!;
    const says = Math.abs(range) === Number.POSITIVE_INFINITY || (range >= NEAREST_RANGE_M && range <= rangeMaxM);
    cleaned[i] = says ? range : Number.NaN;
  }
  return cleaned;
}
