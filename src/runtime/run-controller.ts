import { readModelFile } from "../config/model-file.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { DIFFERENTIAL, type RosBody, rosBodyOf } from "../ros/nodes/body-topics.js";
import { ControllerNode } from "../ros/nodes/controller-node.js";
import { openRos } from "../ros/rcl/context.js";
import { ControllerProcess } from "./controller-process.js";
import { controllerTable } from "./module-parameters.js";
import { projectPath } from "./project-path.js";
import { robotOf } from "./robot-of.js";

/** The controller process. Once signalled to end it ends, even when a model takes longer to load than stopping may take. */
export async function runController(rosArgs: readonly string[]): Promise<never> {
  const ros = await openRos({ args: rosArgs });
  const controller = new ControllerProcess((hooks) => new ControllerNode(ros, { hooks, body: bodyOf, tableOf: controllerTable }));
  await Promise.race([controller.node.start(), ros.stopped]);
  await ros.stopped;
  process.exit();
}

/** By the robot file; one that can't be read, or a model that can't be, is refused when the node is configured. */
function bodyOf({ robot, model }: ControllerParameters): RosBody {
  try {
    return rosBodyOf(robotOf(robot, readModelFile(projectPath(model))));
  } catch {
    return DIFFERENTIAL;
  }
}
