import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { seededRandom } from "../../src/math/random.js";
import { REALISTIC_NOISE, RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import { type DriveResult, driveGuarded, type Timing } from "./guarded-drive.js";
import { HOSTILE_DRIVERS } from "./hostile-drivers.js";

const CART = readRobotFile("calibration/cart/robot.yaml");
/** Episodes of 4 s for each driver; REHEARSE_EPISODES for a long search. */
const EPISODES = Number(process.env.REHEARSE_EPISODES ?? 5);
const DRIVERS = Object.keys(HOSTILE_DRIVERS);

function episode(name: string, seed: number, timing: Partial<Timing>): DriveResult {
  const world = new RoomsWorld({
    seed,
    startNs: 1_000_000_000n,
    footprint: CART.footprint,
    ...(seed % 2 === 1 && { noise: REALISTIC_NOISE }),
  });
  const random = seededRandom(seed).fork(name);
  world.place(world.samplePose(random, 0.06));
  return driveGuarded(world, HOSTILE_DRIVERS[name]!(random), 4, timing, CART);
}

describe("a long robot behind the guard, with a controller that wants a collision", () => {
  test.each(DRIVERS)(
    "%s: no collision",
    (name) => {
      const hits: string[] = [];
      let drivenM = 0;
      for (let seed = 0; seed < EPISODES; seed++) {
        const random = seededRandom(seed).fork("timing");
        const result = episode(name, seed, {
          odometryDelayMs: 10 * Math.floor(4 * random.uniform()),
          outputDelayMs: 10 * Math.floor(3 * random.uniform()),
          scanDelayMs: 10 * Math.floor(10 * random.uniform()),
          guardPeriodMs: random.uniform() < 0.7 ? 20 : 50,
        });
        if (result.collisions > 0) hits.push(`${seed}`);
        if (result.clearanceM < 0.01) hits.push(`${seed} nearly`);
        drivenM += result.drivenM;
      }
      expect(hits).toEqual([]);
      expect(drivenM / EPISODES).toBeGreaterThan(0.1);
    },
    600_000,
  );
});
