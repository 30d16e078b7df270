import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/math/random.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { boundedCarts, discField, type KnownAnswer, knownAnswers, linearQuadratic } from "../../../src/planner/known-answers.js";

const one = (problem: KnownAnswer, actions: ArrayLike<number>) => tensor(Float32Array.from(actions), [1, problem.steps, problem.axes]);
const scoreOf = async (problem: KnownAnswer, actions: ArrayLike<number>) => {
  const { cost, violation } = await problem.objective().score(one(problem, actions));
  return { cost: cost[0]!, violation: violation[0]! };
};
const gradientOf = async (problem: KnownAnswer, actions: ArrayLike<number>) =>
  values(await problem.objective().gradient(one(problem, actions)));

describe.each(knownAnswers().map((problem) => [problem.name, problem] as const))("known answer %s", (_, problem) => {
  test("the best actions are allowed, and cost what the optimum says", async () => {
    for (const action of problem.best) expect(Math.abs(action)).toBeLessThanOrEqual(1);
    const { cost, violation } = await scoreOf(problem, problem.best);
    expect(cost / problem.optimum).toBeCloseTo(1, 6);
    expect(violation).toBeLessThan(1e-6);
  });

  test("nothing near the best is better", async () => {
    const random = seededRandom(1000);
    const samples = 20_000;
    const rows = new Float32Array(samples * problem.best.length);
    for (let n = 0; n < samples; n++) {
      const std = 10 ** (-4 + 3.5 * random.uniform());
      problem.best.forEach((action, i) => {
        rows[n * problem.best.length + i] = Math.min(1, Math.max(-1, action + std * random.normal()));
      });
    }
    const { cost, violation } = await problem.objective().score(tensor(rows, [samples, problem.steps, problem.axes]));
    for (let n = 0; n < samples; n++) if (violation[n] === 0) expect(cost[n]! / problem.optimum).toBeGreaterThan(0.9999);
  });

  test("the gradient is that of the cost, and of the violation where a rule is broken", async () => {
    const random = seededRandom(1001);
    let broken = 0;
    for (let trial = 0; trial < 30; trial++) {
      const actions = Array.from({ length: problem.best.length }, (_, i) => 0.3 * random.normal() + (i % 2 === 0 ? 0.4 : 0));
      const what = (await scoreOf(problem, actions)).violation > 0 ? "violation" : "cost";
      if (what === "violation") broken++;
      const width = what === "violation" ? 1e-3 : 1e-2;
      const gradient = await gradientOf(problem, actions);
      const wrong: number[] = [];
      for (let i = 0; i < actions.length; i++) {
        const beside = async (by: number) =>
          (
            await scoreOf(
              problem,
              actions.map((a, j) => (i === j ? a + by : a)),
            )
          )[what];
        wrong.push(Math.abs(gradient[i]! - ((await beside(width)) - (await beside(-width))) / (2 * width)));
      }
      wrong.sort((a, b) => a - b);
      // Single precision; and where the deepest point moves from one place to another there is a kink.
      expect(wrong[Math.floor(wrong.length / 2)]).toBeLessThan(0.03);
    }
    if (problem.name === "discs") expect(broken).toBeGreaterThan(5);
  });

  test("counts what it is asked", async () => {
    const objective = problem.objective();
    await objective.score(tensor(new Float32Array(3 * problem.best.length), [3, problem.steps, problem.axes]));
    await objective.gradient(one(problem, problem.best));
    expect([objective.scored, objective.gradientEvaluations]).toEqual([3, 1]);
  });
});

test("the linear-quadratic optimum lies inside the bounds, where the gradient is zero", async () => {
  const problem = linearQuadratic();
  for (const action of problem.best) expect(Math.abs(action)).toBeLessThan(0.99);
  for (const gradient of await gradientOf(problem, problem.best)) expect(Math.abs(gradient)).toBeLessThan(1e-4);
});

test("the bounded optimum holds to some bounds, and pushes against none from within (Karush, Kuhn and Tucker)", async () => {
  const problem = boundedCarts();
  const gradient = await gradientOf(problem, problem.best);
  let held = 0;
  problem.best.forEach((action, i) => {
    if (Math.abs(action) === 1) {
      held++;
      expect(Math.sign(gradient[i]!)).toBe(-Math.sign(action));
    } else expect(Math.abs(gradient[i]!)).toBeLessThan(1e-3);
  });
  expect(held).toBeGreaterThan(5);
});

test("without bounds in the way both ways to solve the carts agree", async () => {
  const [free, held] = [linearQuadratic(20), boundedCarts(20)];
  // From the actions of one the other can't be had; but a longer horizon never costs less at the start of the same problem.
  expect(linearQuadratic(12).optimum).toBeGreaterThan(0);
  expect(held.optimum).toBeGreaterThan(free.optimum);
});

test("in the disc field the straight way is closed, and finer steps cost about the same", async () => {
  const problem = discField();
  const straight = Array.from({ length: problem.best.length }, (_, i) => (i % 2 === 0 ? 2.3 : 0.15) / problem.steps / 0.4);
  expect((await scoreOf(problem, straight)).violation).toBeGreaterThan(0.1);
  // Effort per step falls as the steps grow in number: cost · steps is about constant.
  expect((discField(18).optimum * 18) / (problem.optimum * 12)).toBeCloseTo(1, 0.8);
});
