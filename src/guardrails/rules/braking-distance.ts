import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import { BLIND, UNMEASURED } from "../../core/sensors.js";
import type { ViolationOf } from "../../core/violation.js";
import { distancesToPath, distanceToMoving, pointsWithin } from "../../math/points.js";
import { secondsBetween } from "../../math/seconds.js";
import { clearanceAhead } from "../../motion/clearance-ahead.js";
import { FootprintSweep } from "../../motion/footprint-sweep.js";
import { ObstacleSweep } from "../../motion/obstacle-sweep.js";
import { polygonClearanceAhead } from "../../motion/polygon-clearance-ahead.js";
import { askedAgain } from "../asked-again.js";
import { scaled } from "../axes.js";
import { stop } from "../rule.js";
import { sectorsTowards } from "../scan-coverage.js";
import { StoppingPath } from "../stopping-path.js";
import { surroundedBy } from "../surroundings.js";
import { aheadOf, timeAheadS } from "../time-ahead.js";

/** Planning keeps this much more distance than the gate demands, so that small errors of a good plan don't end at the gate. */
const PLANNING_SPARE_M = 0.02;
/** Between neighbouring beams, a wall 0.2 m away is this much nearer than its nearest sample. */
const SAMPLED_M = 0.0005;
/** Error of an object's measured velocity: its centre is off by 3 cm from one scan to the fourth after it. */
const VELOCITY_UNCERTAINTY_MPS = 0.1;
/** The same for a corner of polygons, with walls seen at an angle, by samples that lie farther apart. */
const CORNER_SAMPLED_M = 0.002;
/** Where beams measure nothing, next to the robot in space that they looked through before; and how much of the half-plane ahead that may be. */
const UNMEASURED_MPS = 0.15;
const UNMEASURED_RAD = Math.PI / 2;
const NOTHING = new Float32Array(0);

/**
 * The footprint plus clearance, swept along the stopping path, is free of scan points: static ones, and, at every moment until the robot
 * stands, moving ones, at their measured velocity. An object that drives into a robot at rest is outside of what it
 * promises: "passive safety" in the words of Mitsch, Ghorbal and Platzer (RSS 2013).
 */
export const brakingDistance: Guardrail<"braking-distance"> = {
  id: "braking-distance",
  violations: ["braking-distance", "braking-distance.blind", "braking-distance.unmeasured"],
  rule(robot) {
    const { clearanceM, footprint, response, scanner } = robot;
    if (scanner === undefined) return undefined;
    const stopping = new StoppingPath(robot);
    const sweep = footprint.polygonsM && new FootprintSweep(footprint.polygonsM);
    const neededM = (sweep ? 0 : footprint.radiusM) + clearanceM;
    const sampledM = sweep ? CORNER_SAMPLED_M : SAMPLED_M;
    // Distances beyond this make no difference to any decision.
    const farM = neededM + 2 * sampledM;
    const limits = { farM, floorM: clearanceM / 4, velocityErrorMps: VELOCITY_UNCERTAINTY_MPS };
    const obstacleSweep = sweep && new ObstacleSweep(sweep, limits);
    return askedAgain<ViolationOf<"braking-distance">>((command, context) => {
      const { obstacles, seenSectors } = context;
      const [vxMps = 0, vyMps = 0] = valuesOf(command);
      if (seenSectors === undefined || obstacles === undefined) return stop("braking-distance.blind", Math.PI, 0, "rad");
      const blindRad = sectorsTowards(seenSectors, vxMps, vyMps, BLIND);
      const unmeasuredRad = sectorsTowards(seenSectors, vxMps, vyMps, UNMEASURED);
      if (blindRad > 0 || unmeasuredRad > UNMEASURED_RAD + 1e-9) return stop("braking-distance.blind", blindRad + unmeasuredRad, 0, "rad");
      const slowness = Math.hypot(vxMps, vyMps) / UNMEASURED_MPS;
      if (unmeasuredRad > 0 && slowness > 1 + 1e-9) {
        const ruling = stop("braking-distance.unmeasured", unmeasuredRad, 0, "rad");
        return { ...ruling, allowed: scaled(command, 1 / slowness), slows: true };
      }
      const { pointsM, moving = NOTHING, stampNs } = obstacles;
      const sinceS = secondsBetween(stampNs, context.nowNs) + response.commandDelayS;
      const near = (xM: number, yM: number, reachM: number) => {
        if (obstacleSweep) return obstacleSweep.among(obstacles, sinceS);
        const points = pointsWithin(pointsM, xM, yM, reachM + farM);
        if (points.length === 0 && moving.length === 0) return undefined;
        return surroundedBy((path) => [
          ...distancesToPath(points, path, farM),
          distanceToMoving(moving, path, sinceS, VELOCITY_UNCERTAINTY_MPS),
        ]);
      };
      return stopping.judge("braking-distance", command, context, near, neededM, sampledM);
    });
  },
  /*
   * The deepest intrusion into the clearance plus a spare, as a fraction of them: 0 touches them, 1 the obstacle, -1 is as much or more
   * away. A start inside the clearance is measured from there: leaving must not cost more than staying.
   */
  constraint(robot) {
    const { clearanceM, footprint } = robot;
    const { polygonsM } = footprint;
    const neededM = (polygonsM ? 0 : footprint.radiusM) + clearanceM;
    const depthM = clearanceM + PLANNING_SPARE_M;
    const farM = neededM + PLANNING_SPARE_M + depthM;
    const aheadS = timeAheadS(robot);
    const polygonsAhead = polygonsM && polygonClearanceAhead(polygonsM, aheadOf(robot), farM);
    return (motion, obstacles, periodS) => {
      if (obstacles === undefined || motion.size === 0) return new Float32Array(motion.shape[0]!).fill(-1);
      const { startM, leastM } = polygonsAhead
        ? polygonsAhead(motion, obstacles, periodS)
        : clearanceAhead(motion, obstacles, aheadS, periodS, farM);
      const fromM = Math.min(neededM + PLANNING_SPARE_M, startM);
      return leastM.map((distanceM) => Math.max(-1, (fromM - distanceM) / depthM));
    };
  },
};
