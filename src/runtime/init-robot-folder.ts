import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { missingOf, type Needed, newRobotOf, type SaidOfRobot } from "../config/new-robot.js";
import { newRobotFolder } from "../config/new-robot-folder.js";
import { FOLDER_FILES } from "../config/robot-folder.js";
import { readUrdfRobot } from "../config/urdf-robot.js";
import { RehearseError } from "../core/error.js";
import { requireGuardable } from "./init-robot-file.js";
import { PROJECT_ROOT } from "./project-path.js";

export type { Needed, SaidOfRobot } from "../config/new-robot.js";

/**
 * Where the folder of that name comes to lie: where it is said; a plain name, said within the checkout, beside the checkout.
 * @throws RehearseError RH-ROBOT-WRITE for a place within the checkout
 */
export function robotFolderPath(given: string): string {
  const root = resolve(PROJECT_ROOT);
  const path = resolve(given);
  if (path !== root && !path.startsWith(root + sep)) return path;
  if (!given.includes("/")) return join(dirname(root), given);
  throw new RehearseError(
    "RH-ROBOT-WRITE",
    `${path} lies in the checkout of Rehearse`,
    `a robot has its own place, e.g. ${join(dirname(root), basename(given))}`,
  );
}

/** What has to be said besides, before a folder can be made. @throws RehearseError RH-URDF-READ, RH-URDF */
export function missingOfRobot(said: SaidOfRobot): Needed[] {
  return missingOf(said, said.urdfPath === undefined ? undefined : readUrdfRobot(said.urdfPath));
}

/**
 * Makes a robot's folder, with all of its files, if a guard would take its robot file; never into a folder that holds anything.
 * @returns the paths of the files
 * @throws RehearseError RH-ROBOT-CEILING, RH-ROBOT-SCHEMA, RH-ROBOT-WRITE, RH-URDF-READ, RH-URDF
 */
export function initRobotFolder(path: string, said: SaidOfRobot): string[] {
  const robot = newRobotOf(said, said.urdfPath === undefined ? undefined : readUrdfRobot(said.urdfPath));
  const files = newRobotFolder(robot, shownPath(path), shownPath(join(PROJECT_ROOT, "rehearse")));
  requireGuardable(files[FOLDER_FILES.robot]!, join(path, FOLDER_FILES.robot));
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new RehearseError("RH-ROBOT-WRITE", `${path} is there already, and not empty`, "edit its files, or give another name");
  try {
    mkdirSync(path, { recursive: true });
    return Object.entries(files).map(([name, text]) => {
      writeFileSync(join(path, name), text, { flag: "wx" });
      return join(path, name);
    });
  } catch (cause) {
    throw new RehearseError(
      "RH-ROBOT-WRITE",
      `${path} can't be written: ${(cause as Error).message}`,
      "give a folder that can be written to",
      {
        cause,
      },
    );
  }
}

/** As somebody would type it from here. */
function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  if (short.startsWith(join("..", ".."))) return path;
  return short.startsWith("..") ? short : `./${short}`;
}
