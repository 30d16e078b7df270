import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import { distancesToPath, distanceToMoving, pointsWithin } from "../../math/points.js";
import { secondsBetween } from "../../math/seconds.js";
import { clearanceAhead } from "../../motion/clearance-ahead.js";
import { FootprintSweep } from "../../motion/footprint-sweep.js";
import { ObstacleSweep } from "../../motion/obstacle-sweep.js";
import { polygonClearanceAhead } from "../../motion/polygon-clearance-ahead.js";
import { askedAgain } from "../asked-again.js";
import { stop } from "../rule.js";
import { blindSectorOf } from "../scan-coverage.js";
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
const NOTHING = new Float32Array(0);

/**
 * The footprint plus clearance, swept along the stopping path, is free of scan points: static ones, and, at every moment until the robot
 * stands, moving ones, at their measured velocity. An object that drives into a robot at rest is outside of what it
 * promises: "passive safety" in the words of Mitsch, Ghorbal and Platzer (RSS 2013).
 */
export const brakingDistance: Guardrail<"braking-distance"> = {
  id: "braking-distance",
  violations: ["braking-distance", "braking-distance.blind"],
  rule(robot) {
    const { clearanceM, footprint, response, scanner } = robot;
    if (scanner === undefined) return undefined;
    const stopping = new StoppingPath(robot);
    const blindSectorRad = blindSectorOf(scanner.baseFromScan.yawRad);
    const sweep = footprint.polygonsM && new FootprintSweep(footprint.polygonsM);
    const neededM = (sweep ? 0 : footprint.radiusM) + clearanceM;
    const sampledM = sweep ? CORNER_SAMPLED_M : SAMPLED_M;
    // Distances beyond this make no difference to any decision.
    const farM = neededM + 2 * sampledM;
    const limits = { farM, floorM: clearanceM / 4, velocityErrorMps: VELOCITY_UNCERTAINTY_MPS };
    const obstacleSweep = sweep && new ObstacleSweep(sweep, limits);
    return askedAgain((command, context) => {
      const { obstacles, scan } = context;
      const [vxMps = 0, vyMps = 0] = valuesOf(command);
      const seen = scan !== undefined && obstacles !== undefined;
      const blindRad = seen ? blindSectorRad(scan, vxMps, vyMps) : Math.PI;
      if (!seen || blindRad > 0) return stop("braking-distance.blind", blindRad, 0, "rad");
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
