import type { RobotDescription } from "../core/robot-description.js";
import { region } from "./region.js";

/** The footprint stays within the bounds of the robot file. */
export function workspace(robot: RobotDescription) {
  const { xM: x, yM: y } = robot.workspace ?? { xM: [0, 0], yM: [0, 0] };
  const distanceM = (xM: number, yM: number) => Math.min(xM - x[0], x[1] - xM, yM - y[0], y[1] - yM);
  return region("workspace", robot, robot.workspace && distanceM);
}
