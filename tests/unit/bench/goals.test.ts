import { describe, expect, it } from "vitest";
import { goalsOf, shareOfFloor } from "../../../bench/planning/goals.js";
import { MEASURED as found } from "./measured.js";

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
    expect(ratios["torch-cem tuned / rehearse 1 thread"]).toBeUndefined();
  });

  it("compares who plans less well with ours of that quality", () => {
    const { ratios } = goalsOf(found);
    expect(ratios["pytorch-mppi tuned / rehearse fastest"]!.median).toBe(18);
    expect(ratios["pytorch-mppi tuned / rehearse float32, 2 threads"]).toBeUndefined();
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
