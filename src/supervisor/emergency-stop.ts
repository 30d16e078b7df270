import { setTimeout as pause } from "node:timers/promises";
import { RehearseError } from "../core/error.js";
import { LATCHED_QOS } from "../messages/qos.js";
import { TOPICS } from "../messages/topics.js";
import { StatusClient } from "../ros/clients/status-client.js";
import { openRos } from "../ros/rcl/context.js";
import { Endpoints } from "../ros/rcl/endpoints.js";

const CONFIRM_MS = 5000;
const REPEAT_MS = 100;

/**
 * Presses the emergency stop and returns when the guard says that it stands. It is sent again until then: whoever starts to listen meanwhile hears it, too.
 * @throws RehearseError RH-ESTOP-UNHEARD when no guard confirms it
 */
export async function pressEmergencyStop(rosArgs: readonly string[]): Promise<string> {
  const ros = await openRos({ args: rosArgs });
  try {
    const client = new StatusClient(ros);
    let confirmed = false;
    client.guard.subscribe(({ values }) => {
      confirmed ||= values.emergency_stop === "true";
    });
    const node = ros.createNode(`operator_${process.pid}`, "", { answersParameterRequests: false });
    const button = new Endpoints(ros, node).publish("std_msgs/msg/Bool", TOPICS.estop, LATCHED_QOS);
    node.spin();
    const beganMs = performance.now();
    do {
      button.send({ data: true });
      await pause(REPEAT_MS);
    } while (!confirmed && performance.now() - beganMs < CONFIRM_MS);
    if (!confirmed) {
      throw new RehearseError(
        "RH-ESTOP-UNHEARD",
        `no guard confirmed the emergency stop within ${CONFIRM_MS / 1000} s (${button.subscribers} heard it)`,
        "use the robot's own emergency stop now; then see whether a guard runs, in this domain and namespace: ./rehearse status",
      );
    }
    return "the guard stops the robot, until: ./rehearse estop reset";
  } finally {
    await ros.shutdown();
  }
}

/** Calls one of the services that operators use. @throws RehearseError RH-SERVICE-ABSENT, RH-SERVICE-REFUSED */
export async function operate(rosArgs: readonly string[], service: "pause" | "resume" | "estopReset"): Promise<string> {
  const ros = await openRos({ args: rosArgs });
  try {
    return await new StatusClient(ros).call(service);
  } finally {
    await ros.shutdown();
  }
}
