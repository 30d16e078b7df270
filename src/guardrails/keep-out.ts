import type { RobotDescription } from "../core/robot-description.js";
import { signedDistance } from "../math/polygon.js";
import { region } from "./region.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal. */
export function keepOut(robot: RobotDescription) {
  const { keepOutM } = robot;
  const distanceM = (xM: number, yM: number) => Math.min(...keepOutM.map((polygon) => signedDistance(polygon, xM, yM)));
  return region("keep-out", robot, keepOutM.length > 0 ? distanceM : undefined);
}
