import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { colouredNoise, splineNoise } from "../../../src/math/noise.js";
import { seededRandom } from "../../../src/math/random.js";
import { Candidates, isBetter } from "../../../src/planner/candidates.js";

const score = (candidates: Candidates, cost: number[], violation: number[] = cost.map(() => 0), lead = cost.length) =>
  candidates.score({ score: async () => ({ cost: Float32Array.from(cost), violation: Float32Array.from(violation) }) }, lead);

describe("Candidates", () => {
  test("ranks by violation, then cost, then age; what is not a number comes last", async () => {
    const candidates = new Candidates(7, 1, 1, colouredNoise(1, 0));
    candidates.begin(7);
    for (let i = 0; i < 7; i++) candidates.add([i / 10]);
    await score(candidates, [5, -1e9, 3, Number.NaN, 3, 1, -5], [0, 0.1, 0, 0, 0, 0.1, Number.NaN]);
    expect([...candidates.elites]).toEqual([2, 4, 0, 3, 1, 5, 6]);
    expect(candidates.costOf(3)).toBe(Number.POSITIVE_INFINITY);
    expect(candidates.violationOf(6)).toBe(Number.POSITIVE_INFINITY);
  });

  test("the ranking is a total order that agrees with isBetter", async () => {
    const value = fc.constantFrom(0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), async (scores) => {
        const candidates = new Candidates(scores.length, 1, 1, colouredNoise(1, 0));
        candidates.begin(scores.length);
        for (let i = 0; i < scores.length; i++) candidates.add([0]);
        await score(
          candidates,
          scores.map(([cost]) => cost),
          scores.map(([, violation]) => violation),
        );
        const plans = Array.from(candidates.elites, (row) => ({ cost: candidates.costOf(row), violation: candidates.violationOf(row) }));
        for (let i = 1; i < plans.length; i++) expect(isBetter(plans[i]!, plans[i - 1]!)).toBe(false);
      }),
    );
  });

  test("kept candidates keep their scores and are not scored again", async () => {
    const candidates = new Candidates(5, 1, 1, colouredNoise(1, 0));
    candidates.begin(3);
    for (const action of [0.1, 0.2, 0.3]) candidates.add([action]);
    await score(candidates, [3, 1, 2]);
    candidates.begin(3, 2);
    for (const action of [0.4, 0.5, 0.6]) candidates.add([action]);
    const asked: number[][] = [];
    await candidates.score(
      {
        score: async (actions) => {
          asked.push(Array.from({ length: actions.shape[0]! }, (_, n) => actions.get(n, 0, 0)));
          return { cost: Float32Array.of(9, 1.5, 9), violation: new Float32Array(3) };
        },
      },
      3,
    );
    expect(asked).toEqual([[0.4, 0.5, 0.6].map(Math.fround)]);
    expect(Array.from(candidates.elites.subarray(0, 3), (row) => candidates.row(row)[0])).toEqual([0.2, 0.5, 0.3].map(Math.fround));
  });

  test("clips at the bounds, and takes no more than fit", () => {
    const candidates = new Candidates(2, 2, 1, colouredNoise(2, 0));
    candidates.begin(2);
    candidates.add([5, -5]);
    candidates.sample(Float64Array.of(0.9, -0.9), Float64Array.of(9, 9), seededRandom(1));
    candidates.add([0, 0]);
    expect([...candidates.row(0)]).toEqual([1, -1]);
    for (const action of candidates.row(1)) expect(Math.abs(action)).toBeLessThanOrEqual(1);
    expect(candidates.room).toBe(0);
  });

  test.each([
    ["white", colouredNoise(6, 0)],
    ["red", colouredNoise(6, 2)],
    ["spline", splineNoise(6, 3, "cubic")],
  ])("%s samples have the mean and the standard deviation asked for", (_, noise) => {
    const samples = 20_000;
    const candidates = new Candidates(samples, 6, 2, noise);
    const mean = Float64Array.from({ length: 12 }, (_, i) => (i - 6) / 40);
    const std = Float64Array.from({ length: 12 }, (_, i) => 0.05 + i / 100);
    candidates.begin(samples);
    candidates.sample(mean, std, seededRandom(2));
    for (let i = 0; i < 12; i++) {
      let sum = 0;
      let squares = 0;
      for (let n = 0; n < samples; n++) {
        sum += candidates.row(n)[i]!;
        squares += (candidates.row(n)[i]! - mean[i]!) ** 2;
      }
      expect(sum / samples).toBeCloseTo(mean[i]!, 2);
      expect(Math.sqrt(squares / samples) / std[i]!).toBeCloseTo(1, 1.5);
    }
  });
});
