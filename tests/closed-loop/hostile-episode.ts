import { seededRandom } from "../../src/math/random.js";
import { REALISTIC_NOISE, RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import { type DriveResult, driveGuarded, ROOMS_ROBOT, type Timing } from "./guarded-drive.js";
import { HOSTILE_DRIVERS } from "./hostile-drivers.js";
import type { SensorFault } from "./sensor-faults.js";

/** 4 s of a hostile driver, from a random place in `rooms`; every other one with noisy sensors. */
export function hostileEpisode(name: string, seed: number, timing: Partial<Timing> & SensorFault, robot = ROOMS_ROBOT): DriveResult {
  const { footprint } = robot;
  const world = new RoomsWorld({
    seed,
    startNs: 1_000_000_000n,
    ...(footprint.polygonsM && { footprint }),
    ...(seed % 2 === 1 && { noise: REALISTIC_NOISE }),
  });
  const random = seededRandom(seed).fork(name);
  world.place(world.samplePose(random, 0.06));
  return driveGuarded(world, HOSTILE_DRIVERS[name]!(random), 4, timing, robot);
}

/** Delays from none to the worst allowed for. */
export function allowedDelays(seed: number): Partial<Timing> {
  const random = seededRandom(seed).fork("timing");
  return {
    odometryDelayMs: 10 * Math.floor(4 * random.uniform()),
    outputDelayMs: 10 * Math.floor(3 * random.uniform()),
    scanDelayMs: 10 * Math.floor(10 * random.uniform()),
    guardPeriodMs: random.uniform() < 0.7 ? 20 : 50,
  };
}
