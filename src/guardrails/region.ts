import type { Polygon } from "../core/robot-description.js";
import type { ConvexPolygons } from "../math/convex-polygons.js";
import type { FromPose } from "../math/points.js";
import { signedDistance } from "../math/polygon.js";

/** Where the footprint must not be. */
export interface Region {
  /** Distance from a point of the odometry frame, negative inside. */
  readonly distanceM: (xM: number, yM: number) => number;
  /** Distance from polygons of the base frame; beyond what can be disputed, something less will do. */
  readonly fromPolygons: (polygons: ConvexPolygons) => FromPose;
}

/** Between a region and a footprint farther apart than this there is nothing to decide. */
export const BEYOND_DISPUTE_M = 0.1;

/** The outside of a polygon. */
export function outside(zone: Polygon): Region {
  const distanceM = (xM: number, yM: number) => signedDistance(zone, xM, yM);
  const fromPolygons = (polygons: ConvexPolygons): FromPose => {
    const { vertices, radius } = polygons;
    return (pose) => {
      const [xM, yM, cos, sin] = [pose[0]!, pose[1]!, pose[2]!, pose[3]!];
      let nearest = distanceM(xM, yM) - radius;
      if (nearest > BEYOND_DISPUTE_M) return nearest;
      nearest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < vertices.length; i += 2) {
        const [x, y] = [vertices[i]!, vertices[i + 1]!];
        nearest = Math.min(nearest, distanceM(xM + x * cos - y * sin, yM + x * sin + y * cos));
      }
      for (let i = 0, j = zone.length - 1; i < zone.length; j = i++) {
        const [ax, ay] = [zone[j]![0] - xM, zone[j]![1] - yM];
        const [bx, by] = [zone[i]![0] - xM, zone[i]![1] - yM];
        const edgeM = polygons.distanceToSegment(ax * cos + ay * sin, ay * cos - ax * sin, bx * cos + by * sin, by * cos - bx * sin);
        nearest = Math.min(nearest, edgeM);
      }
      return nearest;
    };
  };
  return { distanceM, fromPolygons };
}

/** One side of a straight line: where (x, y) · (nx, ny) is above the offset. */
export function halfPlane(nx: number, ny: number, offsetM: number): Region {
  const distanceM = (xM: number, yM: number) => nx * xM + ny * yM - offsetM;
  const fromPolygons =
    ({ vertices }: ConvexPolygons): FromPose =>
    (pose) => {
      const [xM, yM, cos, sin] = [pose[0]!, pose[1]!, pose[2]!, pose[3]!];
      let nearest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < vertices.length; i += 2) {
        const [x, y] = [vertices[i]!, vertices[i + 1]!];
        nearest = Math.min(nearest, distanceM(xM + x * cos - y * sin, yM + x * sin + y * cos));
      }
      return nearest;
    };
  return { distanceM, fromPolygons };
}
