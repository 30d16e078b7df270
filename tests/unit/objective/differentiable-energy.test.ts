import { describe, expect, test } from "vitest";
import type { PlanningConstraint } from "../../../src/core/guardrail.js";
import type { Tensor } from "../../../src/core/tensor.js";
import type { CostGradient, CostToGo } from "../../../src/core/world-model.js";
import { seededRandom } from "../../../src/math/random.js";
import { tensor, values, zeros } from "../../../src/math/tensor.js";
import { DifferentiableGoalCost } from "../../../src/objective/costs/goal.js";
import { DifferentiableEnergy } from "../../../src/objective/differentiable-energy.js";
import { GradientDescent } from "../../../src/planner/gradient.js";
import { plansOf } from "../../contract/planner-problems.js";
import { BLOCK, costOf, keepBelow, odometry, parts as plainParts } from "./fakes.js";

const latent = tensor(new Float32Array([0.5, 0]), [2]);
/** The model's cost to go here: half the squared distance from the goal's x. */
const costToGo: CostToGo = {
  costToGo: async (latents, [x = 0]) => Float32Array.from({ length: latents.shape[0]! }, (_, row) => (latents.get(row, 0) - x) ** 2 / 2),
};
const parts = (guardrails: PlanningConstraint[] = []) => ({ ...plainParts(guardrails), costToGo });
const state = { latent, body: odometry, goal: [2, 0] as const };

/** The gradient of half the squared distance from the goal's x, by hand: each tick's first action moves this step's position and all later ones. */
const gradient: CostGradient = {
  async costGradient(from, blocks, [x = 0], weights) {
    const [samples, steps] = blocks.shape as [number, number, number];
    const gradient = zeros(...blocks.shape);
    for (let n = 0; n < samples; n++) {
      let position = from.get(0);
      for (let step = 0; step < steps; step++) {
        for (let tick = 0; tick < BLOCK; tick++) position += blocks.get(n, step, tick * 2);
        for (let earlier = 0; earlier <= step; earlier++) {
          for (let tick = 0; tick < BLOCK; tick++) {
            gradient.set(n, earlier, tick * 2, gradient.get(n, earlier, tick * 2) + (position - x) * weights[step]!);
          }
        }
      }
    }
    return { cost: new Float32Array(samples), gradient };
  },
};

const goal = (weight: number) => ({ cost: new DifferentiableGoalCost(gradient, [2, 0]), weight });

/** d of what `read` gives of the scores / d actions, by central differences. */
async function numeric(energy: DifferentiableEnergy, actions: Tensor, what: "cost" | "violation"): Promise<number[]> {
  const gradients: number[] = [];
  for (let i = 0; i < values(actions).length; i++) {
    const at = async (offset: number) => {
      const moved = values(actions).slice();
      moved[i]! += offset;
      return (await energy.score(tensor(moved, actions.shape)))[what].reduce((sum, value) => sum + value, 0);
    };
    gradients.push(((await at(0.02)) - (await at(-0.02))) / 0.04);
  }
  return gradients;
}

const random = seededRandom(3);
const actions = tensor(
  Float32Array.from({ length: 12 }, () => 1.6 * random.uniform() - 0.8),
  [2, 3, 2],
);

describe("gradient", () => {
  test.each([
    ["nothing committed", undefined],
    ["a step committed", tensor(new Float32Array([0.3, 0, 0.3, 0]), [2, 2])],
    ["half a step more", tensor(new Float32Array([0.3, 0, 0.3, 0, -0.1, 0.2]), [3, 2])],
  ])("is the gradient of the cost: %s", async (_, committed) => {
    const energy = new DifferentiableEnergy(parts(), [goal(3)], { ...state, committed });
    const expected = await numeric(energy, actions, "cost");
    values(await energy.gradient(actions)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 2);
    });
  });

  test("costs without a gradient count in the score alone", async () => {
    const plain = { cost: costOf("plain", ({ actions: a }, n) => a.get(n, 0, 0)), weight: 5 };
    const both = new DifferentiableEnergy(parts(), [goal(3), plain], state);
    const alone = new DifferentiableEnergy(parts(), [goal(3)], state);
    expect(await both.gradient(actions)).toEqual(await alone.gradient(actions));
  });

  test("where a guardrail is broken it is the gradient of the violation, and only there", async () => {
    // The first goes on to 1.25, the second back.
    const two = tensor(new Float32Array([0.5, 0, 0.5, 0, 0.5, 0, -0.9, 0, -0.9, 0, -0.9, 0]), [2, 3, 2]);
    const energy = new DifferentiableEnergy(parts([keepBelow("custom/wall", 1.2)]), [goal(1e9)], state);
    const gradient = values(await energy.gradient(two));
    const expected = await numeric(energy, two, "violation");
    for (let i = 0; i < 6; i++) expect(gradient[i]).toBeCloseTo(expected[i]!, 3);
    const cost = values(await new DifferentiableEnergy(parts(), [goal(1e9)], state).gradient(two));
    for (let i = 6; i < 12; i++) expect(gradient[i]).toBe(cost[i]);
  });
});

test("gradient descent over it goes as far as the guardrail lets it", async () => {
  const energy = new DifferentiableEnergy(
    parts([keepBelow("custom/wall", 1.3)]),
    [{ ...goal(1), cost: new DifferentiableGoalCost(gradient, [9, 0], 0) }],
    { ...state, goal: [9, 0] },
  );
  const plan = (await plansOf(new GradientDescent(), energy, zeros(3, 2), 60)).at(-1)!;
  expect(plan.violation).toBe(0);
  const { energy: report } = await energy.explain(plan.actions);
  expect(report.margins!["custom/wall"]).toBeGreaterThan(-0.03);
});
