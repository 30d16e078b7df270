import { describe, expect, it } from "vitest";
import { type Driver, episodeOf, runEpisode } from "../../src/evaluation/episode.js";
import { NO_TICKS } from "../../src/evaluation/gate-tally.js";
import { evaluate } from "../../src/evaluation/navigation.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { seededRandom } from "../../src/math/random.js";
import { createNavigationWorld, navigationWorldDefinition } from "../../src/worlds/index.js";

const RULES = { ...navigationWorldDefinition("rooms").rules, controlPeriodS: 0.05 };
const setup = loadSetup(["model=tests/fixtures/tiny-model"]);
const quiet = () => {};

describe("the controller in lockstep, on the true dynamics", () => {
  it("reaches every goal, through the door too, without a touch and nearly straight", async () => {
    const { "true-dynamics": result } = await evaluate(
      { world: "rooms", episodes: 5, seed: 500, goal: "pose", drivers: ["true-dynamics"] },
      setup,
      quiet,
    );
    expect(result.failedSeeds).toEqual([]);
    expect(result.collisions).toBe(0);
    expect(result.detour.episodes).toBeGreaterThan(0);
    expect(result.pathRatio).toBeLessThan(1.3);
    expect(result.movingShare).toBeGreaterThan(0.8);
    // Nothing here needs a stop: each would be a false one.
    expect(result.gate.ticks).toBeGreaterThan(200);
    expect(result.gate.stop).toBeLessThanOrEqual(0.01);
  });

  it("no weight of the task buys a touch", async () => {
    const { "true-dynamics": result } = await evaluate(
      { world: "rooms", episodes: 2, seed: 600, goal: "pose", drivers: ["true-dynamics"] },
      loadSetup(["model=tests/fixtures/tiny-model", "goal_weight=1e9"]),
      quiet,
    );
    expect(result.collisions).toBe(0);
    expect(result.success).toBe(1);
  });
});

describe("the controller in lockstep, on a model that knows nothing", () => {
  const request = {
    world: "rooms",
    episodes: 3,
    seed: 700,
    goal: "pose",
    drivers: ["model", "random", "straight"],
    rules: { timeLimitS: 10 },
  } as const;

  it("touches nothing, and the same seeds give the same run", async () => {
    const strip = (summary: object) => ({ ...summary, planMs: undefined, plansOverBudget: undefined });
    const first = await evaluate(request, setup, quiet);
    const second = await evaluate(request, setup, quiet);
    for (const driver of request.drivers) {
      expect(first[driver].collisions).toBe(0);
      expect(strip(first[driver])).toEqual(strip(second[driver]));
    }
  });

  it("another seed of the planner gives another run, so the one above is not equal by chance", async () => {
    const one = await evaluate({ ...request, drivers: ["model"] }, setup, quiet);
    const other = await evaluate({ ...request, drivers: ["model"] }, loadSetup(["model=tests/fixtures/tiny-model", "seed=1"]), quiet);
    expect(one.model).not.toEqual(other.model);
  });
});

describe("episodes", () => {
  it("are the same for a seed, free, not solved at the start, and reachable", () => {
    for (let seed = 0; seed < 50; seed++) {
      const world = createNavigationWorld("rooms", { seed });
      const episode = episodeOf(world, seed, RULES);
      expect(episodeOf(createNavigationWorld("rooms", { seed }), seed, RULES)).toEqual(episode);
      expect(Math.hypot(episode.goal.xM - episode.start.xM, episode.goal.yM - episode.start.yM)).toBeGreaterThan(RULES.toleranceM);
      expect(world.isFree(episode.goal.xM, episode.goal.yM, 0.09)).toBe(true);
      expect(episode.shortestM).toBeLessThan(10);
    }
  });

  /** Puts the robot at the goal at once. */
  const teleport = (claimsArrival: boolean, offM: number) => {
    const world = createNavigationWorld("rooms", { seed: 3 });
    const episode = episodeOf(world, 3, RULES);
    world.place(episode.start);
    const driver: Driver = {
      planMs: [],
      iterations: [],
      gate: NO_TICKS,
      claimsArrival,
      async step() {
        world.place({ ...episode.goal, xM: episode.goal.xM + (episode.goal.xM > 0 ? -offM : offM) });
      },
    };
    return runEpisode(world, episode, driver, true, { ...RULES, timeLimitS: 1 });
  };

  it("succeed only at rest within the tolerance and with the controller's own claim", async () => {
    expect((await teleport(true, 0)).success).toBe(true);
    expect((await teleport(false, 0)).success).toBe(false);
    expect((await teleport(true, RULES.toleranceM + 0.01)).success).toBe(false);
  });

  it("succeed strictly only within half the tolerance", async () => {
    expect(await teleport(true, 0.4 * RULES.toleranceM)).toMatchObject({ success: true, strict: true });
    expect(await teleport(true, 0.6 * RULES.toleranceM)).toMatchObject({ success: true, strict: false });
    expect(await teleport(false, 0)).toMatchObject({ success: false, strict: false });
  });

  it("succeed strictly only when the body stays", async () => {
    const world = createNavigationWorld("rooms", { seed: 3 });
    const episode = episodeOf(world, 3, RULES);
    let ticks = 0;
    const driver: Driver = {
      planMs: [],
      iterations: [],
      gate: NO_TICKS,
      claimsArrival: true,
      // There for two control periods, then off again.
      step: async () => world.place(ticks++ < 3 ? episode.goal : episode.start),
    };
    expect(await runEpisode(world, episode, driver, true, RULES)).toMatchObject({ success: true, strict: false });
    expect(ticks).toBe(4);
  });

  it("draw their chance from forks that do not disturb one another", () => {
    const random = seededRandom(5);
    const before = random.fork("episode").uniform();
    random.uniform();
    expect(random.fork("episode").uniform()).toBe(before);
  });
});
