import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signedDistance } from "../../../src/math/polygon.js";

const SQUARE = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
] as const;
/** An L: the square without its upper right quarter. */
const ELL = [
  [0, 0],
  [2, 0],
  [2, 1],
  [1, 1],
  [1, 2],
  [0, 2],
] as const;

describe("signed distance to a polygon", () => {
  test.each([
    [SQUARE, 1, 1, -1],
    [SQUARE, 1.75, 1, -0.25],
    [SQUARE, 3, 1, 1],
    [SQUARE, 3, 3, Math.SQRT2],
    [SQUARE, 2, 1, 0],
    [SQUARE, -3, -4, 5],
    [ELL, 1.5, 1.5, 0.5],
    [ELL, 0.5, 1.5, -0.5],
    [ELL, 0.9, 0.9, -Math.hypot(0.1, 0.1)],
    [
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      4,
      5,
      5,
    ],
    [[], 0, 0, Number.POSITIVE_INFINITY],
  ] as const)("%j from (%d, %d): %d", (polygon, x, y, expected) => {
    expect(signedDistance(polygon, x, y)).toBeCloseTo(expected, 12);
    expect(signedDistance([...polygon].reverse(), x, y)).toBeCloseTo(expected, 12);
  });

  test("changes no faster than one walks", () => {
    const n = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(n, n, n, n, (x0, y0, x1, y1) => {
        const change = Math.abs(signedDistance(ELL, x0, y0) - signedDistance(ELL, x1, y1));
        expect(change).toBeLessThanOrEqual(Math.hypot(x1 - x0, y1 - y0) + 1e-9);
      }),
      { numRuns: 2000 },
    );
  });
});
