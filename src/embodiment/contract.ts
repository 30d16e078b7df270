import type { Embodiment } from "../core/embodiment.js";
import { isError } from "../core/error.js";
import type { Random } from "../core/random.js";
import type { RobotDescription } from "../core/robot-description.js";
import { wrapAngle } from "../math/angle.js";
import { contractError } from "./checked-mover.js";

const TRIALS = 200;
const DURATIONS_S = [0.01, 0.025, 0.05, 0.2, 0.6];
/** Two integrations of the same time, one of them in two parts, may differ by so much. */
const SAME_M = 0.01;
const SAME_RAD = 0.02;
const SAME_RPS = 0.1;

/**
 * Tries a body of a module with a robot file before anything drives with it: from random motion, under random commands within the limits, it obeys the bounds
 * that every answer of it is held to later, too; it repeats itself; it rests at zero; and commands that it can follow are such when they are scaled.
 * Throws RH-EMBODIMENT-CONTRACT.
 */
export function requireContract(embodiment: Embodiment, robot: RobotDescription, random: Random): void {
  try {
    tryAll(embodiment, robot, random);
  } catch (cause) {
    if (isError(cause, "RH-EMBODIMENT-CONTRACT")) throw cause;
    throw contractError(embodiment.drive, `it throws: ${cause instanceof Error ? cause.message : String(cause)}`, Number.NaN, 0, "1");
  }
}

function tryAll(embodiment: Embodiment, robot: RobotDescription, random: Random): void {
  const path = embodiment.drive;
  const axes = embodiment.axes(robot);
  const feasible = embodiment.feasible?.(robot) ?? ((command: readonly number[]) => command);
  const within = () => axes.map(({ minPerS, maxPerS }) => (random.uniform() < 0.2 ? 0 : minPerS + (maxPerS - minPerS) * random.uniform()));
  const after = (velocity: readonly number[], command: readonly number[], durationsS: readonly number[]) => {
    const [vxMps = 0, vyMps = 0, yawRateRps = 0] = velocity;
    let at = { xM: 0.3, yM: -0.2, yawRad: 0.7, vxMps, vyMps, yawRateRps };
    for (const durationS of durationsS) {
      const mover = embodiment.floor!.mover(robot, durationS);
      mover.place(at, at);
      mover.advance(command[0]!, command[2]!, command[1]!);
      at = { xM: mover.xM, yM: mover.yM, yawRad: mover.yawRad, vxMps: mover.vxMps, vyMps: mover.vyMps, yawRateRps: mover.yawRateRps };
    }
    return at;
  };
  for (let trial = 0; trial < TRIALS; trial++) {
    const [velocity, command] = [feasible(within()), feasible(within())];
    const durationS = DURATIONS_S[trial % DURATIONS_S.length]!;
    const whole = after(velocity, command, [durationS]);
    const again = after(velocity, command, [durationS]);
    for (const key of Object.keys(whole) as (keyof typeof whole)[])
      if (whole[key] !== again[key]) throw contractError(path, `the same motion twice gives another ${key}`, again[key], whole[key], "1");
    const parts = after(velocity, command, [durationS / 2, durationS / 2]);
    const offM = Math.hypot(parts.xM - whole.xM, parts.yM - whole.yM);
    const offRad = Math.abs(wrapAngle(parts.yawRad - whole.yawRad));
    if (offM > SAME_M) throw contractError(path, "half of the time twice leads elsewhere than all of it", offM, SAME_M, "m");
    const offRps = Math.abs(parts.yawRateRps - whole.yawRateRps);
    if (offRps > SAME_RPS)
      throw contractError(path, "half of the time twice ends at another yaw rate than all of it", offRps, SAME_RPS, "rad/s");
    if (offRad > SAME_RAD) throw contractError(path, "half of the time twice turns elsewhere than all of it", offRad, SAME_RAD, "rad");
    const share = random.uniform();
    const scaled = command.map((value) => value * share);
    for (const [i, value] of feasible(scaled).entries())
      if (Math.abs(value - scaled[i]!) > 1e-9)
        throw contractError(path, "a command that the body can follow is none when it is scaled", value, scaled[i]!, "1");
  }
  const still = after([0, 0, 0], [0, 0, 0], [0.5]);
  if (still.vxMps !== 0 || still.vyMps !== 0 || still.yawRateRps !== 0 || still.xM !== 0.3 || still.yM !== -0.2 || still.yawRad !== 0.7)
    throw contractError(path, "at rest, commanded to rest, it moves", Math.hypot(still.vxMps, still.vyMps), 0, "m/s");
}
