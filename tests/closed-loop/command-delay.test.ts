import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/runtime/evaluation.js";
import { loadSetup } from "../../src/runtime/load-setup.js";

const setup = loadSetup(["model=tests/fixtures/tiny-model"]);

/** Drives in a world whose motors act late, with a robot file that says so or doesn't. */
async function drive(worldDelayS: number, fileDelayS: number, episodes = 4) {
  const robot = { ...setup.robot, response: { ...setup.robot.response, commandDelayS: fileDelayS } };
  const request = {
    world: "rooms",
    episodes: 4,
    seed: 1004,
    goal: "pose",
    drivers: ["true-dynamics"],
    commandDelayS: worldDelayS,
  } as const;
  return (await evaluate(request, { ...setup, robot }, () => {}))["true-dynamics"];
}

describe("a base that acts late", () => {
  it("200 ms: planning from where the body will be makes the way straighter", async () => {
    const unaware = await drive(0.2, 0, 2);
    const aware = await drive(0.2, 0.2, 2);
    expect([aware.success, aware.collisions]).toEqual([1, 0]);
    expect(aware.pathRatio!).toBeLessThan(unaware.pathRatio! - 0.02);
  }, 60_000);

  it("500 ms: unaware it touches walls and misses goals; aware it reaches all and touches nothing", async () => {
    const unaware = await drive(0.5, 0);
    const aware = await drive(0.5, 0.5);
    expect(unaware.success).toBeLessThan(1);
    expect(unaware.collisions).toBeGreaterThan(0);
    expect([aware.success, aware.collisions]).toEqual([1, 0]);
  }, 60_000);
});
