import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/math/random.js";
import { REALISTIC_NOISE, RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import { driveGuarded, ROOMS_ROBOT, USUAL_TIMING } from "./guarded-drive.js";
import { HOSTILE_DRIVERS } from "./hostile-drivers.js";

/** Episodes of each driver; REHEARSE_EPISODES for more than a quick look. */
const EPISODES = Number(process.env.REHEARSE_EPISODES ?? 100);

describe("the guard, with a controller that wants a collision", () => {
  test.each(Object.keys(HOSTILE_DRIVERS))("%s: no collision, no limit broken", (name) => {
    const hits: number[] = [];
    const { forwardMps, reverseMps, yawRateRps } = ROOMS_ROBOT.limits;
    for (let seed = 0; seed < EPISODES; seed++) {
      const noisy = seed % 2 === 1;
      const world = new RoomsWorld({ seed, startNs: 1_000_000_000n, ...(noisy && { noise: REALISTIC_NOISE }) });
      const random = seededRandom(seed).fork(name);
      world.place(world.samplePose(random, 0.06));
      const timing = {
        ...USUAL_TIMING,
        outputDelayMs: 10 * Math.floor(3 * random.uniform()),
        scanDelayMs: 10 * Math.floor(5 * random.uniform()),
      };
      const result = driveGuarded(world, HOSTILE_DRIVERS[name]!(random), 4, timing);
      if (result.collisions > 0) hits.push(seed);
      for (const { vxMps, vyMps, yawRateRps: w } of result.outputs) {
        expect(vxMps >= -reverseMps && vxMps <= forwardMps && vyMps === 0 && Math.abs(w) <= yawRateRps).toBe(true);
      }
    }
    expect(hits).toEqual([]);
  });
});
