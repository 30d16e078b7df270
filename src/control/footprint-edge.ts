import type { Pose2 } from "../core/body.js";
import type { Footprint } from "../core/robot-description.js";

/** How far the footprint reaches along a beam of a scanner, metres; 0 where the beam begins outside of it and misses it. */
export function footprintEdgeOf({ radiusM, polygonsM }: Footprint, { xM, yM, yawRad }: Pose2): (beamRad: number) => number {
  return (beamRad) => {
    const [dx, dy] = [Math.cos(yawRad + beamRad), Math.sin(yawRad + beamRad)];
    if (polygonsM === undefined) {
      const along = -(xM * dx + yM * dy);
      const left = radiusM * radiusM - (xM * xM + yM * yM - along * along);
      return left < 0 ? 0 : Math.max(0, along + Math.sqrt(left));
    }
    let farthest = 0;
    for (const polygon of polygonsM) {
      for (const [i, [bx, by]] of polygon.entries()) {
        const [ax, ay] = polygon.at(i - 1)!;
        const [ex, ey] = [bx - ax, by - ay];
        const across = dx * ey - dy * ex;
        const at = ((ax - xM) * dy - (ay - yM) * dx) / across;
        // Parallel to the beam, the edge's ends count by its neighbours.
        if (at >= 0 && at <= 1) farthest = Math.max(farthest, ((ax - xM) * ey - (ay - yM) * ex) / across);
      }
    }
    return farthest;
  };
}
