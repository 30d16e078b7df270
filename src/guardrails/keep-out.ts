import type { RobotDescription } from "../core/robot-description.js";
import { signedDistance } from "../math/polygon.js";
import { region } from "./region.js";
import { rule } from "./rule.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal. */
export function keepOut(robot: RobotDescription) {
  if (robot.keepOutM.length === 0) return rule("keep-out", () => undefined);
  return region("keep-out", robot, (xM, yM) => {
    let least = Number.POSITIVE_INFINITY;
    for (const polygon of robot.keepOutM) least = Math.min(least, signedDistance(polygon, xM, yM));
    return least;
  });
}
