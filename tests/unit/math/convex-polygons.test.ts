import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConvexPolygons } from "../../../src/math/convex-polygons.js";

type Point = readonly [number, number];

/** Vertices on an ellipse, in order: convex, counter-clockwise. */
const convex = fc
  .record({
    angles: fc.uniqueArray(fc.integer({ min: 0, max: 62 }), { minLength: 3, maxLength: 16 }),
    halfM: fc.tuple(fc.double({ min: 0.05, max: 0.6, noNaN: true }), fc.double({ min: 0.05, max: 0.6, noNaN: true })),
    centre: fc.tuple(fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.double({ min: -0.5, max: 0.5, noNaN: true })),
  })
  .map(({ angles, halfM, centre }) =>
    angles.toSorted((a, b) => a - b).map((a): Point => [centre[0] + halfM[0] * Math.cos(a / 10), centre[1] + halfM[1] * Math.sin(a / 10)]),
  )
  .filter((polygon) => inside(polygon, middle(polygon)));
const union = fc.array(convex, { minLength: 1, maxLength: 4 });
const coordinate = fc.double({ min: -2, max: 2, noNaN: true });
const point = fc.tuple(coordinate, coordinate);

function middle(polygon: readonly Point[]): Point {
  const sum = (k: 0 | 1) => polygon.reduce((whole, vertex) => whole + vertex[k], 0) / polygon.length;
  return [sum(0), sum(1)];
}

function inside(polygon: readonly Point[], [x, y]: Point): boolean {
  return polygon.every(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0;
  });
}

/** To the edges, each by so many points on it. */
function sampledDistance(polygon: readonly Point[], [x, y]: Point, samples = 400): number {
  const edges = polygon.flatMap(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    return Array.from({ length: samples + 1 }, (_, k) =>
      Math.hypot(ax + ((bx - ax) * k) / samples - x, ay + ((by - ay) * k) / samples - y),
    );
  });
  return Math.min(...edges);
}

function moved(polygon: readonly Point[], yawRad: number, [dx, dy]: Point): Point[] {
  const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
  return polygon.map(([x, y]) => [dx + x * cos - y * sin, dy + x * sin + y * cos]);
}

describe("ConvexPolygons", () => {
  test("distances are those to the edges, negative inside, of the nearest polygon", () => {
    fc.assert(
      fc.property(union, point, (polygons, at) => {
        const distances = polygons.map((polygon) => (inside(polygon, at) ? -1 : 1) * sampledDistance(polygon, at));
        const expected = Math.min(...distances);
        expect(Math.abs(new ConvexPolygons(polygons).distance(...at) - expected)).toBeLessThan(0.004);
      }),
      { numRuns: 300 },
    );
  });

  test("known answers of a square", () => {
    const square = new ConvexPolygons([
      moved(
        [
          [1, 1],
          [-1, 1],
          [-1, -1],
          [1, -1],
        ],
        0,
        [0, 0],
      ),
    ]);
    expect(square.distance(0, 0)).toBe(-1);
    expect(square.distance(0.75, 0)).toBe(-0.25);
    expect(square.distance(3, 0.5)).toBe(2);
    expect(square.distance(4, 5)).toBe(5);
    expect(square.distance(1, 1)).toBe(0);
    expect(square.distance(Number.NaN, 0)).toBeNaN();
    expect(square.radius).toBeCloseTo(Math.SQRT2, 12);
    expect(square.distanceToSegment(2, -3, 2, 3)).toBe(1);
    expect(square.distanceToSegment(2, 3, 3, 2)).toBeCloseTo(1.5 * Math.SQRT2, 12);
    expect(square.distanceToSegment(-3, 0.25, 3, 0.25)).toBe(-0.75);
    expect(square.distanceToSegment(0.5, 0, 0.5, 0)).toBe(-0.5);
  });

  test("turning and shifting everything changes no distance", () => {
    fc.assert(
      fc.property(union, point, point, coordinate, point, (polygons, at, to, yawRad, by) => {
        const there = new ConvexPolygons(polygons.map((polygon) => moved(polygon, yawRad, by)));
        const here = new ConvexPolygons(polygons);
        const [[x, y], [toX, toY]] = moved([at, to], yawRad, by) as [Point, Point];
        expect(there.distance(x, y)).toBeCloseTo(here.distance(...at), 9);
        expect(there.distanceToSegment(x, y, toX, toY)).toBeCloseTo(here.distanceToSegment(...at, ...to), 9);
      }),
    );
  });

  test("no distance changes faster than the point moves", () => {
    fc.assert(
      fc.property(union, point, point, (polygons, a, b) => {
        const body = new ConvexPolygons(polygons);
        expect(Math.abs(body.distance(...a) - body.distance(...b))).toBeLessThanOrEqual(Math.hypot(a[0] - b[0], a[1] - b[1]) + 1e-9);
      }),
    );
  });

  test("of a segment that stays outside, the distance is that of its nearest point; one that enters overlaps", () => {
    fc.assert(
      fc.property(union, point, point, (polygons, [ax, ay], [bx, by]) => {
        const body = new ConvexPolygons(polygons);
        const along = Array.from({ length: 801 }, (_, k) => body.distance(ax + ((bx - ax) * k) / 800, ay + ((by - ay) * k) / 800));
        const nearest = Math.min(...along);
        const distance = body.distanceToSegment(ax, ay, bx, by);
        if (nearest < 0) expect(distance).toBeLessThan(0);
        else expect(Math.abs(distance - nearest)).toBeLessThan(0.004);
      }),
    );
  });
});
