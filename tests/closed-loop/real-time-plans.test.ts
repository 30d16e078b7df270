import { expect, test } from "vitest";
import type { TimedPlan } from "../../src/core/cycle.js";
import { driveInLockstep } from "../../src/lockstep/drive-in-lockstep.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { buildPlanner } from "../../src/runtime/planner-setup.js";
import { createNavigationWorld } from "../../src/worlds/index.js";

const setup = loadSetup(["model=tests/fixtures/tiny-model", "planning_budget_s=0.045"]);

/** The age of the first plan that is played, ns after the frame that it was made from, when every plan takes so long. */
async function firstPlayedAfter(durationNs: bigint, repeatable: boolean): Promise<bigint> {
  const { mpc, model } = await buildPlanner(setup);
  const world = createNavigationWorld("rooms", { seed: 4000, startNs: 1_000_000_000n });
  const slow = async (...request: Parameters<typeof mpc.plan>): Promise<TimedPlan> => ({ ...(await mpc.plan(...request)), durationNs });
  const { run, controller } = driveInLockstep(world, { ...setup, repeatable }, slow);
  controller.pursue({ kind: "pose", id: 1, xM: 0.5, yM: 0.5 });
  try {
    for (let tick = 0; tick < 40; tick++) {
      const { plan, planAgeNs } = await run.tick();
      // Actions begin earlier by what a command takes to act.
      if (plan !== undefined) return planAgeNs! - BigInt(1e9 * setup.robot.response.commandDelayS);
    }
  } finally {
    await model.dispose();
  }
  throw new Error("no plan was played");
}

test("in real time a plan is played at the first tick after it was made, with a fixed delay when its budget is over", async () => {
  const tickNs = 50_000_000n;
  expect(await firstPlayedAfter(5_000_000n, false)).toBe(tickNs);
  expect(await firstPlayedAfter(120_000_000n, false)).toBe(3n * tickNs);
  expect(await firstPlayedAfter(5_000_000n, true)).toBe(tickNs);
  expect(await firstPlayedAfter(120_000_000n, true)).toBe(tickNs);
});
