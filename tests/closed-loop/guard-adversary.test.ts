import { expect, test } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import type { Random } from "../../src/core/random.js";
import type { RobotDescription } from "../../src/core/robot-description.js";
import { seededRandom } from "../../src/math/random.js";
import { RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import { driveGuarded, ROOMS_ROBOT, type Timing } from "./guarded-drive.js";

/** Seeds that the adversary starts from; REHEARSE_SEARCHES for a long search. */
const SEARCHES = Number(process.env.REHEARSE_SEARCHES ?? 2);
const GENERATIONS = 8;
const POPULATION = 24;
const ELITE = 6;
/** Speed and yaw rate of each, in units of the limits. */
const SEGMENTS = 10;
const SEGMENT_TICKS = 6;

/** The worst delays that the robot file allows for: 20 ms of command delay, and a scan as old as it may be at its next arrival. */
const WORST_TIMING: Partial<Timing> = { outputDelayMs: 20, odometryDelayMs: 40, scanDelayMs: 90 };

/** Plays one attack from a seed's start. @returns how near the footprint came to a wall, metres */
function attack(robot: RobotDescription, seed: number, genes: readonly number[]): { clearanceM: number; collisions: number } {
  const world = new RoomsWorld({ seed, startNs: 1_000_000_000n, footprint: robot.footprint });
  world.place(world.samplePose(seededRandom(seed).fork("adversary"), 0.06));
  return driveGuarded(
    world,
    (_, tick) => {
      const segment = Math.min(SEGMENTS - 1, Math.floor(tick / SEGMENT_TICKS));
      return { kind: "twist", vxMps: 0.6 * genes[2 * segment]!, vyMps: 0, yawRateRps: 2 * genes[2 * segment + 1]! };
    },
    SEGMENTS * SEGMENT_TICKS * 0.05,
    WORST_TIMING,
    robot,
  );
}

/** Cross-entropy search for the command sequence that brings the robot nearest to a wall. */
function search(
  robot: RobotDescription,
  seed: number,
  random: Random,
): { clearanceM: number; collisions: number; genes: readonly number[] } {
  const mean = new Array<number>(2 * SEGMENTS).fill(0.3);
  const spread = new Array<number>(2 * SEGMENTS).fill(1);
  let worst: ReturnType<typeof search> = { clearanceM: Number.POSITIVE_INFINITY, collisions: 0, genes: [] };
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const tried = Array.from({ length: POPULATION }, () => {
      const genes = mean.map((m, i) => m + spread[i]! * random.normal());
      return { genes, ...attack(robot, seed, genes) };
    }).sort((a, b) => b.collisions - a.collisions || a.clearanceM - b.clearanceM);
    const elite = tried.slice(0, ELITE);
    if (elite[0]!.collisions > worst.collisions || elite[0]!.clearanceM < worst.clearanceM) worst = elite[0]!;
    for (let i = 0; i < mean.length; i++) {
      mean[i] = elite.reduce((sum, { genes }) => sum + genes[i]!, 0) / ELITE;
      spread[i] = Math.sqrt(elite.reduce((sum, { genes }) => sum + (genes[i]! - mean[i]!) ** 2, 0) / ELITE) + 0.05;
    }
  }
  return worst;
}

test.each([
  ["of a disc", ROOMS_ROBOT],
  ["of a long robot", readRobotFile("calibration/cart/robot.yaml")],
])(
  "an adversary %s that optimises against the guard, with the worst delays, finds no collision and keeps most of the clearance",
  (_, robot) => {
    for (let seed = 0; seed < SEARCHES; seed++) {
      const worst = search(robot, seed, seededRandom(seed).fork("search"));
      expect(worst.collisions, `seed ${seed}: ${worst.genes}`).toBe(0);
      expect(worst.clearanceM, `seed ${seed}: ${worst.genes}`).toBeGreaterThan(0.02);
      // It does get to the walls.
      expect(worst.clearanceM).toBeLessThan(0.08);
    }
  },
  300_000 + 30_000 * SEARCHES,
);
