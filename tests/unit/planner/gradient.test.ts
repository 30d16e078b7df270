import { expect, test } from "vitest";
import { tensor, zeros } from "../../../src/math/tensor.js";
import { GradientDescent } from "../../../src/planner/gradient.js";
import { doubleIntegrator, ProblemObjective, planFor, plansOf } from "../../contract/planner-problems.js";

test("an objective without a gradient is refused", async () => {
  const blind = { score: async () => ({ cost: new Float32Array(16), violation: new Float32Array(16) }) };
  await expect(plansOf(new GradientDescent(), blind, zeros(3, 1), 1)).rejects.toMatchObject({ code: "RH-PLANNER-GRADIENT" });
});

test("the scale of the cost changes nothing", async () => {
  const problem = doubleIntegrator();
  const run = async (scale: number) =>
    (await planFor(new GradientDescent(), new ProblemObjective({ cost: (a) => scale * problem.cost(a) }), problem, 10)).actions;
  const [small, large] = [await run(1), await run(1024)];
  for (let step = 0; step < problem.steps; step++) expect(large.get(step, 0)).toBeCloseTo(small.get(step, 0), 3);
});

test("one start comes within 0.1 % of the LQR optimum: the double integrator has one valley", async () => {
  const problem = doubleIntegrator();
  const plan = await planFor(new GradientDescent({ samples: 1 }), new ProblemObjective(problem), problem, 100);
  expect(plan.cost / problem.optimum).toBeLessThan(1.001);
});

test("a gradient that is not a number moves nothing, and spoils nothing", async () => {
  const problem = doubleIntegrator(3);
  const objective = new ProblemObjective(problem);
  const unbroken = objective.gradient.bind(objective);
  objective.gradient = async (actions) => {
    const gradient = await unbroken(actions);
    for (let n = 0; n < gradient.shape[0]!; n++) gradient.set(n, 1, 0, Number.NaN);
    return gradient;
  };
  const plan = await planFor(
    new GradientDescent({ samples: 1 }),
    objective,
    problem,
    20,
    1,
    tensor(new Float32Array([0, 0.25, 0]), [3, 1]),
  );
  expect(plan.actions.get(1, 0)).toBe(0.25);
  expect(plan.cost).toBeLessThan(problem.cost(Float32Array.of(0, 0.25, 0)));
});
