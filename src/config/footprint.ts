import { z } from "zod";
import type { Footprint, Polygon } from "../core/robot-description.js";

const MOST_VERTICES = 16;
const MOST_POLYGONS = 4;
/** A square centimetre: less is a slip of the pen, not a robot. */
const LEAST_AREA_M2 = 1e-4;

const point = z.tuple([z.number(), z.number()], { error: "a point [x, y] in metres" });
const convex = z
  .array(point, { error: "a list of points [x, y]" })
  .min(3, { error: "a polygon of at least 3 points" })
  .max(MOST_VERTICES, { error: `a polygon of at most ${MOST_VERTICES} points` })
  .refine((polygon) => polygon.length < 3 || Math.abs(areaM2(polygon)) >= LEAST_AREA_M2, {
    error: "a polygon with an area (a disc is given by radius_m)",
    abort: true,
  })
  .refine((polygon) => polygon.length < 3 || isConvex(counterClockwise(polygon)), {
    error: "a convex polygon, no two of its points in the same place (what isn't convex can be put together in polygons_m)",
  });

/** What a robot file may hold under `footprint`, one of the three. */
export const footprintKeys = {
  radius_m: z.number({ error: "a number above 0" }).positive({ error: "a number above 0" }).optional(),
  polygon_m: convex.optional(),
  polygons_m: z
    .array(convex, { error: "a list of polygons" })
    .min(1, { error: "a list of at least one polygon" })
    .max(MOST_POLYGONS, { error: `a list of at most ${MOST_POLYGONS} polygons` })
    .optional(),
};

type FootprintKeys = z.output<z.ZodObject<typeof footprintKeys>>;

export function isOneFootprint(keys: FootprintKeys): boolean {
  return Object.values(keys).filter((value) => value !== undefined).length === 1;
}

export function footprintOf({ radius_m, polygon_m, polygons_m }: FootprintKeys): Footprint {
  const polygons = polygons_m ?? (polygon_m && [polygon_m]);
  if (polygons === undefined) return { radiusM: radius_m! };
  return { radiusM: Math.max(...polygons.flat().map(([x, y]) => Math.hypot(x, y))), polygonsM: polygons.map(counterClockwise) };
}

function counterClockwise(polygon: Polygon): Polygon {
  return areaM2(polygon) < 0 ? polygon.toReversed() : polygon;
}

/** Positive when the vertices go round counter-clockwise. */
function areaM2(polygon: Polygon): number {
  return polygon.reduce((sum, [ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    return sum + (ax * by - ay * bx) / 2;
  }, 0);
}

/** Of a polygon that goes round counter-clockwise: it turns left at every vertex, and once around in all. */
function isConvex(polygon: Polygon): boolean {
  let wholeRad = 0;
  for (const [i, [x, y]] of polygon.entries()) {
    const [fromX, fromY] = polygon.at(i - 1)!;
    const [toX, toY] = polygon[(i + 1) % polygon.length]!;
    const [ax, ay, bx, by] = [x - fromX, y - fromY, toX - x, toY - y];
    if (Math.hypot(ax, ay) < 1e-6) return false;
    const turnRad = Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    if (turnRad < -1e-9 || turnRad > Math.PI - 1e-6) return false;
    wholeRad += turnRad;
  }
  return Math.abs(wholeRad - 2 * Math.PI) < 1e-6;
}
