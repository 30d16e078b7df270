import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cheapest, frontier, type Point, ratio, spread, timesAt } from "../../../bench/planning/choose.js";

const point = (ms: readonly number[], regret: readonly number[], series = "a"): Point<object> => ({
  series,
  settings: {},
  iterations: 1,
  ms,
  regret,
});
const points = fc.array(
  fc
    .record({ ms: fc.integer({ min: 1, max: 50 }), regret: fc.integer({ min: 0, max: 50 }) })
    .map(({ ms, regret }) => point([ms], [regret])),
  { minLength: 1, maxLength: 30 },
);

describe("the cheapest setting of equal quality", () => {
  it("is judged by mean regret and median time", () => {
    const good = point([10, 11, 90], [1, 2, 3]);
    const fasterButWorse = point([1, 1, 1], [1, 2, 4]);
    const slower = point([12, 12, 12], [0, 0, 0]);
    expect(cheapest([slower, fasterButWorse, good], 2)).toBe(good);
  });

  it("is none where none plans so well, and none of what is no number", () => {
    expect(cheapest([point([1], [3])], 2)).toBeUndefined();
    expect(cheapest([point([1], [Number.NaN])], 2)).toBeUndefined();
    expect(cheapest([], 2)).toBeUndefined();
  });

  it("takes no more time when less is asked of it", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), (all, a, b) => {
        const strict = cheapest(all, Math.min(a, b));
        if (strict !== undefined) expect(cheapest(all, Math.max(a, b))!.ms[0]).toBeLessThanOrEqual(strict.ms[0]!);
      }),
    );
  });
});

describe("the frontier", () => {
  it("holds just what nothing beats, and falls", () => {
    fc.assert(
      fc.property(points, (all) => {
        const kept = frontier(all);
        const beaten = (one: Point<object>) =>
          all.some(
            (o) => (o.ms[0]! < one.ms[0]! && o.regret[0]! <= one.regret[0]!) || (o.ms[0]! <= one.ms[0]! && o.regret[0]! < one.regret[0]!),
          );
        for (const one of kept) expect(beaten(one)).toBe(false);
        for (const one of all)
          if (!beaten(one)) expect(kept.some((k) => k.ms[0] === one.ms[0] && k.regret[0] === one.regret[0])).toBe(true);
        for (let i = 1; i < kept.length; i++) expect(kept[i]!.regret[0]!).toBeLessThan(kept[i - 1]!.regret[0]!);
      }),
    );
  });
});

describe("ratios and spreads", () => {
  it("compare plan by plan", () => {
    const { median, p10, p90, n } = ratio([20, 40, 60], [10, 10, 10]);
    expect([median, n]).toEqual([4, 3]);
    expect(p10).toBeCloseTo(2.4);
    expect(p90).toBeCloseTo(5.6);
  });

  it("keep their order", () => {
    expect(spread([5, 1, 3])).toEqual({ n: 3, p10: 1.4, median: 3, p90: 4.6 });
  });
});

it("tells the least time at a regret, series by series", () => {
  const swept = [
    { series: "a", ms: 9, regret: 1 },
    { series: "a", ms: 5, regret: 2 },
    { series: "a", ms: 7, regret: 2 },
    { series: "b", ms: 1, regret: 3 },
  ];
  expect([...timesAt(swept, 2)]).toEqual([
    ["a", 5],
    ["b", undefined],
  ]);
});
