import { describe, expect, test } from "vitest";
import type { Rollout } from "../../../src/core/objective.js";
import type { RolloutEvaluator } from "../../../src/core/world-model.js";
import { seededRandom } from "../../../src/math/random.js";
import { tensor, values, zeros } from "../../../src/math/tensor.js";
import { GoalCost } from "../../../src/objective/costs/goal.js";
import { RestCost } from "../../../src/objective/costs/rest.js";
import { SmoothnessCost } from "../../../src/objective/costs/smoothness.js";
import { Energy } from "../../../src/objective/energy.js";
import { Cem } from "../../../src/planner/cem.js";
import { plansOf } from "../../contract/planner-problems.js";
import { AXES, costOf, keepBelow, motionModel, odometry, parts, readouts, worldModel } from "./fakes.js";

const latent = tensor(new Float32Array([0.5, 0]), [2]);
const state = { latent, body: odometry, goal: [2, 1] as readonly [number, number] };
const random = seededRandom(1);
const randomActions = (samples: number, steps: number) =>
  tensor(
    Float32Array.from({ length: samples * steps * 2 }, () => 2 * random.uniform() - 1),
    [samples, steps, 2],
  );

describe("what is imagined", () => {
  test("the model is given each action held for its block, the body the same in SI", async () => {
    const energy = new Energy(parts(), [], state);
    await energy.score(tensor(new Float32Array([-1, 1, 0, 0.5, 1, -1, 0.5, 0]), [2, 2, 2]));
    expect(worldModel.asked[0]!.shape).toEqual([2, 2, 4]);
    expect([...values(worldModel.asked[0]!)]).toEqual([-1, 1, -1, 1, 0, 0.5, 0, 0.5, 1, -1, 1, -1, 0.5, 0, 0.5, 0]);
    expect(motionModel.asked[0]!.from).toBe(odometry);
    const twists = [-0.25, 0, 2, 0.25, 0, 1, 0.75, 0, -2, 0.5, 0, 0].flatMap((_, i, all) =>
      i % 3 === 0 ? [...all.slice(i, i + 3), ...all.slice(i, i + 3)] : [],
    );
    expect([...values(motionModel.asked[0]!.commands)]).toEqual(twists);
  });

  test("committed steps are imagined once; all candidates go on from their end, the model's and the body's", async () => {
    const committed = tensor(new Float32Array([1, 0, 1, 0.5]), [1, 4]);
    const energy = new Energy(parts(), [], { ...state, committed });
    expect(energy.committedSteps).toBe(1);
    const seen: number[] = [];
    const spy = { cost: costOf("spy", ({ readouts: read }, n) => seen.push(read.get(n, 0, 0))), weight: 1 };
    const watched = new Energy(parts(), [spy], { ...state, committed });
    await watched.score(tensor(new Float32Array([-0.5, 0.25, 0.5, 0]), [2, 1, 2]));
    await watched.score(tensor(new Float32Array([-0.5, 0.25]), [1, 1, 2]));
    expect(worldModel.asked.map((actions) => [...values(actions)])).toEqual([
      [1, 0, 1, 0.5],
      [-0.5, 0.25, -0.5, 0.25, 0.5, 0, 0.5, 0],
      [-0.5, 0.25, -0.5, 0.25],
    ]);
    expect(seen).toEqual([1.5, 3.5, 1.5]);
    const { from, commands } = motionModel.asked[1]!;
    expect(commands.shape).toEqual([2, 2, 3]);
    expect(from.odomFromBase.xM).toBeCloseTo(1 + 2 * 0.75 * 0.1, 5);
    expect(from.odomFromBase.yawRad).toBeCloseTo(0.5 + 0.1 * (0 + 1), 5);
    expect(from.twistInBase).toMatchObject({ vxMps: 0.75, yawRateRps: 1 });
    expect(from.stampNs).toBe(odometry.stampNs + 200_000_000n);
  });

  test("where the committed ticks end within a step, the planner's choice for it counts from the first free tick", async () => {
    const committed = tensor(new Float32Array([1, 0, 1, 0.5, 0.25, 0.25]), [3, 2]);
    const energy = new Energy(parts(), [], { ...state, committed });
    expect(energy.committedSteps).toBe(1);
    await energy.score(tensor(new Float32Array([-0.5, 0, 0.5, 0]), [1, 2, 2]));
    expect([...values(worldModel.asked[1]!)]).toEqual([0.25, 0.25, -0.5, 0, 0.5, 0, 0.5, 0]);
    expect(motionModel.asked[1]!.commands.shape).toEqual([1, 3, 3]);
  });

  test("costs see the free steps, and the action in force before them", async () => {
    const seen: unknown[] = [];
    const spy = {
      name: "spy",
      readsLatents: true,
      evaluate: ({ actions, before, readouts: read, distance, motion, latents }: Rollout) => {
        seen.push([...values(actions)], [...Array.from(before!)], read.shape, distance.length, motion.shape, latents?.shape);
        return new Float32Array(1);
      },
    };
    const committed = tensor(new Float32Array([1, 0, 1, 0.5]), [2, 2]);
    await new Energy(parts(), [{ cost: spy, weight: 1 }], { ...state, committed }).score(tensor(new Float32Array([-0.5, 0.25]), [1, 1, 2]));
    expect(seen).toEqual([[-0.5, 0.25], [1, 0.5], [1, 1, 4], 1, [1, 2, 6], [1, 1, 2]]);
  });

  test("a evaluator in the place of the parts is asked for the same", async () => {
    const asked: unknown[] = [];
    const evaluator: RolloutEvaluator = {
      async evaluate(from, blocks, goal) {
        asked.push([...values(from)], blocks.shape, goal);
        return { readouts: zeros(2, 1, 4), distance: Float32Array.of(3, 4) };
      },
    };
    const energy = new Energy({ ...parts(), evaluator }, [{ cost: new GoalCost(), weight: 2 }], state);
    expect([...(await energy.score(zeros(2, 1, 2))).cost]).toEqual([6, 8]);
    expect(asked).toEqual([
      [0.5, 0],
      [2, 1, 4],
      [2, 1],
    ]);
  });
});

