import type { Pose2 } from "#src/core/body.js";
import { seededRandom } from "#src/math/random.js";
import type { Disc } from "#src/worlds/scan-with-disc.js";
import type { Window } from "./measures.js";

/** One bag: a straight drive through a room, in which something round appears before the robot, stays, and leaves. */
export interface Scenario extends Window {
  readonly seed: number;
  readonly start: Pose2;
  /** From here on commands are proposed. */
  readonly proposedS: number;
  readonly mps: number;
  readonly radiusM: number;
  /** From the footprint's edge to the thing, along the path, when it appears. */
  readonly gapM: number;
  readonly sidewaysM: number;
}

const ROBOT_RADIUS_M = 0.15;
const DECELERATION_MPS2 = 1.2;
/** A command and the robot's lag, at least. */
const LAG_S = 0.1;
/** Standing before anything is proposed: so long the guard waits for buttons, and does not believe odometry that has jumped. */
const STANDS_S = 1;

/** The times are Nav2's: 3 s free, 5 s with something in the way, 2 s free; each up to 0.1 s later, so that the scanner is met in every phase. */
export function scenarioOf(seed: number): Scenario {
  const random = seededRandom(seed).fork("guard replay");
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const along = random.uniform() < 0.5 ? 1 : -1;
  const xM = (random.uniform() < 0.5 ? 1 : -1) * between(0.8, 1.3);
  const mps = between(0.15, 0.4);
  const appearsS = STANDS_S + 3 + between(0, 0.1);
  const leavesS = appearsS + 5 + between(0, 0.1);
  return {
    seed,
    start: { xM, yM: -1.6 * along, yawRad: (along * Math.PI) / 2 },
    mps,
    radiusM: between(0.05, 0.25),
    // So near that who brakes at once stands within the clearance (0.05 m), and nothing is left to creep.
    gapM: Math.max(0.005, mps ** 2 / (2 * DECELERATION_MPS2) + mps * LAG_S + between(-0.03, 0.03)),
    sidewaysM: between(-0.08, 0.08),
    drivesS: STANDS_S + 0.5,
    proposedS: STANDS_S,
    appearsS,
    leavesS,
    endS: leavesS + 2,
  };
}

/** Where the thing stands when it appears before a robot there. */
export function discBefore({ xM, yM, yawRad }: Pose2, { radiusM, gapM, sidewaysM }: Scenario): Disc {
  // The two circles touch where their middles are this far apart along the path.
  const aheadM = gapM + Math.sqrt((ROBOT_RADIUS_M + radiusM) ** 2 - sidewaysM ** 2);
  return {
    xM: xM + aheadM * Math.cos(yawRad) - sidewaysM * Math.sin(yawRad),
    yM: yM + aheadM * Math.sin(yawRad) + sidewaysM * Math.cos(yawRad),
    radiusM,
  };
}
