import type { RobotDescription } from "../core/robot-description.js";
import { rule, worstTick } from "./rule.js";
import { StoppingPath } from "./stopping-path.js";

/**
 * What keep-out and workspace share: a region of the odometry frame that the footprint must not touch, on its way or while it brakes.
 * @param distanceM from a point to the region, negative in it; absent: there is none
 */
export function region(name: string, robot: RobotDescription, distanceM?: (xM: number, yM: number) => number) {
  if (distanceM === undefined) return rule(name, () => undefined);
  const { clearanceM, footprint } = robot;
  const stopping = new StoppingPath(robot);
  const least = (path: readonly number[]) => {
    let distance = Number.POSITIVE_INFINITY;
    for (let i = 0; i < path.length; i += 2) distance = Math.min(distance, distanceM(path[i]!, path[i + 1]!));
    return distance;
  };
  return rule(
    name,
    (command, now) => stopping.judge(name, command, now, least, footprint.radiusM),
    // The deepest intrusion of the footprint, in clearances.
    (motion) =>
      worstTick(motion, (data, row) => {
        const x = data[row]!;
        const y = data[row + 1]!;
        const vx = data[row + 3]!;
        const vy = data[row + 4]!;
        const speedMps = Math.sqrt(vx * vx + vy * vy);
        const aheadS = stopping.aheadS(speedMps);
        // Where the region is farther than the way to rest and more, which is nearly everywhere, it need not be known where that leads.
        if (distanceM(x, y) > footprint.radiusM + clearanceM + speedMps * aheadS) return -1;
        const cos = Math.cos(data[row + 2]!) * aheadS;
        const sin = Math.sin(data[row + 2]!) * aheadS;
        return (footprint.radiusM - distanceM(x + vx * cos - vy * sin, y + vx * sin + vy * cos)) / clearanceM;
      }),
  );
}