describe("score", () => {
  const terms = () => [
    { cost: new GoalCost(), weight: 2 },
    { cost: new SmoothnessCost(), weight: 0.5 },
    { cost: new RestCost(readouts.names, { xM: 2, yM: 1 }, [-0.5, 0]), weight: 3 },
  ];

  test("is the weighted sum of the costs; the terms of explain add up to it", async () => {
    const actions = randomActions(7, 3);
    const energy = new Energy(parts([keepBelow("custom/wall", 1.1)]), terms(), state);
    const scores = await energy.score(actions);
    for (let n = 0; n < 7; n++) {
      const one = tensor(values(actions).slice(n * 6, n * 6 + 6), [3, 2]);
      const { energy: report } = await energy.explain(one);
      expect(Object.keys(report.terms)).toEqual(["goal", "smoothness", "rest"]);
      expect(Object.values(report.terms).reduce((sum, term) => sum + term, 0)).toBeCloseTo(report.total, 12);
      expect(scores.cost[n]).toBeCloseTo(report.total, 4);
      expect(scores.violation[n]).toBe(report.violation);
      expect(report.violation).toBe(Math.max(0, report.margins!["custom/wall"]!));
    }
  });

  test("remembers the best by term: least violation, then cost, over all that was scored", async () => {
    const energy = new Energy(parts([keepBelow("custom/wall", 1.05)]), terms(), state);
    expect(energy.best).toBeUndefined();
    await energy.score(tensor(new Float32Array([1, 0]), [1, 1, 2])); // nearer to the goal, beyond the wall
    expect(energy.best!.violation).toBeCloseTo(0.1, 5);
    const kept = tensor(new Float32Array([-0.2, 0]), [1, 1, 2]);
    await energy.score(kept);
    const { total, violation, terms: byName } = energy.best!;
    expect(violation).toBe(0);
    const { energy: report } = await energy.explain(tensor(values(kept), [1, 2]));
    expect(total).toBeCloseTo(report.total, 5);
    for (const [name, value] of Object.entries(report.terms)) expect(byName[name]).toBeCloseTo(value, 5);
    await energy.score(tensor(new Float32Array([1, 0, -1, 0]), [2, 1, 2]));
    expect(energy.best!.total).toBe(total);
  });

  test("does not depend on the batch it is in, nor on what was scored before", async () => {
    const actions = randomActions(5, 3);
    const energy = new Energy(parts([keepBelow("custom/wall", 1.1)]), terms(), state);
    await energy.score(randomActions(9, 3));
    const all = await energy.score(actions);
    for (let n = 0; n < 5; n++) {
      const alone = await energy.score(tensor(values(actions).slice(n * 6, n * 6 + 6), [1, 3, 2]));
      expect(alone.cost[0]).toBe(all.cost[n]);
      expect(alone.violation[0]).toBe(all.violation[n]);
    }
    expect(await energy.score(actions)).toEqual(all);
  });

  test("violation is the worst margin over the rules, and 0 when all are kept", async () => {
    const actions = tensor(new Float32Array([1, 0, -1, 0]), [2, 1, 2]); // to x = 1.15, or back to 0.95
    const energy = new Energy(parts([keepBelow("custom/near", 1.05), keepBelow("custom/far", 1.1)]), [], state);
    const { violation } = await energy.score(actions);
    expect(violation[0]).toBeCloseTo(0.1, 5);
    expect(violation[1]).toBe(0);
  });

  test("a cost or a margin that is not a number stays one: it is the planner that must not take it", async () => {
    const broken = { ...keepBelow("custom/broken", 0), margin: () => Float32Array.of(Number.NaN, -1) };
    const energy = new Energy(parts([broken, keepBelow("custom/wall", 9)]), [{ cost: costOf("nan", () => Number.NaN), weight: 1 }], state);
    const { cost, violation } = await energy.score(zeros(2, 1, 2));
    expect([...cost]).toEqual([Number.NaN, Number.NaN]);
    expect([...violation]).toEqual([Number.NaN, 0]);
  });

  test("a cost that gives another number of values, or a promise of them, is refused", async () => {
    const late = (async () => new Float32Array(2)) as unknown as () => Float32Array;
    for (const evaluate of [late, () => new Float32Array(3)]) {
      const energy = new Energy(parts(), [{ cost: { name: "own", evaluate }, weight: 1 }], state);
      await expect(energy.score(zeros(2, 1, 2))).rejects.toMatchObject({ code: "RH-COST-VALUES" });
    }
  });

  test("latents are there for a cost that says that it reads them, and are not asked for otherwise", async () => {
    const seen: unknown[] = [];
    const cost = (readsLatents: boolean) => ({
      name: "own",
      readsLatents,
      evaluate: ({ latents }: Rollout) => {
        seen.push(latents && [...values(latents)]);
        return new Float32Array(1);
      },
    });
    const actions = tensor(new Float32Array([0.5, 0.25]), [1, 1, 2]);
    for (const reads of [true, false]) await new Energy(parts(), [{ cost: cost(reads), weight: 1 }], state).score(actions);
    expect(seen).toEqual([[1.5, 0.25], undefined]);
  });

  test("no task weight buys a violation", async () => {
    // The goal lies behind the wall; at this weight the least way towards it outweighs any sum of violations.
    for (const weight of [1, 1e9]) {
      const costs = [{ cost: new GoalCost(), weight }];
      const energy = new Energy(parts([keepBelow("custom/wall", 1.3)]), costs, { ...state, goal: [50, 100] });
      const plan = (await plansOf(new Cem(), energy, zeros(4, 2), 15)).at(-1)!;
      expect(plan.violation).toBe(0);
      const { energy: report } = await energy.explain(plan.actions);
      expect(report.margins!["custom/wall"]).toBeLessThanOrEqual(0);
      // It is the guardrail that holds it back: it goes right up to the wall.
      expect(report.margins!["custom/wall"]).toBeGreaterThan(-0.05);
    }
  });
});

