import { describe, expect, test } from "vitest";
import type { RobotDescription } from "../../src/core/robot-description.js";
import { seededRandom } from "../../src/math/random.js";
import { ROOMS_ROBOT } from "./guarded-drive.js";
import { HOSTILE_DRIVERS } from "./hostile-drivers.js";
import { hostileEpisode } from "./hostile-episode.js";

/** Episodes of 4 s for each driver; REHEARSE_EPISODES for a long search. */
const EPISODES = Math.ceil(Number(process.env.REHEARSE_EPISODES ?? 80) / 4);
const TIMEOUT_MS = 4_000 * EPISODES + 60_000;
const DRIVERS = Object.keys(HOSTILE_DRIVERS);
const UNHELD: RobotDescription = { ...ROOMS_ROBOT, base: { ...ROOMS_ROBOT.base, holdSafe: false } };

/** Gone from a random moment on. */
function dead(seed: number): (atMs: number) => boolean {
  const fromMs = 300 + 2700 * seededRandom(seed).fork("death").uniform();
  return (ms) => ms >= fromMs;
}

/** Held up again and again, for 150 to 549 ms each time. */
function heldUp(seed: number): (atMs: number) => boolean {
  const random = seededRandom(seed).fork("late");
  const gaps: (readonly [fromMs: number, untilMs: number])[] = [];
  for (let ms = 300 * random.uniform(); ms < 4000; ) {
    const untilMs = ms + 150 + 399 * random.uniform();
    gaps.push([ms, untilMs]);
    ms = untilMs + 100 + 900 * random.uniform();
  }
  return (ms) => gaps.some(([from, until]) => ms >= from && ms < until);
}

describe.each([
  ["is killed at any moment", dead],
  ["is held up for up to 0.55 s at any moment", heldUp],
] as const)("a guard that %s, with a controller that wants a collision", (_, gone) => {
  test.each(DRIVERS)(
    "%s: no collision, whatever the base does with its last command for half a second",
    (name) => {
      const hits: number[] = [];
      let drivenM = 0;
      for (let seed = 0; seed < EPISODES; seed++) {
        const result = hostileEpisode(name, seed, { isGuardGone: gone(seed) });
        if (result.collisions > 0) hits.push(seed);
        drivenM += result.drivenM;
      }
      expect(hits).toEqual([]);
      expect(drivenM / EPISODES).toBeGreaterThan(0.05);
    },
    TIMEOUT_MS,
  );
});

test(
  "where commands need not be safe to hold, a guard that dies means collisions",
  () => {
    let hits = 0;
    for (const name of DRIVERS)
      for (let seed = 0; seed < 12; seed++) hits += Math.min(1, hostileEpisode(name, seed, { isGuardGone: dead(seed) }, UNHELD).collisions);
    expect(hits).toBeGreaterThan(5);
  },
  TIMEOUT_MS,
);
