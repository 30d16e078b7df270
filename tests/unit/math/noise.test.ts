import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { colouredNoise, type NoiseShape, splineNoise } from "../../../src/math/noise.js";

/** Covariance of two steps of a sequence. */
function covariance({ basis, inputs }: NoiseShape, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < inputs; j++) sum += basis[a * inputs + j]! * basis[b * inputs + j]!;
  return sum;
}

describe("colouredNoise", () => {
  test("white noise is the identity", () => {
    const { basis } = colouredNoise(4, 0);
    basis.forEach((value, i) => {
      expect(value).toBeCloseTo(i % 5 === 0 ? 1 : 0, 12);
    });
  });

  test("variance is 1 at every step, whatever the colour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 4, noNaN: true }), (steps, exponent) => {
        const noise = colouredNoise(steps, exponent);
        for (let step = 0; step < steps; step++) expect(covariance(noise, step, step)).toBeCloseTo(1, 8);
      }),
    );
  });

  test("has the covariance of its spectrum", () => {
    // Two steps, period 4: frequencies 0, 1, 2, 3 of power 1, 1, 2^-2, 1; covariance at lag 1 is (1 + 0 - 1/4 + 0) / (1 + 1 + 1/4 + 1).
    expect(covariance(colouredNoise(2, 2), 0, 1)).toBeCloseTo(0.75 / 3.25, 12);
  });

  test("the redder, the more neighbouring steps agree; far ones agree less than near ones", () => {
    const neighbours = [0, 0.5, 1, 2, 3].map((exponent) => covariance(colouredNoise(10, exponent), 4, 5));
    for (let i = 1; i < neighbours.length; i++) expect(neighbours[i]).toBeGreaterThan(neighbours[i - 1]!);
    const red = colouredNoise(10, 2);
    for (let lag = 1; lag < 9; lag++) expect(covariance(red, 0, lag)).toBeGreaterThan(covariance(red, 0, lag + 1));
  });
});

describe("splineNoise", () => {
  test("variance is 1 at every step", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10 }), (steps, knots) => {
        const noise = splineNoise(steps, knots, "cubic");
        for (let step = 0; step < steps; step++) expect(covariance(noise, step, step)).toBeCloseTo(1, 8);
      }),
    );
  });

  test("one knot moves all steps alike", () => {
    expect(covariance(splineNoise(10, 1, "cubic"), 0, 9)).toBeCloseTo(1, 12);
  });
});
