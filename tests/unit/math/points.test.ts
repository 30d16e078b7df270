import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distancesToPath, distanceToMoving, distanceToSegment, pointsWithin } from "../../../src/math/points.js";

const of = (...values: number[]) => Float32Array.from(values);
/** What lies beyond the count of a path is not of it. */
const along = (path: number[], timesS = path.map(() => 0)) => ({ path: [...path, 7, 7], timesS: [...timesS, 9], count: path.length / 2 });

describe("distancesToPath", () => {
  it("is each point's distance from the nearest place", () => {
    expect([...distancesToPath([0, 3, 5, 0, 10, 4], along([0, 0, 5, 0, 10, 0]))]).toEqual([3, 0, 4]);
    expect([...distancesToPath([3, 4], along([0, 0]))]).toEqual([5]);
    expect([...distancesToPath([1, 2], along([]))]).toEqual([Number.POSITIVE_INFINITY]);
    expect([...distancesToPath([], along([0, 0]))]).toEqual([]);
  });

  it("works out what is within a distance of the rectangle around the path, and tells the rest as infinitely far", () => {
    const path = along([0, 0, 4, 2]);
    const points = [-1, 0, -1.01, 0, 5, 2, 5.01, 2, 0, -1, 0, -1.01, 4, 3, 4, 3.01];
    const all = distancesToPath(points, path);
    expect(distancesToPath(points, path, 1)).toEqual(all.map((distanceM, i) => (i % 2 === 0 ? distanceM : Number.POSITIVE_INFINITY)));
    expect(all.every(Number.isFinite)).toBe(true);
  });
});

describe("pointsWithin", () => {
  it("keeps what lies in the square, its edge included", () => {
    const points = of(1, 2, 3, 2, 3.25, 2, -1, 2, -1.25, 2, 1, 4, 1, 4.25, 1, 0, 1, -0.25);
    expect(pointsWithin(points, 1, 2, 2)).toEqual([1, 2, 3, 2, -1, 2, 1, 4, 1, 0]);
    expect(pointsWithin(of(), 0, 0, 1)).toEqual([]);
  });

  it("keeps what is not a number, and everything when the place is none", () => {
    expect(pointsWithin(of(Number.NaN, 0, 0, Number.NaN, 9, 0), 0, 0, 1)).toEqual([Number.NaN, 0, 0, Number.NaN]);
    expect(pointsWithin(of(9, 0), Number.NaN, 0, 1)).toEqual([9, 0]);
    expect(pointsWithin(of(9, 0), 0, 0, Number.NaN)).toEqual([9, 0]);
  });
});

describe("distanceToMoving", () => {
  it("meets the path at its own times, after what has passed already", () => {
    // From (10, 1) at 2 m/s to the left: at (6, 1) after 2 s, which is 1 s on the path and 1 s before it.
    expect(distanceToMoving(of(10, 1, -2, 0), along([0, 0, 6, 0], [0, 1]), 1)).toBeCloseTo(1, 9);
    expect(distanceToMoving(of(10, 1, -2, 0), along([0, 0, 6, 0], [0, 1]), 0)).toBeCloseTo(Math.hypot(2, 1), 9);
    expect(distanceToMoving(of(0, -5, 0, 1.5), along([1, 0], [2]), 0)).toBeCloseTo(Math.hypot(1, 2), 9);
    expect(distanceToMoving(of(), along([0, 0]), 0)).toBe(Number.POSITIVE_INFINITY);
    expect(distanceToMoving(of(10, 0, -1, 0), along([0, 0, 0, 0], [0, 2]), 1, 0.1)).toBeCloseTo(10 - 3 - 0.3, 5);
  });

  it("is the least over all points and count", () => {
    expect(distanceToMoving(of(9, 9, 0, 0, 3, 4, 0, 0), along([0, 0, 3, 0], [0, 0.5]), 0)).toBeCloseTo(4, 9);
  });
});

describe("distanceToSegment", () => {
  it("knows the side, both ends, and a segment that is a point", () => {
    expect(distanceToSegment(of(1, 2), 0, 0, 4, 0)).toBeCloseTo(2, 9);
    expect(distanceToSegment(of(-3, 4), 0, 0, 4, 0)).toBeCloseTo(5, 9);
    expect(distanceToSegment(of(7, 4), 0, 0, 4, 0)).toBeCloseTo(5, 9);
    expect(distanceToSegment(of(3, 4), 0, 0, 0, 0)).toBeCloseTo(5, 9);
    expect(distanceToSegment(of(2, 3), 1, 1, 2, 2)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(distanceToSegment(of(), 0, 0, 1, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is what a walk along the segment finds", () => {
    const metre = fc.integer({ min: -500, max: 500 }).map((cm) => cm / 100);
    fc.assert(
      fc.property(fc.array(fc.tuple(metre, metre), { minLength: 1, maxLength: 4 }), metre, metre, metre, metre, (points, x, y, dx, dy) => {
        let walked = Number.POSITIVE_INFINITY;
        for (const [px, py] of points)
          for (let k = 0; k <= 2000; k++) walked = Math.min(walked, Math.hypot(px - x - (k / 2000) * dx, py - y - (k / 2000) * dy));
        expect(Math.abs(distanceToSegment(of(...points.flat()), x, y, dx, dy) - walked)).toBeLessThan(0.004);
      }),
      { numRuns: 100 },
    );
  });
});
