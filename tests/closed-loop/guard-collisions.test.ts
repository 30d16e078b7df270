import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/math/random.js";
import { RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import { type DriveResult, ROOMS_ROBOT } from "./guarded-drive.js";
import { HOSTILE_DRIVERS } from "./hostile-drivers.js";
import { allowedDelays, hostileEpisode } from "./hostile-episode.js";
import { SENSOR_FAULTS } from "./sensor-faults.js";

/** Episodes of 4 s for each driver, in hundredths of which each pair of driver and fault gets six; REHEARSE_EPISODES for a long search. */
const EPISODES = Number(process.env.REHEARSE_EPISODES ?? 60);
/** Of the first of them: another one for episodes that nobody has seen. */
const FIRST_SEED = Number(process.env.REHEARSE_FIRST_SEED ?? 0);
const TIMEOUT_MS = 2_000 * EPISODES + 60_000;
const DRIVERS = Object.keys(HOSTILE_DRIVERS);

function expectWithinLimits({ outputs }: DriveResult): void {
  const { forwardMps, reverseMps, yawRateRps } = ROOMS_ROBOT.limits;
  for (const { vxMps, vyMps, yawRateRps: w } of outputs) {
    expect(vxMps >= -reverseMps && vxMps <= forwardMps && vyMps === 0 && Math.abs(w) <= yawRateRps).toBe(true);
  }
}

describe("the guard, with a controller that wants a collision", () => {
  test.each(DRIVERS)(
    "%s: no collision, no limit broken, with delays from none to the worst allowed for",
    (name) => {
      const hits: number[] = [];
      let drivenM = 0;
      for (let seed = FIRST_SEED; seed < FIRST_SEED + EPISODES; seed++) {
        const result = hostileEpisode(name, seed, allowedDelays(seed));
        if (result.collisions > 0) hits.push(seed);
        drivenM += result.drivenM;
        expectWithinLimits(result);
      }
      expect(hits).toEqual([]);
      // A robot that never moves hits nothing: these get around.
      expect(drivenM / EPISODES).toBeGreaterThan(0.1);
    },
    TIMEOUT_MS,
  );

  test("without the guard, they all hit something", () => {
    for (const name of DRIVERS) {
      let hits = 0;
      for (let seed = 0; seed < 40; seed++) {
        const world = new RoomsWorld({ seed });
        const random = seededRandom(seed).fork(name);
        world.place(world.samplePose(random, 0.06));
        const driver = HOSTILE_DRIVERS[name]!(random);
        for (let tick = 0; tick < 80; tick++) {
          const command = driver(world, tick);
          if (command !== undefined) world.command(command);
          world.advance(50_000_000n);
        }
        if (world.collisions > 0) hits++;
      }
      expect(hits, name).toBeGreaterThan(2);
    }
  });
});

describe("the guard, with such a controller and broken sensors", () => {
  test.each(Object.keys(SENSOR_FAULTS))(
    "%s: no collision",
    (fault) => {
      const hits: string[] = [];
      for (const name of DRIVERS) {
        for (let seed = FIRST_SEED; seed < FIRST_SEED + 0.06 * EPISODES; seed++) {
          const result = hostileEpisode(name, seed, SENSOR_FAULTS[fault]!(seededRandom(seed).fork(fault)));
          if (result.collisions > 0) hits.push(`${name} ${seed}`);
          expectWithinLimits(result);
        }
      }
      expect(hits).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
