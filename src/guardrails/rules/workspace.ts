import type { RobotDescription } from "../../core/robot-description.js";
import { region } from "../region.js";

/** The footprint stays within the bounds of the robot file. */
export function workspace(robot: RobotDescription) {
  if (robot.workspace === undefined) return region("workspace", robot, []);
  const [[left, right], [low, high]] = [robot.workspace.xM, robot.workspace.yM];
  return region("workspace", robot, [(xM) => xM - left, (xM) => right - xM, (_, yM) => yM - low, (_, yM) => high - yM]);
}
