import { expect, test } from "vitest";
import { driveInLockstep } from "../../src/lockstep/drive-in-lockstep.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { signedDistance } from "../../src/math/polygon.js";
import { buildPlanner } from "../../src/runtime/planner-setup.js";
import { createNavigationWorld } from "../../src/worlds/index.js";

const ZONE = [
  [-1.3, -0.2],
  [-0.7, -0.2],
  [-0.7, 0.2],
  [-1.3, 0.2],
] as const;

test("a robot drives around a zone that is said on its way, and touches it with no part of its footprint", async () => {
  const setup = loadSetup([]);
  const { mpc, model } = await buildPlanner(setup);
  const world = createNavigationWorld("rooms", { seed: 50_004, startNs: 1_000_000_000n });
  world.place({ xM: -1, yM: -1.3, yawRad: Math.PI / 2 });
  const { run, controller } = driveInLockstep(world, setup, (request) => mpc.plan(request));
  controller.pursue({ kind: "pose", id: 1, xM: -1, yM: 1.3 });
  let nearestM = Number.POSITIVE_INFINITY;
  let reached = false;
  for (let tick = 0; tick < 600 && !reached; tick++) {
    if (tick === 10) controller.onZones([ZONE]);
    reached = (await run.tick()).mode === "reached";
    const { xM, yM } = world.odomFromBase;
    nearestM = Math.min(nearestM, signedDistance(ZONE, xM, yM));
  }
  await model.dispose();
  expect(nearestM).toBeGreaterThan(setup.robot.footprint.radiusM);
  expect(reached).toBe(true);
});
