import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DifferentiableObjective } from "../../src/core/objective.js";
import type { Plan } from "../../src/core/planner.js";
import { seededRandom } from "../../src/math/random.js";
import { tensor, values, zeros } from "../../src/math/tensor.js";
import { isBetter } from "../../src/planner/candidates.js";
import { createPlanner, PLANNER_NAMES } from "../../src/planner/index.js";
import { planWithin } from "../../src/planner/plan-within.js";
import { doubleIntegrator, gap, obstacleField, ProblemObjective, planFor, plansOf, quadratic, SimulatedClock } from "./planner-problems.js";

const field = obstacleField();

describe.each(PLANNER_NAMES)("planner %s", (name) => {
  const planner = createPlanner(name);

  test("never leaves the bounds of the actions, whatever it is warm-started with", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(fc.double(), { minLength: 8, maxLength: 8 }), async (seed, guess) => {
        const objective = new ProblemObjective(quadratic(4, 2));
        const plans = await plansOf(planner, objective, tensor(Float32Array.from(guess), [4, 2]), 3, seed);
        expect(objective.largest).toBeLessThanOrEqual(1);
        for (const plan of plans) {
          expect(plan.actions.shape).toEqual([4, 2]);
          for (const action of values(plan.actions)) expect(Math.abs(action)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("the same seed gives the same plan, bit for bit; another seed another", async () => {
    const run = async (seed: number) => values((await planFor(planner, new ProblemObjective(field), field, 4, seed)).actions);
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  test("a planner that was used before plans as a new one does", async () => {
    const used = createPlanner(name);
    await planFor(used, new ProblemObjective(quadratic()), quadratic(), 3, 5);
    const again = await planFor(used, new ProblemObjective(field), field, 3, 7);
    expect(values(again.actions)).toEqual(values((await planFor(createPlanner(name), new ProblemObjective(field), field, 3, 7)).actions));
  });

  test("plans with a handful of samples too, and asks for no more than them", async () => {
    for (const samples of [1, 2, 8]) {
      const objective = new ProblemObjective(field);
      const plan = await planFor(createPlanner(name, { samples }), objective, field, 3);
      expect(objective.evaluations).toBeLessThanOrEqual(samples * 3);
      expect(plan.cost).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });

  test("no iteration makes the plan worse, by violation first and cost second", async () => {
    for (const seed of [1, 2, 3]) {
      const plans = await plansOf(planner, new ProblemObjective(field), tensor(new Float32Array([0.9, 0, 0.9, 0]), [2, 2]), 10, seed);
      plans.forEach((plan, i) => {
        expect(plan.iterations).toBe(i + 1);
        if (i > 0) expect(isBetter(plans[i - 1]!, plan)).toBe(false);
      });
    }
  });

  test("what it says of a plan is what the objective says of it", async () => {
    const plan = await planFor(planner, new ProblemObjective(field), field, 5);
    const { cost, violation } = await new ProblemObjective(field).score(tensor(values(plan.actions), [1, 2, 2]));
    expect(plan.cost).toBe(cost[0]);
    expect(plan.violation).toBe(violation[0]);
  });

  test("keeps a warm start that is already the best there is", async () => {
    const problem = quadratic(4, 1);
    const plans = await plansOf(planner, new ProblemObjective(problem), tensor(problem.best, [4, 1]), 3);
    expect(plans[0]!.cost).toBeCloseTo(problem.optimum, 5);
    expect(plans[2]!.cost).toBeLessThanOrEqual(plans[0]!.cost);
  });

  test("tries the further guesses in the first iteration", async () => {
    // Nothing but one guess is any good, and chance won't find it.
    const needle = Float32Array.from([0.31, -0.62, 0.93]);
    const objective = new ProblemObjective({ cost: (actions) => (actions.every((a, i) => a === needle[i]) ? 0 : 1) });
    const [plan] = await plansOf(planner, objective, zeros(3, 1), 1, 1, [zeros(3, 1), tensor(needle, [3, 1])]);
    expect(plan!.cost).toBe(0);
    expect(values(plan!.actions)).toEqual(needle);
  });

  test("a candidate whose score is not a number never wins", async () => {
    const problem = quadratic(3, 1);
    const objective = new ProblemObjective({
      cost: (actions) => (actions[0]! > 0 ? Number.NaN : problem.cost(actions)),
      violation: (actions) => (actions[1]! > 0.9 ? Number.NaN : 0),
    });
    const plan = await planFor(planner, objective, problem, 8);
    expect(plan.cost).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(plan.violation).toBe(0);
    expect(plan.actions.get(0, 0)).toBeLessThanOrEqual(0);
  });

  test("with nothing but NaN it hands back the warm start, marked as worthless, and goes on", async () => {
    const objective = new ProblemObjective({ cost: () => Number.NaN, violation: () => Number.NaN });
    const warmStart = tensor(new Float32Array([0.1, 0.2, 0.3]), [3, 1]);
    const plans = await plansOf(planner, objective, warmStart, 4);
    expect(plans).toHaveLength(4);
    for (const plan of plans) {
      expect(plan.cost).toBe(Number.POSITIVE_INFINITY);
      expect(plan.violation).toBe(Number.POSITIVE_INFINITY);
      expect(values(plan.actions)).toEqual(values(warmStart));
    }
  });

  test("where every candidate breaks a guardrail it finds the one that breaks it least", async () => {
    const objective = new ProblemObjective({ cost: (a) => -1e9 * a[0]!, violation: (a) => 1 + (a[0]! + 0.5) ** 2 + (a[1]! - 0.25) ** 2 });
    const plan = await planFor(planner, objective, { steps: 2, axes: 1 }, 20);
    expect(plan.violation).toBeLessThan(1.02);
  });

  test("no cost buys a violation", async () => {
    const open = new ProblemObjective({ ...field, cost: (actions) => 1e9 * field.cost(actions) });
    const plan = await planFor(planner, open, field, 12);
    expect(plan.violation).toBe(0);
  });

  test("its plans are copies", async () => {
    const plans = await plansOf(planner, new ProblemObjective(field), zeros(2, 2), 2);
    const [first, second] = plans as [Plan, Plan];
    const kept = values(second.actions).slice();
    first.actions.data.fill(9);
    first.alternatives?.data.fill(9);
    expect(values(second.actions)).toEqual(kept);
  });

  test("a deadline is passed by less than one iteration, however slow the objective", async () => {
    for (const scoreNs of [1_000_000n, 7_000_000n, 30_000_000n]) {
      const clock = new SimulatedClock();
      const problem = new ProblemObjective(field);
      const slow: DifferentiableObjective = {
        score: (actions) => {
          clock.advance(scoreNs);
          return problem.score(actions);
        },
        gradient: (actions) => problem.gradient(actions),
      };
      const plans = createPlanner(name).improve(slow, zeros(2, 2), seededRandom(1));
      const outcome = await planWithin(plans, { maxIterations: 1000, deadlineNs: 20_000_000n }, clock);
      if (outcome.plan.iterations > 1) expect(clock.steadyNs()).toBeLessThanOrEqual(20_000_000n);
      expect(outcome.stoppedBy).toBe("deadline");
    }
  });

  test("gets within 1 % of a quadratic's optimum", async () => {
    const problem = quadratic();
    const plan = await planFor(planner, new ProblemObjective(problem), problem, 40);
    expect(gap(problem, plan)).toBeLessThan(0.01);
  });

  test("gets within 1 % of the LQR optimum of a double integrator", async () => {
    const problem = doubleIntegrator();
    const plan = await planFor(planner, new ProblemObjective(problem), problem, 40);
    expect(plan.cost / problem.optimum).toBeGreaterThan(1 - 1e-5);
    expect(plan.cost / problem.optimum).toBeLessThan(1.01);
  });

  test("finds the way round that a dense search finds, from a warm start that is blocked", async () => {
    const gaps: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const blocked = tensor(new Float32Array([0.8, 0, 0.8, 0]), [2, 2]);
      const plan = await planFor(planner, new ProblemObjective(field), field, 12, seed, blocked);
      expect(plan.violation).toBe(0);
      gaps.push(gap(field, plan));
    }
    gaps.sort((a, b) => a - b);
    expect(gaps[0]).toBeGreaterThan(-0.001);
    expect(gaps[10]).toBeLessThan(0.05);
    expect(gaps[19]).toBeLessThan(0.3);
  });
});
