import { readRobotFile } from "../config/robot-file.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { ControllerNode } from "../ros/nodes/controller-node.js";
import { openRos } from "../ros/rcl/context.js";
import { ControllerProcess } from "./controller-process.js";
import { projectPath } from "./project-path.js";

/** The controller process. Resolves when it was told to end and has ended. */
export async function runController(rosArgs: readonly string[]): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  const process = new ControllerProcess((hooks) => new ControllerNode(ros, { hooks, joints: jointsOf }));
  await process.node.start();
  await ros.stopped;
}

/** Of an arm, by its robot file; a file that can't be read is refused when the node is configured. */
function jointsOf({ robot }: ControllerParameters): readonly string[] {
  try {
    return readRobotFile(projectPath(robot)).joints.map(({ name }) => name);
  } catch {
    return [];
  }
}
