import type { Polygon } from "../core/robot-description.js";
import type { ObstaclePoints } from "../core/sensors.js";

/** Between two points of an edge: nothing that drives fits through. */
const APART_M = 0.05;
/** Of all zones together: longer edges have points farther apart. */
const MOST_POINTS = 2000;

export interface Zones {
  readonly zonesM: readonly Polygon[] | "unknown";
  /** Points along the edges, `[x0, y0, x1, …]`: for planning, which keeps away from points; the gate judges the zones themselves. */
  readonly edgePointsM: Float32Array;
}

export function withEdges(zonesM: readonly Polygon[] | "unknown"): Zones {
  if (zonesM === "unknown") return { zonesM, edgePointsM: new Float32Array(0) };
  const edges = zonesM.flatMap((zone) => zone.map((from, i) => [from, zone[(i + 1) % zone.length]!] as const));
  const lengthM = edges.reduce((sum, [[ax, ay], [bx, by]]) => sum + Math.hypot(bx - ax, by - ay), 0);
  const apartM = Math.max(APART_M, lengthM / MOST_POINTS);
  const points = edges.flatMap(([[ax, ay], [bx, by]]) => {
    const count = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / apartM));
    return Array.from({ length: count }, (_, k) => [ax + ((bx - ax) * k) / count, ay + ((by - ay) * k) / count]).flat();
  });
  return { zonesM, edgePointsM: Float32Array.from(points) };
}

/** Obstacles, and the edges of zones among them as things that stand. */
export function withZones(obstacles: ObstaclePoints | undefined, edgePointsM: Float32Array, nowNs: bigint): ObstaclePoints | undefined {
  if (edgePointsM.length === 0) return obstacles;
  if (obstacles === undefined) return { stampNs: nowNs, pointsM: edgePointsM };
  const pointsM = new Float32Array(obstacles.pointsM.length + edgePointsM.length);
  pointsM.set(obstacles.pointsM);
  pointsM.set(edgePointsM, obstacles.pointsM.length);
  return { ...obstacles, pointsM };
}
