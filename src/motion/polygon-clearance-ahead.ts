import { MOTION_SIZE } from "../core/motion.js";
import type { ObstaclePoints } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { ConvexPolygons } from "../math/convex-polygons.js";
import { values } from "../math/tensor.js";
import { coveringDiscs } from "./covering-discs.js";
import { DistanceField } from "./distance-field.js";
import { type Ahead, polygonsAhead } from "./polygons-ahead.js";

/** Beyond what matters, distances are known by so much more: then fewer poses have to be asked about. */
const ALSO_M = 0.4;
/** The next candidates go a little farther than those that a field was made for. */
const SPARE_M = 0.3;
const NOTHING = new Float32Array(0);

/**
 * How near predicted motion of a body of polygons comes to obstacles; those that move go on as they do from the beginning of the motion. For thousands
 * of candidates the body is covered by discs, and the distances of their centres are read from a field: less than the true ones, by 2.5 cm at most.
 * @returns for a motion that is not empty, as `polygonsAhead`
 */
export function polygonClearanceAhead(polygonsM: readonly (readonly (readonly [number, number])[])[], ahead: Ahead, farM: number) {
  const discs = coveringDiscs(polygonsM);
  const { radius: radiusM, centre, reach } = new ConvexPolygons(polygonsM);
  const mostM = radiusM + farM + ALSO_M;
  let known: { readonly pointsM: Float32Array; readonly field: DistanceField } | undefined;
  const fieldOf = (motion: Float32Array, pointsM: Float32Array) => {
    const needed = areaOf(motion, radiusM);
    const { area } = known?.field ?? {};
    const covered =
      area && needed.minXM >= area.minXM && needed.minYM >= area.minYM && needed.maxXM <= area.maxXM && needed.maxYM <= area.maxYM;
    if (known?.pointsM !== pointsM || !covered)
      known = { pointsM, field: new DistanceField(pointsM, areaOf(motion, radiusM + SPARE_M), mostM) };
    return known.field;
  };
  return (motion: Tensor, { pointsM, moving = NOTHING }: ObstaclePoints, periodS: number) => {
    const data = values(motion);
    const field = fieldOf(data, pointsM);
    let fastestMps = 0;
    for (let i = 0; i < moving.length; i += 4) fastestMps = Math.max(fastestMps, Math.hypot(moving[i + 2]!, moving[i + 3]!));
    const from = (pose: Float64Array) => {
      const [xM, yM, cos, sin, timeS] = [pose[0]!, pose[1]!, pose[2]!, pose[3]!, pose[4]!];
      const whole = field.distance(xM + centre[0] * cos - centre[1] * sin, yM + centre[0] * sin + centre[1] * cos) - reach;
      if (whole > farM && moving.length === 0) return whole;
      let nearest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < discs.length; k += 3) {
        const x = xM + discs[k]! * cos - discs[k + 1]! * sin;
        const y = yM + discs[k]! * sin + discs[k + 1]! * cos;
        let distance = field.distance(x, y);
        for (let i = 0; i < moving.length; i += 4) {
          const dx = moving[i]! + moving[i + 2]! * timeS - x;
          const dy = moving[i + 1]! + moving[i + 3]! * timeS - y;
          distance = Math.min(distance, Math.sqrt(dx * dx + dy * dy));
        }
        distance -= discs[k + 2]!;
        if (!(distance >= nearest)) nearest = distance;
      }
      return nearest;
    };
    return polygonsAhead(motion, periodS, ahead, radiusM, farM, from, fastestMps);
  };
}

/** Where any part of the body may be, braking included: it rests within a second of its speed. */
function areaOf(motion: Float32Array, marginM: number) {
  let [minXM, minYM, maxXM, maxYM] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  let fastest = 0;
  for (let row = 0; row < motion.length; row += MOTION_SIZE) {
    const x = motion[row]!;
    const y = motion[row + 1]!;
    if (x < minXM) minXM = x;
    if (x > maxXM) maxXM = x;
    if (y < minYM) minYM = y;
    if (y > maxYM) maxYM = y;
    const speed = Math.abs(motion[row + 3]!) + Math.abs(motion[row + 4]!);
    if (speed > fastest) fastest = speed;
  }
  const reach = fastest + marginM;
  return { minXM: minXM - reach, minYM: minYM - reach, maxXM: maxXM + reach, maxYM: maxYM + reach };
}
