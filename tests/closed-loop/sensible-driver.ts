import { clamp, wrapAngle } from "../../src/math/angle.js";
import type { RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import type { Driver } from "./guarded-drive.js";

/** How a decent controller drives: pursues a free path, slows down for turns and for the goal, accelerates within the limits. */
export function sensibleDriver(world: RoomsWorld, goal: { xM: number; yM: number }, clearanceM = 0.15): Driver {
  const points = world.shortestPath(world.odomFromBase, goal, clearanceM)?.points ?? [goal];
  let next = 1;
  let last = 0;
  return ({ odomFromBase: { xM, yM, yawRad } }) => {
    const away = (point: { xM: number; yM: number }) => Math.hypot(point.xM - xM, point.yM - yM);
    while (next < points.length - 1 && away(points[next]!) < 0.15) next++;
    const target = points[next] ?? goal;
    const error = wrapAngle(Math.atan2(target.yM - yM, target.xM - xM) - yawRad);
    const toGoal = away(goal);
    const wanted = toGoal < 0.1 ? 0 : 0.6 * clamp(Math.cos(error) * 2 - 1, 0, 1);
    const limited = Math.min(wanted, last + 0.05, Math.sqrt(2 * 0.8 * Math.max(0, toGoal - 0.08)));
    last = limited;
    return { kind: "twist", vxMps: limited, vyMps: 0, yawRateRps: toGoal < 0.1 ? 0 : clamp(3 * error, -2, 2) };
  };
}
