import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/evaluation/navigation.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";

const setup = loadSetup(["model=tests/fixtures/tiny-model"]);

/** Drives in a world whose motors act late, with a robot file that says so or doesn't. */
async function drive(worldDelayS: number, fileDelayS: number, seed: number, episodes: number) {
  const robot = { ...setup.robot, response: { ...setup.robot.response, commandDelayS: fileDelayS } };
  const rules = { timeLimitS: 20 };
  const request = { world: "rooms", episodes, seed, goal: "pose", drivers: ["true-dynamics"], commandDelayS: worldDelayS, rules } as const;
  return (await evaluate(request, { ...setup, robot }, () => {}))["true-dynamics"];
}

describe("a base that acts late", () => {
  it("200 ms: planning from where the body will be makes the way straighter", async () => {
    const unaware = await drive(0.2, 0, 1004, 2);
    const aware = await drive(0.2, 0.2, 1004, 2);
    expect([aware.success, aware.collisions]).toEqual([1, 0]);
    expect(aware.pathRatio!).toBeLessThan(unaware.pathRatio! - 0.02);
  }, 240_000);

  it("500 ms: unaware of it, walls are touched and the goal is not reached in time; aware, it is, without a touch", async () => {
    const unaware = await drive(0.5, 0, 1007, 1);
    const aware = await drive(0.5, 0.5, 1007, 1);
    expect(unaware.success).toBe(0);
    expect(unaware.collisions).toBeGreaterThan(0);
    expect([aware.success, aware.collisions]).toEqual([1, 0]);
  }, 240_000);
});
