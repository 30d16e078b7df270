import { describe, expect, test } from "vitest";
import type { Tensor } from "../../../src/core/tensor.js";
import { ActionScaling } from "../../../src/embodiment/action-scaling.js";
import { seededRandom } from "../../../src/math/random.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { DisagreementCost } from "../../../src/objective/costs/disagreement.js";
import { GoalCost } from "../../../src/objective/costs/goal.js";
import { HeadingCost } from "../../../src/objective/costs/heading.js";
import { PersistenceCost } from "../../../src/objective/costs/persistence.js";
import { RestCost } from "../../../src/objective/costs/rest.js";
import { SmoothnessCost } from "../../../src/objective/costs/smoothness.js";
import { overSteps, stepWeights } from "../../../src/objective/over-steps.js";
import { rolloutOf } from "./fakes.js";

const NAMES = ["robot.x [m]", "robot.y [m]", "robot.yaw.cos [1]", "robot.yaw.sin [1]"];
const of = (shape: number[], ...data: number[]) => tensor(Float32Array.from(data), shape);
const at = (x: number, y: number, yaw = 0) => [x, y, Math.cos(yaw), Math.sin(yaw)];

test("overSteps mixes the mean over the steps and the last step", () => {
  expect([...overSteps([1, 2, 6, 0, 0, 3], 2, 3, 0)]).toEqual([3, 1]);
  expect([...overSteps([1, 2, 6, 0, 0, 3], 2, 3, 1)]).toEqual([6, 3]);
  expect([...overSteps([1, 2, 6, 0, 0, 3], 2, 3, 0.25)]).toEqual([3.75, 1.5]);
});

test("GoalCost is the cost to go over the steps, samples kept apart", async () => {
  const rollout = rolloutOf({ actions: of([2, 2, 1], 0, 0, 0, 0), distance: Float32Array.of(4, 2, 1, 1) });
  expect([...(await new GoalCost(0.5).evaluate(rollout))]).toEqual([2.5, 1]);
});

test("stepWeights are those by which overSteps adds up", () => {
  const perStep = [3, 1, 4];
  const weights = stepWeights(3, 0.25);
  expect(perStep.reduce((sum, value, i) => sum + value * weights[i]!, 0)).toBeCloseTo(overSteps(perStep, 1, 3, 0.25)[0]!, 6);
});

describe("HeadingCost", () => {
  const cost = new HeadingCost(NAMES, { xM: 1, yM: 1, yawRad: Math.PI / 2 });
  const evaluate = async (...rows: number[][]) =>
    (await cost.evaluate(rolloutOf({ readouts: of([1, rows.length, 4], ...rows.flat()) })))[0]!;

  test("at the goal: 0 along it, 1 across, 2 against", async () => {
    expect(await evaluate(at(1, 1, Math.PI / 2))).toBeCloseTo(0, 5);
    expect(await evaluate(at(1, 1, 0))).toBeCloseTo(1, 5);
    expect(await evaluate(at(1, 1, -Math.PI / 2))).toBeCloseTo(2, 5);
    expect(await evaluate(at(1, 1, 0), at(1, 1, Math.PI / 2))).toBeCloseTo(0.5, 5);
  });

  test("counts less and less away from the goal", async () => {
    expect(await evaluate(at(1.4, 1, 0))).toBeCloseTo(Math.exp(-1), 5);
    expect(await evaluate(at(3, 1, 0))).toBeLessThan(1e-6);
  });

  test("does not mind the length of the direction that is read out, nor that there is none", async () => {
    expect(await evaluate([1, 1, 0.3, 0.3])).toBeCloseTo(1 - Math.SQRT1_2, 5);
    expect(await evaluate([1, 1, 0, 0])).toBeCloseTo(1, 5);
  });

  test("refuses a model that reads out no heading", () => {
    expect(() => new HeadingCost(["robot.x [m]", "robot.y [m]"], { xM: 0, yM: 0, yawRad: 0 })).toThrow(
      expect.objectContaining({ code: "RH-MODEL-READOUT" }),
    );
  });
});

describe("SmoothnessCost", () => {
  const actions = of([2, 3, 2], 0, 0, 1, 0, 1, 2, 5, 5, 5, 5, 5, 5);

  test("is the mean squared change; a steady plan costs nothing", async () => {
    expect([...(await new SmoothnessCost().evaluate(rolloutOf({ actions })))].map((c) => c * 3)).toEqual([expect.closeTo(5, 5), 0]);
  });

  test("counts the change from the action in force", async () => {
    expect((await new SmoothnessCost().evaluate(rolloutOf({ actions, before: [0, 3] })))[0]! * 3).toBeCloseTo(9 + 5, 5);
  });
});

test("SmoothnessCost knows its gradient", async () => {
  const cost = new SmoothnessCost();
  const at = [0.1, -0.4, 0.7, 0.2, -0.3, 0.9];
  for (const before of [undefined, [0.5, -0.5]]) {
    const gradient = await cost.gradient({ from: of([1], 0), blocks: of([0, 0, 0]), actions: of([1, 3, 2], ...at), before });
    const value = async (i: number, offset: number) => {
      const moved = at.map((a, j) => (i === j ? a + offset : a));
      return (await cost.evaluate(rolloutOf({ actions: of([1, 3, 2], ...moved), before })))[0]!;
    };
    for (let i = 0; i < at.length; i++)
      expect(values(gradient.actions)[i]).toBeCloseTo(((await value(i, 0.01)) - (await value(i, -0.01))) / 0.02, 3);
  }
});

