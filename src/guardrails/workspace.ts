import type { RobotDescription } from "../core/robot-description.js";
import { region } from "./region.js";

/** The footprint stays within the bounds of the robot file. */
export function workspace(robot: RobotDescription) {
  const { xM: x, yM: y } = robot.workspace ?? { xM: [-Infinity, Infinity], yM: [-Infinity, Infinity] };
  return region("workspace", robot, (xM, yM) => Math.min(xM - x[0]!, x[1]! - xM, yM - y[0]!, y[1]! - yM));
}
