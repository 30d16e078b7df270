import type { RobotDescription } from "../core/robot-description.js";
import { rule, worstTick } from "./rule.js";
import { StoppingPath } from "./stopping-path.js";

/**
 * What keep-out and workspace share: a region of the odometry frame that the footprint must not touch, on its way or while it brakes.
 * @param distanceM from a point to the region, negative in it, +Infinity where there is none
 */
export function region(name: string, robot: RobotDescription, distanceM: (xM: number, yM: number) => number) {
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
        const [x, y, yaw, vx, vy] = data.subarray(row, row + 5) as unknown as [number, number, number, number, number];
        const aheadS = stopping.aheadS(Math.hypot(vx, vy));
        const [cos, sin] = [Math.cos(yaw) * aheadS, Math.sin(yaw) * aheadS];
        return (footprint.radiusM - distanceM(x + vx * cos - vy * sin, y + vx * sin + vy * cos)) / clearanceM;
      }),
  );
}
