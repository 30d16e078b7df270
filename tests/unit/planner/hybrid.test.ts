import { expect, test } from "vitest";
import { seededRandom } from "../../../src/math/random.js";
import { zeros } from "../../../src/math/tensor.js";
import { Cem } from "../../../src/planner/cem.js";
import { Hybrid } from "../../../src/planner/hybrid.js";
import { boundedCarts, discField, type KnownAnswer, linearQuadratic } from "../../../src/planner/known-answers.js";
import { obstacleField, ProblemObjective, plansOf } from "../../contract/planner-problems.js";

/** Lowest cost within so much work, a gradient counted as four scores; Infinity while a rule is broken. */
async function costAt(planner: Cem | Hybrid, problem: KnownAnswer, most: number, seed: number): Promise<number> {
  const objective = problem.objective();
  let cost = Number.POSITIVE_INFINITY;
  for await (const plan of planner.improve(objective, zeros(problem.steps, problem.axes), seededRandom(seed))) {
    if (objective.scored + 4 * objective.gradientEvaluations > most) break;
    cost = plan.violation > 0 ? Number.POSITIVE_INFINITY : plan.cost;
  }
  return cost;
}

test.each([
  ["lqr", linearQuadratic(), [512, 1024, 2048]],
  ["bounded", boundedCarts(), [512, 1024, 2048]],
  // With less, no start has yet come round the first disc.
  ["discs", discField(), [1024, 2048]],
])("on %s it is at least as good as the cross-entropy method with half of the work", async (_, problem, works) => {
  for (const work of works) {
    let better = 0;
    for (let seed = 1000; seed < 1020; seed++)
      if ((await costAt(new Hybrid(), problem, work / 2, seed)) <= (await costAt(new Cem(), problem, work, seed))) better++;
    expect(better).toBeGreaterThanOrEqual(10);
  }
});

test("without a gradient it goes on as the cross-entropy method", async () => {
  const field = obstacleField();
  const problem = new ProblemObjective(field);
  const blind = { score: problem.score.bind(problem) };
  const plans = await plansOf(new Hybrid(), blind, zeros(2, 2), 12);
  expect(plans.at(-1)!.violation).toBe(0);
  expect(problem.evaluations).toBe(12 * 64);
  expect(plans.at(-1)!.cost).toBeLessThan(plans[1]!.cost);
});

test("asks for the gradient of its few starts only, and for one score an iteration", async () => {
  const problem = linearQuadratic();
  const objective = problem.objective();
  let asked = 0;
  const counting = {
    score: (actions: Parameters<typeof objective.score>[0]) => {
      asked++;
      return objective.score(actions);
    },
    gradient: objective.gradient.bind(objective),
  };
  await plansOf(new Hybrid({ samples: 64, starts: 3, fresh: 0.25 }), counting, zeros(problem.steps, problem.axes), 5);
  expect(asked).toBe(5);
  expect(objective.gradientEvaluations).toBe(3 * 4);
  expect(objective.scored).toBe(64 + 4 * (3 + 16));
});
