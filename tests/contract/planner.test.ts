import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DifferentiableObjective } from "../../src/core/objective.js";
import type { Plan } from "../../src/core/planner.js";
import { seededRandom } from "../../src/math/random.js";
import { tensor, values, zeros } from "../../src/math/tensor.js";
import { isBetter } from "../../src/planner/candidates.js";
import { createPlanner, PLANNER_NAMES } from "../../src/planner/index.js";
import { type KnownAnswer, knownAnswers } from "../../src/planner/known-answers.js";
import { planWithin } from "../../src/planner/plan-within.js";
import { doubleIntegrator, gap, obstacleField, ProblemObjective, planFor, plansOf, quadratic, SimulatedClock } from "./planner-problems.js";

const field = obstacleField();

/** Work, in scores of one candidate, that the bounds below are for; a gradient counts as four scores. */
const WORK = 4096;
/** How far from the optimum a planner may be left by so much work, in percent: the median of ten seeds. Whoever descends comes to the bottom. */
const SAMPLING = { lqr: 4, bounded: 6, discs: 90 };
const DESCENDING = { lqr: 0.05, bounded: 0.05, discs: 60 };
const BOUNDS: Readonly<Record<string, Readonly<Record<string, number>>>> = { gradient: DESCENDING, hybrid: DESCENDING };

/** Percent above the optimum by work done. */
async function gaps(name: (typeof PLANNER_NAMES)[number], problem: KnownAnswer, seed: number, warmStart: Float32Array, work: number) {
  const objective = problem.objective();
  const found: { work: number; gap: number }[] = [];
  const warm = tensor(warmStart, [problem.steps, problem.axes]);
  for await (const { cost, violation } of createPlanner(name).improve(objective, warm, seededRandom(seed))) {
    const done = objective.scored + 4 * objective.gradientEvaluations;
    if (done > work) break;
    found.push({ work: done, gap: violation > 0 ? Number.POSITIVE_INFINITY : 100 * (cost / problem.optimum - 1) });
  }
  return found;
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const SEEDS = Array.from({ length: 10 }, (_, i) => 1000 + i);

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

  describe.each(knownAnswers().map((problem) => [problem.name, problem] as const))("on %s", (key, problem) => {
    const cold = new Float32Array(problem.best.length);

    test("more work never gives a worse plan, and enough of it one near the optimum", async () => {
      const last: number[] = [];
      for (const seed of SEEDS) {
        const found = await gaps(name, problem, seed, cold, WORK);
        for (let i = 1; i < found.length; i++) expect(found[i]!.gap).toBeLessThanOrEqual(found[i - 1]!.gap);
        last.push(found.at(-1)!.gap);
      }
      expect(Math.min(...last)).toBeGreaterThan(-0.01);
      expect(median(last)).toBeLessThan((BOUNDS[name] ?? SAMPLING)[key as "lqr"]!);
    });

    test("from the plan of the step before, it is further on at once", async () => {
      const warm = new Float32Array(problem.best.length);
      warm.set(problem.best.subarray(problem.axes));
      const first = async (start: Float32Array) =>
        median(await Promise.all(SEEDS.map(async (seed) => (await gaps(name, problem, seed, start, 128)).at(-1)!.gap)));
      expect(await first(warm)).toBeLessThan(await first(cold));
    });
  });

  test("its plan is the best of all candidates that were ever scored, guardrails first, in every iteration", async () => {
    const problem = new ProblemObjective({ ...field, cost: (actions) => 1e9 * field.cost(actions) });
    let best = { cost: Number.POSITIVE_INFINITY, violation: Number.POSITIVE_INFINITY };
    let asked = 0;
    const watched: DifferentiableObjective = {
      score: async (actions) => {
        asked++;
        const scores = await problem.score(actions);
        scores.cost.forEach((cost, n) => {
          const candidate = { cost, violation: scores.violation[n]! };
          if (isBetter(candidate, best)) best = candidate;
        });
        return scores;
      },
      gradient: (actions) => problem.gradient(actions),
    };
    const warmStart = tensor(new Float32Array([0.9, 0, 0.9, 0]), [2, 2]);
    let iterations = 0;
    for await (const plan of planner.improve(watched, warmStart, seededRandom(1000))) {
      expect({ cost: plan.cost, violation: plan.violation }).toEqual(best);
      expect(plan.iterations).toBe(++iterations);
      expect(asked).toBe(iterations);
      if (iterations === 12) break;
    }
    expect(best.violation).toBe(0);
  });

  test("two plans at the same time do not disturb each other", async () => {
    const problem = quadratic(4, 2);
    const alone = await plansOf(createPlanner(name), new ProblemObjective(problem), zeros(4, 2), 6, 1000);
    const objective = new ProblemObjective(problem);
    const [one, other] = [1000, 1001].map((seed) => planner.improve(objective, zeros(4, 2), seededRandom(seed))[Symbol.asyncIterator]());
    for (let i = 0; i < 6; i++) {
      const next = await one!.next();
      await other!.next();
      expect(values((next.value as Plan).actions)).toEqual(values(alone[i]!.actions));
    }
    await one!.return?.();
    await other!.return?.();
  });

  test("guesses leave room for what is new", async () => {
    const objective = new ProblemObjective(quadratic(4, 1));
    const fresh = new Set<number>();
    const score = objective.score.bind(objective);
    objective.score = async (actions) => {
      for (let n = 0; n < actions.shape[0]!; n++) fresh.add(actions.get(n, 0, 0));
      return score(actions);
    };
    const guesses = Array.from({ length: 40 }, () => zeros(4, 1));
    await plansOf(createPlanner(name, { samples: 16 }), objective, zeros(4, 1), 1, 1000, guesses);
    expect(fresh.size).toBeGreaterThanOrEqual(8);
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
      const plan = await planFor(planner, new ProblemObjective(field), field, 24, seed, blocked);
      expect(plan.violation).toBe(0);
      gaps.push(gap(field, plan));
    }
    gaps.sort((a, b) => a - b);
    expect(gaps[0]).toBeGreaterThan(-0.001);
    expect(gaps[10]).toBeLessThan(0.05);
    expect(gaps[19]).toBeLessThan(0.3);
  });
});
