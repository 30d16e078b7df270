import { customGuardrails } from "../config/custom-guardrails.js";
import { readRobotFile } from "../config/robot-file.js";
import { GUARD_RATE_HZ, Guard } from "../control/guard.js";
import type { RobotDescription } from "../core/robot-description.js";
import { rosBodyOf } from "../ros/nodes/body-topics.js";
import { GuardNode } from "../ros/nodes/guard-node.js";
import { openRos } from "../ros/rcl/context.js";
import { type AskForRealTime, raisePriority } from "../ros/rcl/priority.js";
import { projectPath } from "./project-path.js";
import { StopFile, stopFilePath } from "./stop-file.js";

/** The guard process: reads the robot file once, then judges until it is signalled to end. Loads no model code. */
export async function runGuard(rosArgs: readonly string[], ask: AskForRealTime): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  let robot: RobotDescription | undefined;
  const node = new GuardNode(ros, {
    get hardwareId() {
      return robot?.name ?? "";
    },
    createGuard(clock, parameters) {
      // The limits are fixed here, by a file alone, before anything is received or sent.
      robot = readRobotFile(projectPath(parameters.robot));
      return new Guard(robot, clock, customGuardrails(robot));
    },
    openLatch: (topic) => new StopFile(stopFilePath(topic)),
    otherPublishers: () => robot?.otherPublishers ?? [],
    body: () => rosBodyOf(robot!),
    periodNs: 1_000_000_000n / BigInt(GUARD_RATE_HZ),
    facts: () => ({
      robot_file: robot?.source.path ?? "",
      robot_file_sha256: robot?.source.sha256 ?? "",
      ...(robot?.guardrails && { custom_guardrails: robot.guardrails.join(", ") }),
    }),
  });
  node.start();
  raisePriority("guard", node.log, ask);
  for (const warning of robot?.warnings ?? []) node.log.warn(warning);
  if (robot) node.log.info(`guarding ${robot.name} by ${robot.source.path} (sha256 ${robot.source.sha256.slice(0, 12)}…)`);
  await ros.stopped;
}
