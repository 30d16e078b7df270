import { expect, test } from "vitest";
import { seededRandom } from "../../src/math/random.js";
import { REALISTIC_NOISE, RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import { driveGuarded } from "./guarded-drive.js";
import { sensibleDriver } from "./sensible-driver.js";

const EPISODES = Number(process.env.REHEARSE_EPISODES ?? 30);

test.each([
  ["with perfect sensors", undefined],
  ["with noisy sensors", REALISTIC_NOISE],
])(
  "a sensible controller drives through the door, hardly noticed by the guard, %s",
  (_, noise) => {
    let arrived = 0;
    let ticks = 0;
    let stops = 0;
    let limits = 0;
    for (let seed = 0; seed < EPISODES; seed++) {
      const world = new RoomsWorld({ seed, startNs: 1_000_000_000n, ...(noise && { noise }) });
      const random = seededRandom(seed).fork("passage");
      const side = seed % 2 === 0 ? 1 : -1;
      world.place({ xM: -side * (0.6 + random.uniform()), yM: 3 * random.uniform() - 1.5, yawRad: 6 * random.uniform() - 3 });
      const goal = { xM: side * (0.6 + random.uniform()), yM: 3 * random.uniform() - 1.5 };
      const result = driveGuarded(world, sensibleDriver(world, goal), 20);
      const { xM, yM } = world.odomFromBase;
      if (Math.hypot(goal.xM - xM, goal.yM - yM) < 0.15) arrived++;
      expect(world.collisions).toBe(0);
      ticks += result.outputs.length;
      // Before the first command has come there is nothing to pass on.
      stops += (result.counts.stop ?? 0) - 1;
      limits += result.counts["limited braking-distance"] ?? 0;
    }
    expect(arrived).toBe(EPISODES);
    expect(stops).toBe(0);
    expect(limits / ticks).toBeLessThan(0.01);
  },
  4_000 * EPISODES,
);
