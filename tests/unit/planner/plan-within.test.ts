import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/core/planner.js";
import { zeros } from "../../../src/math/tensor.js";
import { planWithin } from "../../../src/planner/plan-within.js";
import { SimulatedClock } from "../../contract/planner-problems.js";

const planOf = (iterations: number, cost: number, violation = 0): Plan => ({ actions: zeros(1, 1), cost, violation, iterations });

/** A planner whose iterations take given times and give given costs; says how many were begun and whether it was ended. */
function fakePlanner(clock: SimulatedClock, timesNs: readonly bigint[], costs: (iteration: number) => [cost: number, violation?: number]) {
  const seen = { begun: 0, ended: false };
  async function* plans(): AsyncGenerator<Plan> {
    try {
      for (const timeNs of timesNs) {
        seen.begun++;
        clock.advance(timeNs);
        yield planOf(seen.begun, ...costs(seen.begun));
      }
    } finally {
      seen.ended = true;
    }
  }
  return { plans: plans(), seen };
}

describe("planWithin", () => {
  test("makes exactly as many iterations as allowed, ends the planner, and keeps the energies", async () => {
    const clock = new SimulatedClock();
    const { plans, seen } = fakePlanner(clock, new Array(10).fill(1n), (i) => [10 - i]);
    const outcome = await planWithin(plans, { maxIterations: 4 }, clock);
    expect(outcome).toMatchObject({ byIteration: [9, 8, 7, 6], stoppedBy: "iterations" });
    expect(outcome.plan.iterations).toBe(4);
    expect(seen).toEqual({ begun: 4, ended: true });
  });

  test("does not begin an iteration that would not fit before the deadline", async () => {
    const clock = new SimulatedClock(1000n);
    const { plans } = fakePlanner(clock, new Array(100).fill(10n), (i) => [-i]);
    const outcome = await planWithin(plans, { maxIterations: 100, deadlineNs: 1035n }, clock);
    expect(outcome).toMatchObject({ stoppedBy: "deadline", plan: { iterations: 3 } });
    expect(clock.steadyNs()).toBe(1030n);
  });

  test("makes one iteration even when the deadline has passed", async () => {
    const clock = new SimulatedClock(1000n);
    const { plans } = fakePlanner(clock, [10n, 10n], () => [1]);
    expect((await planWithin(plans, { maxIterations: 9, deadlineNs: 5n }, clock)).plan.iterations).toBe(1);
  });

  test("is never late by more than one iteration, whatever iterations take", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.bigInt(1n, 1000n), { minLength: 1, maxLength: 30 }), fc.bigInt(1n, 5000n), async (times, deadlineNs) => {
        const clock = new SimulatedClock();
        const { plans, seen } = fakePlanner(clock, times, (i) => [-i]);
        await planWithin(plans, { maxIterations: 1000, deadlineNs }, clock);
        const lastNs = times[seen.begun - 1]!;
        expect(clock.steadyNs() - deadlineNs).toBeLessThan(lastNs);
      }),
    );
  });

  test("a slow first iteration (a cold start) does not forbid fast ones for ever", async () => {
    const clock = new SimulatedClock();
    const { plans } = fakePlanner(clock, [50n, 5n, 5n, 5n, 5n, 5n, 5n], (i) => [-i]);
    expect((await planWithin(plans, { maxIterations: 7, deadlineNs: 130n }, clock)).plan.iterations).toBe(7);
  });

  test("ends when an iteration no longer pays", async () => {
    const clock = new SimulatedClock();
    const { plans } = fakePlanner(clock, new Array(10).fill(1n), (i) => [[8, 4, 2, 1.99, 1][i - 1] ?? 0]);
    const outcome = await planWithin(plans, { maxIterations: 10, minImprovement: 0.01 }, clock);
    expect(outcome).toMatchObject({ stoppedBy: "converged", byIteration: [8, 4, 2, 1.99] });
  });

  test("goes on while a guardrail is broken, however little the cost changes", async () => {
    const clock = new SimulatedClock();
    const { plans } = fakePlanner(clock, new Array(10).fill(1n), (i) => [5, i < 4 ? 1 : 0]);
    const outcome = await planWithin(plans, { maxIterations: 10, minImprovement: 0.01 }, clock);
    expect(outcome).toMatchObject({ stoppedBy: "converged", plan: { iterations: 5 } });
  });

  test("an infinite cost is no reason to stop; negative costs count by their size", async () => {
    const clock = new SimulatedClock();
    const costs = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -2, -2.001];
    const { plans } = fakePlanner(clock, new Array(5).fill(1n), (i) => [costs[i - 1]!]);
    expect(await planWithin(plans, { maxIterations: 9, minImprovement: 0.01 }, clock)).toMatchObject({
      stoppedBy: "converged",
      plan: { iterations: 5 },
    });
  });

  test("a planner that ends by itself is done; one that yields nothing is at fault", async () => {
    const clock = new SimulatedClock();
    const { plans } = fakePlanner(clock, [1n, 1n], (i) => [-i]);
    expect(await planWithin(plans, { maxIterations: 9 }, clock)).toMatchObject({ stoppedBy: "exhausted", plan: { iterations: 2 } });
    await expect(planWithin(fakePlanner(clock, [], () => [0]).plans, { maxIterations: 9 }, clock)).rejects.toThrow("no plan");
  });

  test("what the planner throws comes through", async () => {
    const plans = (async function* (): AsyncGenerator<Plan> {
      yield planOf(1, 1);
      throw new Error("broken model");
    })();
    await expect(planWithin(plans, { maxIterations: 9 }, new SimulatedClock())).rejects.toThrow("broken model");
  });
});
