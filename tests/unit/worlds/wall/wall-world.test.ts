import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../../../src/config/robot-file.js";
import type { Pose2 } from "../../../../src/core/body.js";
import { type Driver, type EvaluationRules, episodeOf, runEpisode } from "../../../../src/evaluation/episode.js";
import { NO_TICKS } from "../../../../src/evaluation/gate-tally.js";
import { enforceCeilings } from "../../../../src/guardrails/ceilings.js";
import { seededRandom } from "../../../../src/math/random.js";
import { FLOOR, FRONT, WALL as WALL_COLOUR } from "../../../../src/worlds/floor/camera.js";
import { OmniExplorer } from "../../../../src/worlds/floor/omni-explorer.js";
import { WALL } from "../../../../src/worlds/wall/definition.js";
import { METRES_PER_PX, WALL_BODY, WALL_VIEW_M, WallWorld, wallPlan } from "../../../../src/worlds/wall/wall-world.js";

const TICK_NS = 50_000_000n;
const RULES: EvaluationRules = { ...WALL.rules, controlPeriodS: WALL.controlPeriodS };

/** A place of the published picture. */
const px = (x: number, y: number): Pose2 => ({ xM: (x - 32) * METRES_PER_PX, yM: (32 - y) * METRES_PER_PX, yawRad: 0 });

function drive(world: WallWorld, vxMps: number, vyMps: number, ticks: number): void {
  for (let i = 0; i < ticks; i++) {
    world.command({ kind: "twist", vxMps, vyMps, yawRateRps: 0 });
    world.advance(TICK_NS);
  }
}

/** The first seed whose door is the one asked for. */
function worldWithDoor(doorPx: number): WallWorld {
  for (let seed = 0; ; seed++) {
    const world = new WallWorld({ seed });
    if (Math.abs(world.map.doorYM - px(32, doorPx).yM) < 1e-9) return world;
  }
}

describe("wallPlan", () => {
  it("is the published wall: 6 px wide about x = 32, a border of 5 px, a door of 8 px about y = 10 or 30", () => {
    const { arena, walls } = wallPlan(30);
    expect(arena.maxXM - arena.minXM).toBeCloseTo(54 * METRES_PER_PX, 12);
    expect(walls[0]!.maxXM - walls[0]!.minXM).toBeCloseTo(6 * METRES_PER_PX, 12);
    expect(walls[0]!.maxYM).toBeCloseTo(px(32, 34).yM, 12);
    expect(walls[1]!.minYM).toBeCloseTo(px(32, 26).yM, 12);
  });

  it("has each door for about half of the seeds", () => {
    const high = Array.from({ length: 400 }, (_, seed) => new WallWorld({ seed }).map.doorYM).filter((y) => y > 0.3).length;
    expect(high).toBeGreaterThan(160);
    expect(high).toBeLessThan(240);
  });
});

describe("WallWorld", () => {
  it("goes 2 px in 0.1 s along each axis, sideways as well as ahead, and never turns", () => {
    const world = worldWithDoor(10);
    world.place(px(15, 32));
    drive(world, 9, -9, 10);
    const from = world.odomFromBase;
    drive(world, 0.6, -0.6, 2);
    const to = world.odomFromBase;
    expect((to.xM - from.xM) / METRES_PER_PX).toBeCloseTo(2, 2);
    expect((to.yM - from.yM) / METRES_PER_PX).toBeCloseTo(-2, 2);
    world.command({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 1 });
    world.advance(1_000_000_000n);
    expect(world.odomFromBase.yawRad).toBe(0);
  });

  it("stops at walls and slides along them; the door lets it through", () => {
    const world = worldWithDoor(10);
    world.place(px(20, 32));
    drive(world, 0.6, 0.3, 20);
    expect(world.odomFromBase.xM).toBeCloseTo(px(29, 0).xM - WALL_BODY.radiusM, 9);
    expect(world.odometry().twistInBase.vxMps).toBeLessThan(0.05);
    expect(world.odometry().twistInBase.vyMps).toBeCloseTo(0.3, 2);
    expect(world.collisions).toBe(1);
    world.place(px(20, 10));
    drive(world, 0.6, 0, 30);
    expect(world.odomFromBase.xM).toBeGreaterThan(px(36, 0).xM);
    expect(world.collisions).toBe(1);
  });

  it("stays where a command that is not finite finds it", () => {
    const world = new WallWorld({ seed: 1 });
    const before = world.odomFromBase;
    drive(world, 0.3, Number.NaN, 5);
    expect(world.odomFromBase).toEqual(before);
  });

  it("shows the dot, 2 px in radius, at every size", () => {
    const world = worldWithDoor(30);
    for (const size of [64, 128, 256]) {
      const { rgb } = world.frameAt(px(20, 40), size);
      const at = (p: Pose2) => {
        const [column, row] = [(p.xM / WALL_VIEW_M + 0.5) * size, (0.5 - p.yM / WALL_VIEW_M) * size].map(Math.floor) as [number, number];
        return [...rgb.subarray((row * size + column) * 3, (row * size + column) * 3 + 3)];
      };
      expect(at(px(20, 40))).toEqual([...FRONT]);
      expect(at(px(24, 40))).toEqual([...FLOOR]);
      expect(at(px(32, 45))).toEqual([...WALL_COLOUR]);
      expect(at(px(32, 30))).toEqual([...FLOOR]);
    }
  });
});

