import { expect, test } from "vitest";
import { values } from "../../../src/math/tensor.js";
import { Mppi } from "../../../src/planner/mppi.js";
import { obstacleField, ProblemObjective, planFor } from "../../contract/planner-problems.js";

test("the scale of the cost changes nothing: the temperature goes with it", async () => {
  const field = obstacleField();
  const run = async (scale: number) => {
    const objective = new ProblemObjective({ ...field, cost: (a) => scale * field.cost(a) });
    return values((await planFor(new Mppi(), objective, field, 6)).actions);
  };
  const [small, large] = [await run(1), await run(1024)];
  small.forEach((action, i) => {
    expect(large[i]).toBeCloseTo(action, 4);
  });
});

test("candidates that break a guardrail weigh nothing beside one that keeps it", async () => {
  // All that is cheap is forbidden: the mean must come to lie where it is allowed.
  const objective = new ProblemObjective({ cost: (a) => a[0]!, violation: (a) => Math.max(0, 0.2 - a[0]!) });
  const plan = await planFor(new Mppi(), objective, { steps: 1, axes: 1 }, 12);
  expect(plan.violation).toBe(0);
  expect(plan.cost).toBeLessThan(0.21);
});
