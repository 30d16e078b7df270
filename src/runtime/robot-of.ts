import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readRobotFile } from "../config/robot-file.js";
import { RehearseError } from "../core/error.js";
import type { ModelDescription } from "../core/model.js";
import type { RobotDescription } from "../core/robot-description.js";
import { projectPath } from "./project-path.js";

const FILE = "robot.yaml";

/**
 * The robot that a model drives: the one that is named, else the model's own, by the name in its model.yaml. That is looked for in the folders around the model's (a robot's
 * folder keeps its models in itself) and in `calibration/`; a file of another robot never takes its place. What comes inside of a model's folder is no robot file: a
 * model brings no limits of its own.
 * @param given file or folder; empty: the model's own
 * @throws RehearseError RH-ROBOT-UNKNOWN, or what is wrong with the file
 */
export function robotOf(given: string, model: ModelDescription): RobotDescription {
  if (given !== "") return readRobotFile(projectPath(given));
  const places = placesOf(model);
  for (const place of places) {
    if (!existsSync(place)) continue;
    const robot = readRobotFile(place);
    if (robot.name === model.robot) return robot;
  }
  throw new RehearseError(
    "RH-ROBOT-UNKNOWN",
    `the model in ${model.folder} was trained on the robot ${model.robot}, and no robot file of that name is there: looked at ${places.join(", ")}`,
    "say which robot this is: --robot FILE, or the parameter robot; its name in the file is the one in model.yaml",
  );
}

function placesOf({ folder, robot }: ModelDescription): string[] {
  const around = [dirname(folder), dirname(dirname(folder))].map((each) => join(each, FILE));
  // A name that leads elsewhere is the name of no folder.
  return /^[\w.-]*\w$/.test(robot) ? [...around, projectPath(join("calibration", robot, FILE))] : around;
}
