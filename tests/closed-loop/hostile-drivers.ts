import type { TwistCommand } from "../../src/core/command.js";
import type { Random } from "../../src/core/random.js";
import { wrapAngle } from "../../src/math/angle.js";
import type { RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import type { Driver } from "./guarded-drive.js";

const twist = (vxMps: number, yawRateRps: number): TwistCommand => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps });

/** Ways to drive into things, each from one seed. They see the true world: more than any real controller does. */
export const HOSTILE_DRIVERS: Readonly<Record<string, (random: Random) => Driver>> = {
  /** Anything, far beyond the limits, anew at every tick. */
  noise: (random) => () => twist(4 * random.normal(), 8 * random.normal()),
  /** Full speed, one curvature for a while. */
  bangBang: (random) => {
    let held = twist(0, 0);
    return () => {
      if (random.uniform() < 0.06) held = twist(random.uniform() < 0.7 ? 10 : -10, 6 * (2 * random.uniform() - 1));
      return held;
    };
  },
  /** Turns to the nearest wall and drives at it, forward or backward, always. */
  rammer: (random) => {
    const backward = random.uniform() < 0.3;
    return (world) => {
      const bearing = nearestBearing(world);
      const error = wrapAngle(bearing - (backward ? Math.PI : 0));
      return twist(backward ? -1 : 1, 8 * error);
    };
  },
  /** Drives along the nearest wall, pressed against it. */
  scraper: (random) => {
    const side = random.uniform() < 0.5 ? 1 : -1;
    const lean = 0.5 * random.uniform();
    return (world) => twist(1, 5 * wrapAngle(nearestBearing(world) - side * (Math.PI / 2 - lean)));
  },
  /** Aims at one edge of the door at full speed. */
  jamb: (random) => {
    const side = random.uniform() < 0.5 ? 1 : -1;
    const offsetM = 0.4 + 0.15 * (2 * random.uniform() - 1);
    return (world) => {
      const { xM, yM, yawRad } = world.odomFromBase;
      const bearing = Math.atan2(world.map.doorYM + side * offsetM - yM, -Math.sign(xM || 1) * 0.2 - xM);
      return twist(1, 6 * wrapAngle(bearing - yawRad));
    };
  },
  /** Silence, NaN and garbage between full-speed commands. */
  stutter: (random) => () => {
    const chance = random.uniform();
    if (chance < 0.2) return undefined;
    if (chance < 0.3) return twist(Number.NaN, 1);
    if (chance < 0.35) return twist(1, Number.POSITIVE_INFINITY);
    return twist(random.uniform() < 0.8 ? 2 : -2, 3 * random.normal());
  },
  /** Charges straight, then swerves to the tighter side at the last moment. */
  swerve: (random) => {
    const atM = 0.2 + 0.4 * random.uniform();
    return (world) => {
      const bearing = nearestBearing(world);
      return nearestRange(world) > atM ? twist(1, 3 * bearing) : twist(1, bearing > 0 ? 9 : -9);
    };
  },
};

function nearestBearing(world: RoomsWorld): number {
  const scan = world.scan();
  let best = 0;
  for (let i = 1; i < scan.rangesM.length; i++) if (scan.rangesM[i]! < scan.rangesM[best]!) best = i;
  return wrapAngle(scan.angleMinRad + best * scan.angleIncrementRad);
}

function nearestRange(world: RoomsWorld): number {
  return Math.min(...world.scan().rangesM);
}
