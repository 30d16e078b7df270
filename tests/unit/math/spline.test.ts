import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interpolation, type SplineOrder } from "../../../src/math/spline.js";

const ORDERS: SplineOrder[] = ["zero", "linear", "cubic"];

function through(knots: number[], steps: number, order: SplineOrder): number[] {
  const weights = interpolation(steps, knots.length, order);
  return Array.from({ length: steps }, (_, s) => knots.reduce((sum, value, k) => sum + weights[s * knots.length + k]! * value, 0));
}

describe("interpolation", () => {
  test.each<[SplineOrder, number[], number[]]>([
    ["zero", [1, 2, 3], [1, 1, 2, 2, 3, 3]],
    ["zero", [1, 2], [1, 1, 1, 2, 2]],
    ["linear", [0, 1], [0, 0.25, 0.5, 0.75, 1]],
    ["linear", [0, 2, 0], [0, 1, 2, 1, 0]],
    // Catmull–Rom half way between 0 and 1 with slopes (1 - -1) / 2 = 1 and (0 - 0) / 2 = 0: (0 + 1) / 2 + (1 - 0) / 8.
    ["cubic", [0, 1, 0], [0, 0.625, 1, 0.625, 0]],
    ["cubic", [7], [7, 7, 7]],
  ])("%s through %j", (order, knots, expected) => {
    through(knots, expected.length, order).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12);
    });
  });

  test.each(ORDERS)("%s: as many steps as knots gives the knots back", (order) => {
    const knots = [3, -1, 4, 1, -5];
    through(knots, 5, order).forEach((value, i) => {
      expect(value).toBeCloseTo(knots[i]!, 12);
    });
  });

  test("cubic follows a straight line exactly", () => {
    through([0, 1, 2, 3], 13, "cubic").forEach((value, i) => {
      expect(value).toBeCloseTo(i / 4, 12);
    });
  });

  test("weights of a step add up to 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(...ORDERS), (steps, knots, order) => {
        for (const value of through(new Array(knots).fill(1), steps, order)) expect(value).toBeCloseTo(1, 10);
      }),
    );
  });

  test("refuses a spline without knots or steps", () => {
    expect(() => interpolation(3, 0, "linear")).toThrow(RangeError);
    expect(() => interpolation(0, 3, "linear")).toThrow(RangeError);
  });
});
