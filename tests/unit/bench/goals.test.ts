import { describe, expect, it } from "vitest";
import type { Spread } from "../../../bench/planning/choose.js";
import { type Findings, goalsOf, SAME_CEM, shareOfFloor, WHOLE } from "../../../bench/planning/goals.js";
import type { Compared } from "../../../bench/planning/measure.js";

const exactly = (median: number): Spread => ({ n: 1, p10: median, median, p90: median });
const plan = (name: string, ms: number, more: Partial<Compared> = {}): Compared => ({
  name,
  ours: name.startsWith("rehearse"),
  settings: {},
  iterations: 1,
  tuned: true,
  times: [ms, ms],
  ms: exactly(ms),
  regret: { ...exactly(0), mean: 0 },
  breaks: 0,
  ...more,
});
const fastest = (gflops: number) => ({ library: "torch", gflops, of: {} });

// 1 MFLOP a sample and step, 10 steps, 100 samples: 1 GFLOP, so 10 ms at 100 GFLOP/s.
const found: Findings = {
  flops: 1e6,
  horizon: 10,
  floors: [
    { threads: 1, large: fastest(50), own: { 100: fastest(40) } },
    { threads: 2, large: fastest(80), own: { 100: fastest(100) } },
  ],
  equalWork: [
    {
      samples: 100,
      times: { "float32 1": exactly(25), "float32 2": exactly(12.5), "torch 1": exactly(30), "torch 2": exactly(10) },
    },
  ],
  compared: [
    plan("torch-cem as published, 2 threads", 400, { tuned: false }),
    plan("torch-cem, 2 threads", 200),
    plan("torch-cem, 1 thread", 120),
    plan("pytorch-mppi, 2 threads: closest", 90, { tuned: false }),
    plan("rehearse descent, int8, 2 threads", 20),
    plan("rehearse descent, float32, 2 threads", 40),
    plan("rehearse sampling, int8, 1 thread: closest", 5, { tuned: false }),
    plan(SAME_CEM, 100, { tuned: false }),
    plan(`rehearse at its defaults, int8, 1 thread${WHOLE}`, 30, { tuned: false, overRollouts: 1.25 }),
  ],
};

const goal = (start: string) => goalsOf(found).goals.find(({ name }) => name.startsWith(start))!;

describe("what was set out to be reached", () => {
  it("measures rollouts by the faster of large and equally shaped products", () => {
    expect(shareOfFloor(found, "float32", 2)).toEqual([{ samples: 100, share: 0.8 }]);
    expect(shareOfFloor(found, "float32", 1)[0]!.share).toBeCloseTo(20 / 25);
    expect(goal("rollout, float32, 2 threads")).toMatchObject({ found: 0.8, reached: true });
  });

  it("compares with PyTorch size by size", () => {
    expect(goal("same rollouts, float32, 2 threads")).toMatchObject({ found: 0.8, reached: false });
    expect(goal("same rollouts, float32, 1 thread")).toMatchObject({ found: 1.2, reached: true });
    expect(goal("same CEM")).toMatchObject({ found: 4, reached: true });
  });

  it("takes the fastest of each side that plans as well as asked", () => {
    const { ratios } = goalsOf(found);
    expect(ratios["torch-cem as published / rehearse fastest"]!.median).toBe(20);
    expect(ratios["torch-cem tuned / rehearse fastest"]!.median).toBe(6);
    expect(ratios["torch-cem tuned / rehearse float32, 2 threads"]!.median).toBe(3);
    // It does not plan so well: the time of its best is what it needs at least.
    expect(ratios["pytorch-mppi tuned / rehearse fastest"]!.median).toBe(4.5);
    expect(Object.keys(ratios).some((name) => name.endsWith("1 thread"))).toBe(false);
  });

  it("counts guardrails and effort into the whole plan", () => {
    expect(goal("rollouts' share")).toMatchObject({ found: 0.8, reached: false });
  });

  it("reaches nothing that could not be measured", () => {
    const none = goalsOf({ ...found, compared: [] }).goals.filter(({ name }) => name.startsWith("equal quality"));
    expect(none).toHaveLength(3);
    expect(none.every(({ found: value, reached }) => Number.isNaN(value) && !reached)).toBe(true);
  });
});
