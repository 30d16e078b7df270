import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/math/random.js";

const take = (count: number, draw: () => number) => Array.from({ length: count }, draw);

describe("seededRandom", () => {
  test("the same seed gives the same sequence; neighbouring seeds unrelated ones", () => {
    const [a, b, c] = [seededRandom(1), seededRandom(1), seededRandom(2)];
    const [xs, ys, zs] = [take(1000, () => a.uniform()), take(1000, () => b.uniform()), take(1000, () => c.uniform())];
    expect(xs).toEqual(ys);
    const correlation = xs.reduce((sum, x, i) => sum + (x - 0.5) * (zs[i]! - 0.5), 0) / 1000 / (1 / 12);
    expect(Math.abs(correlation)).toBeLessThan(0.1);
  });

  test("uniform is in [0, 1), flat", () => {
    const random = seededRandom(3);
    const counts = new Array(10).fill(0);
    const drawn = take(100_000, () => random.uniform());
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    for (const u of drawn) counts[Math.floor(u * 10)]++;
    const chi2 = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chi2).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
  });

  test("normal has the moments of a standard normal", () => {
    const random = seededRandom(4);
    const xs = take(100_000, () => random.normal());
    const moment = (power: number) => xs.reduce((sum, x) => sum + x ** power, 0) / xs.length;
    expect(moment(1)).toBeCloseTo(0, 1.7);
    expect(moment(2)).toBeCloseTo(1, 1.5);
    expect(moment(3)).toBeCloseTo(0, 1.2);
    expect(moment(4)).toBeCloseTo(3, 0.8);
  });

  test("a fork depends on seed and label alone, not on what was drawn before", () => {
    const [fresh, used] = [seededRandom(5), seededRandom(5)];
    take(7, () => used.normal());
    const draw = (label: string, from: typeof fresh) => from.fork(label).uniform();
    expect(draw("plan 1", used)).toBe(draw("plan 1", fresh));
    expect(draw("plan 1", fresh)).not.toBe(draw("plan 2", fresh));
    expect(draw("plan 1", seededRandom(6))).not.toBe(draw("plan 1", fresh));
  });

  test("forks of forks keep apart by their whole path", () => {
    const random = seededRandom(7);
    const drawn = ["a", "b", "ab", "ba"].map((label) => random.fork(label).fork("x").uniform());
    drawn.push(random.fork("x").fork("a").uniform());
    expect(new Set(drawn).size).toBe(5);
  });
});
