import { readRobotFile } from "../config/robot-file.js";
import { Guard, type GuardReport } from "../control/guard.js";
import { RehearseError } from "../core/error.js";
import type { RobotDescription } from "../core/robot-description.js";
import { openRos } from "../ros/context.js";
import { GuardNode } from "../ros/guard-node.js";
import { projectPath } from "./project-path.js";

/** Where the guard finds its robot file when no parameter names another. */
export const DEFAULT_ROBOT_FILE = "calibration/rooms/robot.yaml";

/** The guard process: reads the robot file once, then judges until it is told to end. Loads no model code. */
export async function runGuard(rosArgs: readonly string[]): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  let robot: RobotDescription | undefined;
  let guard: Guard | undefined;
  let report: GuardReport | undefined;
  const node: GuardNode = new GuardNode(ros, {
    get hardwareId() {
      return robot?.name ?? "";
    },
    parameters: [
      { name: "robot", kind: "string", default: DEFAULT_ROBOT_FILE, fixed: true, description: "Robot file: limits, footprint, response" },
    ],
    guard: {
      onCommand: (command, stampNs) => guard?.onCommand(command, stampNs),
      onOdometry: (odometry) => guard?.onOdometry(odometry),
      onScan: (scan) => guard?.onScan(scan),
      onEmergencyStop: (pressed) => guard?.onEmergencyStop(pressed),
      resetEmergencyStop() {
        if (guard?.reset()) return;
        throw new RehearseError(
          "RH-GUARD-RESET",
          "the emergency stop stays: the button is still pressed, or the robot is not known to be at rest",
          "release the button, see that odometry arrives and the robot stands still, then call estop_reset again",
        );
      },
      tick() {
        report = guard!.tick();
        return report.verdict;
      },
      diagnose: () => diagnosisOf(robot!, report),
    },
  });
  // Nothing is judged and nothing sent before the limits are settled, by the file alone.
  robot = readRobotFile(projectPath(node.parameters.string("robot")));
  guard = new Guard(robot, node.clock);
  node.start();
  node.log.info(`guarding ${robot.name} by ${robot.source.path} (sha256 ${robot.source.sha256.slice(0, 12)}…)`);
  await ros.stopped;
}

function diagnosisOf(robot: RobotDescription, report: GuardReport | undefined) {
  const kind = report?.verdict.kind ?? "stop";
  const estopped = report?.emergencyStopped ?? false;
  return {
    level: estopped ? ("error" as const) : kind === "stop" ? ("warn" as const) : ("ok" as const),
    message: estopped
      ? "emergency stop"
      : kind === "stop"
        ? "stopping the robot"
        : kind === "limited"
          ? "limiting commands"
          : "passing commands",
    values: {
      emergency_stop: estopped,
      robot_file: robot.source.path,
      robot_file_sha256: robot.source.sha256,
      ...Object.fromEntries(Object.entries(report?.counts ?? {}).map(([what, n]) => [`count.${what.replaceAll(" ", ".")}`, n])),
    },
  };
}
