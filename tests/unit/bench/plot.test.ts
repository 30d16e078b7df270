import fc from "fast-check";
import { expect, it } from "vitest";
import { logAxis } from "../../../bench/planning/plot.js";

const positive = fc.double({ min: 1e-3, max: 1e4, noNaN: true });

it("an axis holds every value, between ticks at its ends", () => {
  fc.assert(
    fc.property(fc.array(positive, { minLength: 1, maxLength: 20 }), (values) => {
      const { ticks, at } = logAxis(values, 10, 110);
      expect(at(ticks[0]!)).toBeCloseTo(10);
      expect(at(ticks.at(-1)!)).toBeCloseTo(110);
      for (const value of values) {
        expect(at(value)).toBeGreaterThan(10 - 1e-6);
        expect(at(value)).toBeLessThan(110 + 1e-6);
      }
    }),
  );
});

it("an axis has equal ratios at equal distances", () => {
  const { ticks, at } = logAxis([1, 100], 0, 100);
  expect(ticks).toEqual([1, 2, 5, 10, 20, 50, 100]);
  expect(at(10)).toBeCloseTo(50);
});
