import { describe, expect, it } from "vitest";
import { TWIST } from "../../src/core/command.js";
import { evaluateTask } from "../../src/evaluation/task.js";
import { trueTaskModel } from "../../src/evaluation/true-task-model.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { tensor } from "../../src/math/tensor.js";
import { makeMpcPlanner } from "../../src/runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "../../src/runtime/system-clock.js";
import { pictureOf } from "../../src/worlds/goal-picture.js";
import { taskWorldDefinition } from "../../src/worlds/index.js";

const axes = [
  { name: "linear.x", unit: "m/s", range: [-0.75, 0.75] },
  { name: "linear.y", unit: "m/s", range: [-0.75, 0.75] },
] as const;
const plain = loadSetup(["model=tests/fixtures/tiny-model"], undefined, "pusht");
const setup = { ...plain, model: { ...plain.model, axes, blockSize: 5, periodS: 0.1, stepS: 0.5 } };
const quiet = () => {};

describe("evaluation of a task", () => {
  it("is solved by who made the goal, and by nobody who stands still", async () => {
    const { expert, still } = await evaluateTask({ world: "pusht", episodes: 6, seed: 1000, drivers: ["expert", "still"] }, setup, quiet);
    expect([expert.success, expert.strict, expert.failedSeeds]).toEqual([1, 1, []]);
    expect([still.success, still.strict, still.timeToGoalS]).toEqual([0, 0, null]);
    expect(still.finalError).toBeCloseTo(still.startError, 1);
    expect(expert.finalError).toBeLessThan(0.2 * expert.startError);
    expect(still.gate.ticks).toBe(0);
  });

  it("gives the same twice", async () => {
    const run = () => evaluateTask({ world: "pusht", episodes: 3, seed: 1010, drivers: ["random"] }, setup, quiet);
    expect(await run()).toEqual(await run());
  });
});

describe("the world itself as a model", () => {
  it("foresees exactly what then happens, and counts what is left as the task does", async () => {
    const definition = taskWorldDefinition("pusht");
    const seed = 1003;
    const { start, goal, demonstration } = definition.episode(seed);
    const world = definition.create({ seed, startNs: 1_000_000_000n });
    world.restore(start);
    const model = trueTaskModel(definition, world, goal, seed, { axes, command: TWIST, blockSize: 5, stepS: 0.5 });
    const latent = await model.encoder.encode(world.frame(), world.odometry!());
    const steps = Math.floor(demonstration!.length / 5);
    const actions = new Float32Array(steps * 10);
    demonstration!.slice(0, steps * 5).forEach((command, tick) => {
      if (command.kind === "twist") actions.set([command.vxMps / 0.75, command.vyMps / 0.75], tick * 2);
    });
    const imagined = await model.worldModel.rollout(latent, tensor(actions, [1, steps, 10]));
    const left = await model.costToGo.costToGo(
      tensor(Float32Array.of(...Array.from({ length: steps }, (_, i) => imagined.get(0, i, 0))), [steps, 1]),
      [-1],
    );
    for (const command of demonstration!.slice(0, steps * 5)) {
      world.command(command);
      world.advance(100_000_000n);
    }
    // Actions are float32.
    expect(left.at(-1)!).toBeCloseTo(definition.judge(world.save(), goal).error, 3);
  });

  it("is planned in by the same planner", async () => {
    const definition = taskWorldDefinition("pusht");
    const { start, goal } = definition.episode(1003);
    const world = definition.create({ seed: 1003, startNs: 1_000_000_000n });
    world.restore(start);
    const small = {
      ...setup,
      model: { ...setup.model, goal: "latent" as const },
      parameters: { ...setup.parameters, samples: 8, iterations: 2, horizon_steps: 3 },
    };
    const maker = await makeMpcPlanner(
      trueTaskModel(definition, world, goal, 1003, { axes, command: TWIST, blockSize: 5, stepS: 0.5 }),
      small,
      SYSTEM_CLOCK,
    );
    const plan = await maker.plan({
      goal: { kind: "image", id: 1, frame: pictureOf(definition, 1003, goal) },
      frame: world.frame(),
      body: world.odometry!(),
      obstacles: undefined,
      startNs: world.stampNs,
      committed: new Float32Array(2),
      recent: new Float32Array(10),
      previous: undefined,
      stalledNs: 0n,
      sequence: 0,
    });
    expect(plan.remaining).toBeCloseTo(definition.judge(start, goal).error, 3);
    expect(plan.energy.total).toBeLessThan(plan.remaining);
    expect(plan.poses!.shape).toEqual([4, 3]);
  });
});
