import type { RobotDescription } from "../core/robot-description.js";
import type { TimedPath } from "../math/points.js";
import { alongEach, rule } from "./rule.js";
import { StoppingPath } from "./stopping-path.js";

/**
 * What keep-out and workspace share: regions of the odometry frame that the footprint must not touch, on its way or while it brakes.
 * @param distancesM from a point to each region, negative in it
 */
export function region(name: string, robot: RobotDescription, distancesM: readonly ((xM: number, yM: number) => number)[]) {
  if (distancesM.length === 0) return rule(name, () => undefined);
  const { clearanceM, footprint } = robot;
  const stopping = new StoppingPath(robot);
  const distanceM = (xM: number, yM: number) => distancesM.reduce((least, to) => Math.min(least, to(xM, yM)), Number.POSITIVE_INFINITY);
  const along = ({ path, places }: TimedPath) =>
    distancesM.map((to) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 2 * places; i += 2) least = Math.min(least, to(path[i]!, path[i + 1]!));
      return least;
    });
  const near = (xM: number, yM: number, reachM: number) => (distanceM(xM, yM) >= footprint.radiusM + reachM ? undefined : along);
  return rule(
    name,
    (command, now) => stopping.judge(name, command, now, near, footprint.radiusM),
    // The deepest intrusion of the footprint, in clearances.
    (motion) =>
      alongEach(motion, (values, from, to, size) => {
        let nearestM = footprint.radiusM + clearanceM;
        for (let row = from; row < to; row += size) {
          const x = values[row]!;
          const y = values[row + 1]!;
          const vx = values[row + 3]!;
          const vy = values[row + 4]!;
          const speedMps = vy === 0 ? Math.abs(vx) : Math.hypot(vx, vy);
          const aheadS = stopping.aheadS(speedMps);
          // Where the region is farther than the way to rest and more, which is nearly everywhere, it need not be known where that leads.
          if (distanceM(x, y) > nearestM + speedMps * aheadS) continue;
          const cos = Math.cos(values[row + 2]!) * aheadS;
          const sin = Math.sin(values[row + 2]!) * aheadS;
          const distance = distanceM(x + vx * cos - vy * sin, y + vx * sin + vy * cos);
          if (!(distance >= nearestM)) nearestM = distance;
        }
        return (footprint.radiusM - nearestM) / clearanceM;
      }),
  );
}
