import { readRobotFile } from "../config/robot-file.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { DIFFERENTIAL, type RosBody, rosBodyOf } from "../ros/nodes/body-topics.js";
import { ControllerNode } from "../ros/nodes/controller-node.js";
import { openRos } from "../ros/rcl/context.js";
import { ControllerProcess } from "./controller-process.js";
import { projectPath } from "./project-path.js";

/** The controller process. Resolves when it was told to end and has ended. */
export async function runController(rosArgs: readonly string[]): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  const process = new ControllerProcess((hooks) => new ControllerNode(ros, { hooks, body: bodyOf }));
  await process.node.start();
  await ros.stopped;
}

/** By the robot file; one that can't be read is refused when the node is configured. */
function bodyOf({ robot }: ControllerParameters): RosBody {
  try {
    return rosBodyOf(readRobotFile(projectPath(robot)));
  } catch {
    return DIFFERENTIAL;
  }
}
