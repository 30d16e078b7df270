import { readRobotFile } from "../config/robot-file.js";
import { Standby } from "../control/standby.js";
import { rosBodyOf } from "../ros/nodes/body-topics.js";
import { StandbyNode } from "../ros/nodes/standby-node.js";
import { openRos } from "../ros/rcl/context.js";
import { type AskForRealTime, raisePriority } from "../ros/rcl/priority.js";
import { projectPath } from "./project-path.js";
import { StopFile, stopFilePath } from "./stop-file.js";

/** The standby process: brakes when the guard falls silent, until it is signalled to end. */
export async function runStandby(rosArgs: readonly string[], ask: AskForRealTime): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  const node = new StandbyNode(ros, {
    create(parameters) {
      const robot = readRobotFile(projectPath(parameters.robot));
      return { brake: new Standby(robot), body: rosBodyOf(robot) };
    },
    openLatch: (topic) => new StopFile(stopFilePath(topic, "standby")),
  });
  node.start();
  raisePriority("standby", node.log, ask);
  await ros.stopped;
}