describe("episodes of wall", () => {
  it("lead from one room into the other, with the published margin to walls and border", () => {
    for (let seed = 1000; seed < 1100; seed++) {
      const { start, goal } = episodeOf(new WallWorld({ seed }), seed, RULES);
      expect(start.xM * goal.xM).toBeLessThan(0);
      for (const { xM } of [start, goal]) expect(Math.abs(xM)).toBeGreaterThan(3 * METRES_PER_PX + 0.1);
    }
  });

  /** Puts the robot near the goal at once. */
  const endsOff = async (offPx: number) => {
    const world = new WallWorld({ seed: 1003 });
    const episode = episodeOf(world, 1003, RULES);
    const aside = -Math.sign(episode.goal.yM) * offPx * METRES_PER_PX;
    const driver: Driver = {
      planMs: [],
      iterations: [],
      gate: NO_TICKS,
      claimsArrival: true,
      async step() {
        world.place({ ...episode.goal, yM: episode.goal.yM + aside });
      },
    };
    return (await runEpisode(world, episode, driver, true, { ...RULES, timeLimitS: 1 })).success;
  };

  it("succeed within 4.5 px of the goal", async () => {
    expect(await endsOff(0)).toBe(true);
    expect(await endsOff(4.4)).toBe(true);
    expect(await endsOff(4.6)).toBe(false);
  });
});

describe("the explorer of wall", () => {
  it("drives the same for the same seed, within the body's limits, everywhere, and through the door", () => {
    const explore = (seed: number) => {
      const world = new WallWorld({ seed });
      const explorer = WALL.explorer(world, seededRandom(seed));
      expect(explorer).toBeInstanceOf(OmniExplorer);
      return Array.from({ length: 2400 }, () => {
        const command = explorer.next();
        world.command(command);
        world.advance(TICK_NS);
        return { command, ...world.odomFromBase };
      });
    };
    expect(explore(1).slice(0, 300)).toEqual(explore(1).slice(0, 300));
    const all = [1, 2, 3, 4].map(explore);
    for (const drive of all) {
      for (const { command } of drive) {
        if (command.kind !== "twist") throw new Error("no twist");
        expect(Math.max(Math.abs(command.vxMps), Math.abs(command.vyMps))).toBeLessThanOrEqual(0.6);
        expect(command.yawRateRps).toBe(0);
      }
      const crossings = drive.filter(({ xM }, i) => i > 0 && xM * drive[i - 1]!.xM < 0).length;
      expect(crossings).toBeGreaterThan(4);
    }
    const cells = new Set(all.flat().map(({ xM, yM }) => `${Math.floor(xM / 0.162)} ${Math.floor(yM / 0.162)}`));
    // 10 × 10 cells, of which the wall covers the better part of a column or two.
    expect(cells.size).toBeGreaterThan(80);
  });
});

describe("calibration/wall/robot.yaml", () => {
  it("is allowed, and says what the world's body is", () => {
    const robot = readRobotFile("calibration/wall/robot.yaml");
    expect(() => enforceCeilings(robot)).not.toThrow();
    const { limits, response, footprint } = robot;
    expect(robot.drive).toBe("omnidirectional");
    expect(footprint.radiusM).toBe(WALL_BODY.radiusM);
    expect([limits.forwardMps, limits.reverseMps, limits.sidewaysMps]).toEqual([
      WALL_BODY.maxForwardMps,
      WALL_BODY.maxReverseMps,
      WALL_BODY.maxSidewaysMps,
    ]);
    expect([response.timeConstantS, limits.accelerationMps2, limits.decelerationMps2]).toEqual([
      WALL_BODY.response.timeConstantS,
      WALL_BODY.response.maxAccelerationMps2,
      WALL_BODY.response.maxDecelerationMps2,
    ]);
  });
});