describe("explain", () => {
  test("gives the poses read out of the latents from the present one on, and the actions with the committed ones", async () => {
    const committed = tensor(new Float32Array([0.25, 0, 0.25, 0]), [2, 2]);
    const detail = await new Energy(parts(), [], { ...state, committed }).explain(tensor(new Float32Array([0.5, 1]), [1, 2]));
    expect([...values(detail.actions)]).toEqual([0.25, 0, 0.5, 1]);
    expect(detail.poses!.shape).toEqual([3, 3]);
    [0.5, 1, 2].forEach((x, step) => {
      expect(detail.poses!.get(step, 0)).toBeCloseTo(x, 5);
      expect(detail.poses!.get(step, 1)).toBeCloseTo(2 * x, 5);
      expect(detail.poses!.get(step, 2)).toBeCloseTo(x, 5);
    });
    expect(detail.latents.shape).toEqual([2, 2]);
  });

  test("what it gives is not overwritten by later scores", async () => {
    const energy = new Energy(parts(), [], state);
    const detail = await energy.explain(zeros(2, 2));
    const before = values(detail.actions).slice();
    await energy.explain(tensor(new Float32Array([1, 1, 1, 1]), [2, 2]));
    expect(values(detail.actions)).toEqual(before);
  });
});

test("the axes of the fakes stand still at a normalised action that is not 0", () => {
  const { restAction: rest } = parts().scaling;
  expect(AXES[0]!.range[0] + ((rest[0]! + 1) / 2) * (AXES[0]!.range[1] - AXES[0]!.range[0])).toBeCloseTo(0, 12);
  expect(rest[1]).toBeCloseTo(0, 12);
});
