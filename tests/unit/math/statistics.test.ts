import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, quantile, wilsonInterval } from "../../../src/math/statistics.js";

describe("quantile", () => {
  it("interpolates between order statistics, whatever their order", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0)).toBe(1);
    expect(quantile([4, 1, 3, 2], 1)).toBe(4);
    expect(quantile([10], 0.99)).toBe(10);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("lies within the samples and grows with p", () => {
    const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (xs, a, b) => {
        const [low, high] = [Math.min(a, b) / 100, Math.max(a, b) / 100];
        expect(quantile(xs, low)).toBeLessThanOrEqual(quantile(xs, high));
        expect(quantile(xs, low)).toBeGreaterThanOrEqual(Math.min(...xs));
        expect(quantile(xs, high)).toBeLessThanOrEqual(Math.max(...xs));
      }),
    );
  });
});

describe("wilsonInterval", () => {
  it.each([
    // Newcombe (1998), table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is %f to %f", (successes, trials, low, high) => {
    const [a, b] = wilsonInterval(successes, trials);
    expect(a).toBeCloseTo(low, 4);
    expect(b).toBeCloseTo(high, 4);
  });

  it("knows nothing without trials", () => expect(wilsonInterval(0, 0)).toEqual([0, 1]));
});

it("mean", () => expect(mean([1, 2, 6])).toBe(3));
