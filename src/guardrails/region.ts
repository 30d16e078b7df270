import type { Check, Margin } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { TimedPath } from "../math/points.js";
import { alongEach } from "./rule.js";
import { StoppingPath, timeAheadS } from "./stopping-path.js";

/** Distance from a point of the odometry frame to a region that the footprint must not touch, negative inside. */
export type DistanceM = (xM: number, yM: number) => number;

/** What keep-out and workspace share: the footprint must not touch a region, while it drives or brakes. */
export function regionRule<Id extends "keep-out" | "workspace">(
  id: Id,
  robot: RobotDescription,
  distancesM: readonly DistanceM[],
): Check<Id> | undefined {
  if (distancesM.length === 0) return undefined;
  const { radiusM } = robot.footprint;
  const stopping = new StoppingPath(robot);
  const nearestM = nearestOf(distancesM);
  const along = ({ path, count }: TimedPath) =>
    distancesM.map((to) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 2 * count; i += 2) least = Math.min(least, to(path[i]!, path[i + 1]!));
      return least;
    });
  const near = (xM: number, yM: number, reachM: number) => (nearestM(xM, yM) >= radiusM + reachM ? undefined : along);
  return (command, context) => stopping.judge(id, command, context, near, radiusM);
}

/** The deepest intrusion of the footprint, in clearances. */
export function regionConstraint(robot: RobotDescription, distancesM: readonly DistanceM[]): Margin | undefined {
  if (distancesM.length === 0) return undefined;
  const { clearanceM, footprint } = robot;
  const distanceM = nearestOf(distancesM);
  const aheadS = timeAheadS(robot);
  return (motion) =>
    alongEach(motion, (values, from, to, size) => {
      let nearestM = footprint.radiusM + clearanceM;
      for (let row = from; row < to; row += size) {
        const x = values[row]!;
        const y = values[row + 1]!;
        const vx = values[row + 3]!;
        const vy = values[row + 4]!;
        const speedMps = vy === 0 ? Math.abs(vx) : Math.hypot(vx, vy);
        const forS = aheadS(speedMps);
        // Where the region is farther than the stopping distance and more, which is nearly everywhere, the point of rest need not be computed.
        if (distanceM(x, y) > nearestM + speedMps * forS) continue;
        const cos = Math.cos(values[row + 2]!) * forS;
        const sin = Math.sin(values[row + 2]!) * forS;
        const distance = distanceM(x + vx * cos - vy * sin, y + vx * sin + vy * cos);
        if (!(distance >= nearestM)) nearestM = distance;
      }
      return (footprint.radiusM - nearestM) / clearanceM;
    });
}

function nearestOf(distancesM: readonly DistanceM[]): DistanceM {
  return (xM, yM) => distancesM.reduce((least, to) => Math.min(least, to(xM, yM)), Number.POSITIVE_INFINITY);
}
