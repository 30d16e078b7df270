import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SafetyGate } from "../../src/control/gate.js";
import type { JointVelocityCommand } from "../../src/core/command.js";
import type { TaskWorld } from "../../src/core/world.js";
import { driveInLockstep } from "../../src/lockstep/drive-in-lockstep.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { type BuiltPlanner, buildPlanner } from "../../src/runtime/planner-setup.js";
import { pictureOf } from "../../src/worlds/goal-picture.js";
import { taskWorldDefinition } from "../../src/worlds/index.js";

const definition = taskWorldDefinition("reacher");
const setup = loadSetup([], undefined, "reacher");
const { joints } = setup.robot;
let built: BuiltPlanner;
beforeAll(async () => {
  built = await buildPlanner(setup);
});
afterAll(() => built.model.dispose());

/** The shipped model on the way to the goal picture of an episode. */
function driving(seed: number) {
  const { start, goal } = definition.episode(seed);
  const world: TaskWorld = definition.create({ seed, startNs: 1_000_000_000n });
  world.restore(start);
  const gate = new SafetyGate(setup.robot);
  const { run, controller } = driveInLockstep(world, setup, (request) => built.mpc.plan(request), { gate });
  controller.pursue({ kind: "image", id: seed + 1, frame: pictureOf(definition, seed, goal) });
  return { world, run, controller, goal };
}

describe("an arm with its model", () => {
  it.each([1000, 1001, 1002])("takes the pose of a picture (seed %i) within speeds, accelerations and ranges", async (seed) => {
    const { world, run, goal } = driving(seed);
    let before = joints.map(() => 0);
    let solved = false;
    for (let tick = 0; tick < definition.budgetTicks; tick++) {
      const { verdict } = await run.tick();
      const { velocitiesRps } = verdict.command as JointVelocityCommand;
      joints.forEach((joint, i) => {
        const now = velocitiesRps[i]!;
        expect(Math.abs(now)).toBeLessThanOrEqual(joint.velocityRps);
        expect(Math.abs(now) - Math.abs(before[i]!)).toBeLessThanOrEqual(joint.accelerationRps2 * 0.1 + 1e-9);
        const q = world.joints!().positionsRad[i]!;
        expect(q).toBeGreaterThanOrEqual(joint.positionRad[0]);
        expect(q).toBeLessThanOrEqual(joint.positionRad[1]);
      });
      before = [...velocitiesRps];
      solved ||= definition.judge(world.save(), goal).benchmark;
    }
    expect(solved).toBe(true);
    expect(world.collisions).toBe(0);
  });

  it("plans from where its joints are, without a pose, and repeats exactly", async () => {
    const drive = async () => {
      const { run } = driving(1003);
      for (let tick = 0; tick < 10; tick++) await run.tick();
      return (await run.tick()).plan!;
    };
    const [one, two] = [await drive(), await drive()];
    expect(one.poses).toBeUndefined();
    expect(one.goalPosition).toBeUndefined();
    expect(one.energy).toEqual(two.energy);
    expect(Object.keys(one.energy.margins!)).toContain("joint-range");
  });
});
