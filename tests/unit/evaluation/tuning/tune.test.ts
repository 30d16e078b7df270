import { describe, expect, it } from "vitest";
import { type ClosedLoop, choose, type OpenLoop, tune, undominated } from "../../../../src/evaluation/tuning/tune.js";
import { loadSetup } from "../../../../src/lockstep/load-setup.js";

const open = (msP50: number, regret: number): OpenLoop => ({
  planner: "cem",
  samples: 64,
  iterations: 1,
  horizon: 10,
  regret,
  regretP90: regret,
  msP50,
  msP99: 2 * msP50,
});
const closed = (msP50: number, success: number, timeToGoalS: number | null, collisions = 0): ClosedLoop => ({
  ...open(msP50, 0),
  episodes: 10,
  success,
  collisions,
  timeToGoalS,
  pathRatio: 1,
});

describe("undominated", () => {
  it("keeps what nothing faster is as good as, fastest first", () => {
    const [a, b, c, d] = [open(1, 0.5), open(2, 0.6), open(3, 0.1), open(4, 0.1)] as const;
    expect(undominated([d, b, c, a])).toEqual([a, c]);
    expect(undominated([])).toEqual([]);
  });
});

describe("choose", () => {
  it("puts reaching goals first, then the time to them, then the time of a plan", () => {
    expect(choose([closed(1, 0.9, 5), closed(9, 1, 7), closed(5, 1, 6.01), closed(6, 1, 6)]).msP50).toBe(5);
  });

  it("a touch counts as much as a goal missed", () => {
    expect(choose([closed(1, 1, 5, 1), closed(9, 1, 7)]).msP50).toBe(9);
  });

  it("chooses also when nothing is reached at all, and says so when there is nothing", () => {
    expect(choose([closed(3, 0, null), closed(2, 0, null)]).msP50).toBe(2);
    expect(() => choose([])).toThrow(expect.objectContaining({ code: "RH-TUNE-RATE" }));
  });
});

describe("tune", () => {
  it("compares settings on the model's own problems, drives the best, and chooses one of them", async () => {
    const result = await tune(
      loadSetup(["model=tests/fixtures/tiny-model"]),
      {
        world: "rooms",
        planners: ["cem", "predictive-sampling"],
        samples: [16, 32],
        horizons: [6],
        maxIterations: 3,
        problems: 1,
        episodes: 1,
        seed: 3000,
        rateHz: 2,
      },
      () => {},
    );
    expect(result.problems).toBeGreaterThan(1);
    expect(result.driven).toContain(result.chosen);
    for (const [i, setting] of result.frontier.entries()) {
      expect(setting.regret).toBeGreaterThanOrEqual(0);
      expect(setting.msP50).toBeGreaterThan(0);
      if (i > 0) expect(setting.regret).toBeLessThan(result.frontier[i - 1]!.regret);
    }
  }, 240_000);
});
