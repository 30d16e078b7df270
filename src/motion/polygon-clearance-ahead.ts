import type { ObstaclePoints } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { ConvexPolygons } from "../math/convex-polygons.js";
import { type Ahead, polygonsAhead } from "./polygons-ahead.js";

/** Beyond what matters, distances are computed by so much more: then fewer poses have to be asked about. */
const ALSO_M = 0.25;

/**
 * How near predicted motion of a body of polygons comes to obstacles; those that move go on as they do from the beginning of the motion.
 * @returns for a motion that is not empty, as `polygonsAhead`
 */
export function polygonClearanceAhead(polygonsM: readonly (readonly (readonly [number, number])[])[], ahead: Ahead, farM: number) {
  const polygons = new ConvexPolygons(polygonsM);
  const { centre, reach } = polygons;
  return (motion: Tensor, { pointsM, moving = new Float32Array(0) }: ObstaclePoints, periodS: number) => {
    let fastestMps = 0;
    for (let i = 0; i < moving.length; i += 4) fastestMps = Math.max(fastestMps, Math.hypot(moving[i + 2]!, moving[i + 3]!));
    const from = (xM: number, yM: number, cos: number, sin: number, timeS: number) => {
      const centreX = xM + centre[0] * cos - centre[1] * sin;
      const centreY = yM + centre[0] * sin + centre[1] * cos;
      let nearest = farM + ALSO_M;
      let within = (nearest + reach) * (nearest + reach);
      const look = (x: number, y: number) => {
        const fromX = x - centreX;
        const fromY = y - centreY;
        // Written so that NaN is never far.
        if (fromX * fromX + fromY * fromY >= within) return;
        const distance = polygons.distance((x - xM) * cos + (y - yM) * sin, (y - yM) * cos - (x - xM) * sin);
        if (distance >= nearest) return;
        nearest = distance;
        within = (nearest + reach) * (nearest + reach);
      };
      for (let i = 0; i < pointsM.length; i += 2) look(pointsM[i]!, pointsM[i + 1]!);
      for (let i = 0; i < moving.length; i += 4) look(moving[i]! + moving[i + 2]! * timeS, moving[i + 1]! + moving[i + 3]! * timeS);
      return nearest;
    };
    return polygonsAhead(motion, periodS, ahead, polygons.radius, farM, from, fastestMps);
  };
}
