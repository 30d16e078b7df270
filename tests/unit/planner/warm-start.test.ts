import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor, values, zeros } from "../../../src/math/tensor.js";
import { constantPlan, resamplePlan, stepsLeft } from "../../../src/planner/warm-start.js";

const plan = { startNs: 1_000n, stepNs: 100n, actions: tensor(new Float32Array([1, 10, 2, 20, 3, 30]), [3, 2]) };

describe("resamplePlan", () => {
  test.each<[string, bigint, number, "hold" | number[], number[]]>([
    ["at the same time: as it was", 1_000n, 3, "hold", [1, 10, 2, 20, 3, 30]],
    ["a whole step later: shifted, the last held", 1_100n, 3, "hold", [2, 20, 3, 30, 3, 30]],
    ["a whole step later: shifted, at rest after its end", 1_100n, 3, [-0.5, 0], [2, 20, 3, 30, -0.5, 0]],
    ["a quarter of a step later: each step the mean of what it covers", 1_025n, 3, "hold", [1.25, 12.5, 2.25, 22.5, 3, 30]],
    ["a quarter later, at rest after its end", 1_025n, 3, [-1, -10], [1.25, 12.5, 2.25, 22.5, 2, 20]],
    ["long after its end", 9_000n, 2, [-1, -10], [-1, -10, -1, -10]],
    ["before its start: the first held", 950n, 2, "hold", [1, 10, 1.5, 15]],
    ["fewer steps", 1_200n, 1, "hold", [3, 30]],
  ])("%s", (_, startNs, steps, tail, expected) => {
    const warm = resamplePlan(plan, startNs, steps, tail);
    expect(warm.shape).toEqual([steps, 2]);
    values(warm).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  test("does not write into the old plan", () => {
    resamplePlan(plan, 1_000n, 3, "hold").data.fill(9);
    expect(plan.actions.get(0, 0)).toBe(1);
  });

  test("four quarter steps, one after the other, move the plan on by a whole one on average", () => {
    const actions = tensor(new Float32Array(20).fill(0), [20, 1]);
    actions.set(10, 0, 1);
    let now = { startNs: 0n, stepNs: 100n, actions };
    for (let i = 1; i <= 4; i++) now = { ...now, startNs: BigInt(25 * i), actions: resamplePlan(now, BigInt(25 * i), 20, "hold") };
    const at = values(now.actions).reduce((sum, value, step) => sum + value * step, 0);
    expect(at).toBeCloseTo(9, 5);
  });

  test("never goes beyond the range of the old actions and the tail", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.bigInt(-500n, 2_000n),
        (old, startNs) => {
          const actions = tensor(Float32Array.from(old), [old.length, 1]);
          for (const value of values(resamplePlan({ startNs: 0n, stepNs: 100n, actions }, startNs, 8, [0]))) {
            expect(value).toBeGreaterThanOrEqual(Math.min(0, ...old) - 1e-6);
            expect(value).toBeLessThanOrEqual(Math.max(0, ...old) + 1e-6);
          }
        },
      ),
    );
  });
});

test("constantPlan repeats one action", () => {
  expect(values(constantPlan([-0.5, 0.25], 3))).toEqual(new Float32Array([-0.5, 0.25, -0.5, 0.25, -0.5, 0.25]));
});

test("stepsLeft counts the whole steps that a plan still has", () => {
  const plan = { startNs: 1000n, stepNs: 100n, actions: zeros(5, 2) };
  expect([900n, 1000n, 1001n, 1200n, 1499n, 1500n, 9000n].map((from) => stepsLeft(plan, from))).toEqual([5, 5, 4, 3, 0, 0, 0]);
});
