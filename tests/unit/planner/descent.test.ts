import { describe, expect, test } from "vitest";
import type { DifferentiableObjective } from "../../../src/core/objective.js";
import { colouredNoise } from "../../../src/math/noise.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { Candidates } from "../../../src/planner/candidates.js";
import { Descent } from "../../../src/planner/descent.js";
import { boundedCarts, linearQuadratic } from "../../../src/planner/known-answers.js";
import { ProblemObjective } from "../../contract/planner-problems.js";

async function descend(objective: DifferentiableObjective, starts: readonly number[][], [steps, axes]: [number, number], rounds: number) {
  const candidates = new Candidates(starts.length, steps, axes, colouredNoise(steps, 0));
  const descent = new Descent(starts.length, steps, axes, 0.2);
  candidates.restart();
  candidates.begin(starts.length);
  for (const start of starts) candidates.add(start);
  await candidates.score(objective, starts.length);
  starts.forEach((_, n) => {
    descent.begin(n, candidates, n);
  });
  for (let i = 0; i < rounds; i++) {
    candidates.begin(starts.length);
    await descent.step(objective, candidates);
    await candidates.score(objective, starts.length);
    descent.acceptOrReject(candidates, 0);
  }
  return candidates.best(rounds);
}

describe("Descent", () => {
  test.each([
    ["without bounds in the way", linearQuadratic(), 12],
    ["along bounds", boundedCarts(), 40],
  ])("one start reaches a convex optimum %s", async (_, problem, rounds) => {
    const zero = new Array<number>(problem.best.length).fill(0);
    const plan = await descend(problem.objective(), [zero], [problem.steps, problem.axes], rounds);
    expect(plan.cost / problem.optimum).toBeLessThan(1.001);
  });

  test("slides along a guardrail to the best point on it", async () => {
    // Towards (0.8, 0), which a disc around (0.4, 0.05) of radius 0.3 lies before: round it, and there.
    const objective = new ProblemObjective({
      cost: (a) => (a[0]! - 0.55) ** 2 + a[1]! ** 2,
      violation: (a) => Math.max(0, 0.3 - Math.hypot(a[0]! - 0.4, a[1]! - 0.05)),
    });
    const plan = await descend(objective, [[-0.3, -0.1]], [1, 2], 60);
    // The nearest point outside the disc lies on the ray from its centre through the goal.
    const ray = [0.15, -0.05].map((d) => (0.3 * d) / Math.hypot(0.15, 0.05));
    expect(plan.violation).toBe(0);
    expect(Math.hypot(plan.actions.get(0, 0) - (0.4 + ray[0]!), plan.actions.get(0, 1) - (0.05 + ray[1]!))).toBeLessThan(0.05);
  });

  test("leaves a broken guardrail first, whatever that costs", async () => {
    const objective = new ProblemObjective({ cost: (a) => 1e9 * a[0]!, violation: (a) => Math.max(0, 0.5 - a[0]!) });
    const plan = await descend(objective, [[-0.5]], [1, 1], 30);
    expect(plan.violation).toBe(0);
    expect(plan.actions.get(0, 0)).toBeCloseTo(0.5, 1);
  });

  test("starts do not disturb one another", async () => {
    const problem = linearQuadratic();
    const shape: [number, number] = [problem.steps, problem.axes];
    const start = (value: number) => new Array<number>(problem.best.length).fill(value);
    const alone = await descend(problem.objective(), [start(0.3)], shape, 4);
    const beside = await descend(problem.objective(), [start(0.3), start(-1)], shape, 4);
    expect(values(beside.actions)).toEqual(values(alone.actions));
  });

  test("a gradient of nothing but NaN moves nothing", async () => {
    const objective: DifferentiableObjective = {
      score: async (actions) => ({ cost: new Float32Array(actions.shape[0]!).fill(1), violation: new Float32Array(actions.shape[0]!) }),
      gradient: async (actions) => tensor(new Float32Array(values(actions).length).fill(Number.NaN), actions.shape),
    };
    const plan = await descend(objective, [[0.25, 0.5]], [2, 1], 5);
    expect([...values(plan.actions)]).toEqual([0.25, 0.5]);
  });
});
