import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, convexHull, enclosingPolygon } from "../../../src/math/convex-hull.js";
import { signedDistance } from "../../../src/math/polygon.js";

const points = fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })), {
  minLength: 3,
  maxLength: 60,
});

describe("a convex hull", () => {
  it("is the corners of a square, counter-clockwise, without what lies inside or on an edge", () => {
    const hull = convexHull([
      [0, 0],
      [1, 1],
      [0.5, 0],
      [1, 0],
      [0.2, 0.7],
      [0, 1],
    ]);
    expect(hull).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  it("keeps a far corner beside coordinates that differ by nothing but rounding", () => {
    const hull = convexHull([
      [-0.197 - 3e-17, 0.133],
      [-0.197, -0.133],
      [-0.197, 0.133],
      [0.069, 0],
    ]);
    expect(hull).toContainEqual([-0.197, -0.133]);
    expect(hull).toHaveLength(3);
  });

  it("holds all of its points, and so does a polygon of few corners around it", () => {
    fc.assert(
      fc.property(points, (given) => {
        const hull = convexHull(given);
        if (hull.length < 3 || areaOf(hull) < 1e-3) return;
        for (const [x, y] of given) expect(signedDistance(hull, x, y)).toBeLessThan(1e-6);
        const around = enclosingPolygon(hull, 16, 0.001);
        expect(around.length).toBeLessThanOrEqual(16);
        for (const [x, y] of hull) expect(signedDistance(around, x, y)).toBeLessThan(1e-6);
        // Within two percent of what is farthest, and the margin.
        for (const [x, y] of around) expect(signedDistance(hull, x, y)).toBeLessThan(0.3);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
