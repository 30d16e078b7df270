import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { HOSTILE_DRIVERS } from "./hostile-drivers.js";
import { allowedDelays, hostileEpisode } from "./hostile-episode.js";

const CART = readRobotFile("calibration/cart/robot.yaml");
/** Episodes of 4 s for each driver; REHEARSE_EPISODES for a long search. */
const EPISODES = Number(process.env.REHEARSE_EPISODES ?? 5);
const DRIVERS = Object.keys(HOSTILE_DRIVERS);

describe("a long robot behind the guard, with a controller that wants a collision", () => {
  test.each(DRIVERS)(
    "%s: no collision",
    (name) => {
      const hits: string[] = [];
      let drivenM = 0;
      for (let seed = 0; seed < EPISODES; seed++) {
        const result = hostileEpisode(name, seed, allowedDelays(seed), CART);
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