describe("PersistenceCost", () => {
  const before = Float32Array.of(0.5, 0, 0.5, 1);

  test("is the mean squared difference from the plan before, as far as that reaches", async () => {
    const actions = of([2, 3, 2], 0.5, 0, 0.5, 1, 9, 9, 0.5, 1, 0, 1, 9, 9);
    expect([...(await new PersistenceCost(before).evaluate(rolloutOf({ actions })))].map((c) => c * 3)).toEqual([
      0,
      expect.closeTo(1.25, 5),
    ]);
    expect([...(await new PersistenceCost(before).evaluate(rolloutOf({ actions: of([1, 1, 2], 1, 0) })))]).toEqual([0.25]);
  });

  test("knows its gradient", async () => {
    const actions = of([1, 3, 2], 1, 1, 0, 0, 9, 9);
    const { actions: gradient } = await new PersistenceCost(before).gradient({ from: of([1], 0), blocks: of([0, 0, 0]), actions });
    expect([...values(gradient)].map((v) => v * 3)).toEqual([1, 2, -1, -2, 0, 0].map((v) => expect.closeTo(v, 5)));
  });
});

describe("DisagreementCost", () => {
  const motionOf = (...xy: number[][]) => of([1, xy.length, 6], ...xy.flatMap(([x, y]) => [x!, y!, 0, 0, 0, 0]));
  const evaluate = async (readouts: number[][], motion: Tensor, bias = { xM: 0, yM: 0 }) => {
    const rollout = rolloutOf({
      actions: of([1, readouts.length, 1], ...readouts.map(() => 0)),
      readouts: of([1, readouts.length, 4], ...readouts.flat()),
      motion,
    });
    return (await new DisagreementCost(NAMES, bias).evaluate(rollout))[0]!;
  };

  test("is the mean distance between what is imagined and where the body goes, at the end of each step", async () => {
    const motion = motionOf([9, 9], [1, 0], [9, 9], [2, 0]);
    expect(await evaluate([at(1, 0), at(2, 0)], motion)).toBeCloseTo(0, 6);
    expect(await evaluate([at(1, 3), at(2, 1)], motion)).toBeCloseTo(2, 6);
  });

  test("counts from the bias of the readouts here and now, and finds the ends of steps when the first has begun", async () => {
    const motion = motionOf([1, 0], [9, 9], [2, 0]);
    expect(await evaluate([at(1.5, 0.5), at(2.5, 0.5)], motion, { xM: 0.5, yM: 0.5 })).toBeCloseTo(0, 6);
  });

  test("with it no imagined slide pays: the energy is no less than what the body's own motion leaves", async () => {
    const random = seededRandom(4);
    for (let trial = 0; trial < 50; trial++) {
      const point = () => [4 * random.uniform() - 2, 4 * random.uniform() - 2] as const;
      const [goal, imagined, body] = [point(), point(), point()];
      const energy = Math.hypot(goal[0] - imagined[0], goal[1] - imagined[1]) + (await evaluate([at(...imagined)], motionOf([...body])));
      expect(energy).toBeGreaterThanOrEqual(Math.hypot(goal[0] - body[0], goal[1] - body[1]) - 1e-5);
    }
  });
});

describe("RestCost", () => {
  const rest = new ActionScaling([
    { name: "linear.x", unit: "m/s", range: [-0.3, 0.6] },
    { name: "angular.z", unit: "rad/s", range: [-2, 2] },
  ]).restAction;
  const cost = new RestCost(NAMES, { xM: 0, yM: 0 }, rest);
  const evaluate = async (position: number[], action: number[]) =>
    (await cost.evaluate(rolloutOf({ readouts: of([1, 1, 4], ...position), actions: of([1, 1, 2], ...action) })))[0]!;

  test("standing still costs nothing, anywhere", async () => {
    expect(rest[0]).toBeCloseTo(-1 / 3, 12);
    expect(await evaluate(at(0, 0), [...rest])).toBeCloseTo(0, 10);
  });

  test("driving costs at the goal, not far from it", async () => {
    expect(await evaluate(at(0, 0), [rest[0]! + 0.5, 1])).toBeCloseTo(1.25, 5);
    expect(await evaluate(at(0.15, 0), [rest[0]! + 0.5, 1])).toBeCloseTo(1.25 * Math.exp(-1), 5);
    expect(await evaluate(at(1, 0), [1, 1])).toBeLessThan(1e-6);
  });
});

test("columns are found by name, with or without unit, in any order", async () => {
  const cost = new RestCost(["a", "robot.y", "robot.x [m]"], { xM: 2, yM: 3 }, [0]);
  expect((await cost.evaluate(rolloutOf({ readouts: of([1, 1, 3], 9, 3, 2), actions: of([1, 1, 1], 1) })))[0]).toBeCloseTo(1, 6);
});
