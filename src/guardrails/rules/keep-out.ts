import type { RobotDescription } from "../../core/robot-description.js";
import { signedDistance } from "../../math/polygon.js";
import { region } from "../region.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal. */
export function keepOut(robot: RobotDescription) {
  return region(
    "keep-out",
    robot,
    robot.keepOutM.map((polygon) => (xM, yM) => signedDistance(polygon, xM, yM)),
  );
}
