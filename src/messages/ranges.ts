/**
 * No planar range finder measures farther, so a larger `range_max` (infinite in pointcloud_to_laserscan, or the largest float) says "no limit".
 * What is nearer is placed to a tenth of a millimetre in single precision.
 */
export const FARTHEST_RANGE_M = 1000;

/**
 * What each beam says, by REP-117 and by the fillings of common drivers: finite: something is there; +Infinity: nothing within `rangeMaxM`;
 * NaN: not measured.
 *
 * - −Inf, too close to measure: something at `rangeMinM`.
 * - Positive but below `rangeMinM`: something, and nearer than can be measured well. It stays at its own distance: at `rangeMinM` it may lie
 *   outside of a footprint that it is inside of.
 * - Zero, with which drivers fill beams that came to nothing, even where `rangeMinM` is 0, and negative ones: not measured.
 * - Finite and beyond `rangeMaxM`: not measured, by the message's own definition, though some drivers mean "nothing" by it (`range_max + 1`).
 */
export function cleanRanges(ranges: ArrayLike<number>, rangeMinM: number, rangeMaxM: number): Float32Array {
  const cleaned = new Float32Array(ranges.length);
  for (let i = 0; i < cleaned.length; i++) {
    const range = ranges[i]!;
    if (range === Number.NEGATIVE_INFINITY) cleaned[i] = rangeMinM;
    else if (range === Number.POSITIVE_INFINITY || (range > 0 && range <= rangeMaxM)) cleaned[i] = range;
    else cleaned[i] = Number.NaN;
  }
  return cleaned;
}
