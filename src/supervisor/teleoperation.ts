import type { Twist2 } from "../core/body.js";
import { RehearseError } from "../core/error.js";
import { RELIABLE_QOS } from "../messages/qos.js";
import { TOPICS } from "../messages/topics.js";
import { twistStampedFromCommand } from "../messages/twist.js";
import { GraphClient } from "../ros/clients/graph-client.js";
import { StatusClient } from "../ros/clients/status-client.js";
import { systemClock } from "../ros/rcl/clock.js";
import { openRos } from "../ros/rcl/context.js";
import { Endpoints } from "../ros/rcl/endpoints.js";

export interface Speeds {
  /** m/s */
  readonly forward: number;
  /** rad/s */
  readonly turn: number;
}

/** A device that says what is wanted now. */
export interface Controls {
  /** undefined: nothing is held, so the robot stands. */
  wanted(nowMs: number): Twist2 | undefined;
  /** Resolves when the operator wants to end. */
  readonly ended: Promise<void>;
  close(): void;
}

const PERIOD_MS = 50;
const DISCOVERY_MS = 2000;
const STAND: Twist2 = { vxMps: 0, vyMps: 0, yawRateRps: 0 };

/**
 * Sends what an operator wants to the guard, stamped, 20 times a second, until the operator ends it. Nothing goes past the guard. While nothing is held, a stop is
 * sent. @throws RehearseError RH-DRIVE-SHARED when somebody else proposes commands, too
 */
export async function drive(rosArgs: readonly string[], makeControls: () => Controls, say: (line: string) => void): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  try {
    const graph = new GraphClient(ros);
    await graph.settle(DISCOVERY_MS);
    const topic = graph.resolved(TOPICS.commandProposed);
    const others = graph.publishers(topic);
    if (others.length > 0) {
      throw new RehearseError(
        "RH-DRIVE-SHARED",
        `${others.map(({ node }) => node).join(", ")} proposes commands on ${topic}, too: the guard takes them from one alone`,
        "end it first; to record drives for training, only the guard and the robot's own nodes are needed",
      );
    }
    const node = ros.createNode("teleoperation", "", { answersParameterRequests: false });
    const proposed = new Endpoints(ros, node).publish("geometry_msgs/msg/TwistStamped", topic, RELIABLE_QOS);
    node.spin();
    const clock = systemClock(ros);
    const send = (twist: Twist2) => proposed.send(twistStampedFromCommand({ kind: "twist", ...twist }, clock.nowNs(), "base_link"));
    const client = new StatusClient(ros, { name: "teleoperation_status" });
    let last = "";
    client.guard.subscribe(({ message, verdict }) => {
      // The numbers change all the time; the reasons are news.
      const reasons = [verdict.kind, ...verdict.because.map(({ id }) => id)].join(" ");
      if (reasons !== last) say(message);
      last = reasons;
    });
    const controls = makeControls();
    const timer = setInterval(() => send(controls.wanted(performance.now()) ?? STAND), PERIOD_MS);
    try {
      await Promise.race([controls.ended, ros.stopped]);
    } finally {
      clearInterval(timer);
      controls.close();
    }
    send(STAND);
    proposed.flush(100);
  } finally {
    await ros.shutdown();
  }
}
