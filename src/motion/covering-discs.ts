import { ConvexPolygons } from "../math/convex-polygons.js";

type Point = readonly [x: number, y: number];

/** No disc reaches farther beyond the polygons, or its piece is this small a part of the whole: halved so often. */
const BEYOND_M = 0.025;
const MOST_HALVINGS = 6;

/** Discs that cover convex polygons together, `[x0, y0, radius0, x1, …]`: each around a piece of one of them. */
export function coveringDiscs(polygons: readonly (readonly Point[])[]): Float64Array {
  const body = new ConvexPolygons(polygons);
  const cover = (piece: readonly Point[], halvings: number): number[] => {
    const [[minX, maxX], [minY, maxY]] = [extent(piece, 0), extent(piece, 1)];
    const [x, y] = [(minX + maxX) / 2, (minY + maxY) / 2];
    const radius = Math.max(...piece.map(([px, py]) => Math.hypot(px - x, py - y)));
    if (radius + body.distance(x, y) <= BEYOND_M || halvings === MOST_HALVINGS) return [x, y, radius];
    const [k, at]: [0 | 1, number] = maxX - minX >= maxY - minY ? [0, x] : [1, y];
    return [above(piece, k, 1, at), above(piece, k, -1, -at)].flatMap((half) => (half.length < 3 ? [] : cover(half, halvings + 1)));
  };
  return Float64Array.from(polygons.flatMap((polygon) => cover(polygon, 0)));
}

function extent(polygon: readonly Point[], k: 0 | 1): readonly [number, number] {
  return [Math.min(...polygon.map((point) => point[k])), Math.max(...polygon.map((point) => point[k]))];
}

/** The part of a convex polygon where sign · coordinate is at least so much (Sutherland and Hodgman 1974). */
function above(polygon: readonly Point[], k: 0 | 1, sign: number, least: number): Point[] {
  return polygon.flatMap((from, i): Point[] => {
    const to = polygon[(i + 1) % polygon.length]!;
    const [a, b] = [sign * from[k] - least, sign * to[k] - least];
    const crossing: Point[] = a * b < 0 ? [[from[0] + ((to[0] - from[0]) * a) / (a - b), from[1] + ((to[1] - from[1]) * a) / (a - b)]] : [];
    return a >= 0 ? [from, ...crossing] : crossing;
  });
}
