import type { Odometry } from "../core/body.js";
import { type TwistCommand, valuesOf } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { GoalRequest } from "../core/goal.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import type { Trace } from "../core/trace.js";
import { requestFromImage, requestFromPose } from "../messages/goal.js";
import { frameFromImage, type ImageMessage } from "../messages/image.js";
import { type LaserScanMessage, scanFromMessage } from "../messages/laser-scan.js";
import { type OdometryMessage, odometryFromMessage } from "../messages/odometry.js";
import { stampToNs } from "../messages/stamp.js";
import { traceFromText } from "../messages/trace.js";
import { commandFromTwist, type TwistMessage, type TwistStampedMessage } from "../messages/twist.js";
import type { MessageTypes } from "../messages/types.js";
import type { BagMessage, BagReader } from "./bag-reader.js";
import { OBSERVATION_TOPICS, type ObservationTopics, STREAM_TYPES, type Stream } from "./observation-topics.js";
import { BAG_TOPICS } from "./topics.js";

/** What a robot saw and was told, one at a time. `logNs`: when it was recorded, the order of the bag. */
export type Observation = {
  readonly logNs: bigint;
  readonly topic: string;
  /** Its publisher did not fill the stamp: it has the time of its recording. */
  readonly unstamped?: true;
} & (
  | { readonly kind: "frame"; readonly frame: CameraFrame }
  | { readonly kind: "odometry"; readonly odometry: Odometry; readonly frameId: string }
  | { readonly kind: "scan"; readonly scan: LaserScan }
  | { readonly kind: "command"; readonly stampNs: bigint; readonly command: TwistCommand }
  | { readonly kind: "goal"; readonly request: GoalRequest }
  | { readonly kind: "estop"; readonly pressed: boolean }
  | { readonly kind: "trace"; readonly trace: Trace }
  /** A message that a node would have refused, too. */
  | { readonly kind: "refused"; readonly error: RehearseError }
);

/**
 * @param names default: the project's own topics
 * @param required streams without which the bag is refused before anything is read; those not required may be absent, never of a wrong type
 * @throws RehearseError RH-BAG-TOPIC, RH-BAG-TYPE, RH-BAG-MESSAGE, RH-BAG-BROKEN
 */
export async function* observations(
  bag: BagReader,
  names: ObservationTopics = OBSERVATION_TOPICS,
  required: readonly Stream[] = ["image", "odometry"],
): AsyncGenerator<Observation, void, void> {
  const streams = (Object.keys(STREAM_TYPES) as Stream[]).filter((stream) => required.includes(stream) || bag.has(names[stream]));
  for (const stream of streams) bag.require(names[stream], STREAM_TYPES[stream], `--topics ${stream}=<its topic>`);
  const streamOf = new Map(streams.map((stream) => [names[stream], stream]));
  for await (const recorded of bag.messages([...streamOf.keys()])) yield observation(recorded, streamOf.get(recorded.topic)!);
}

function observation(recorded: BagMessage, stream: Stream): Observation {
  const { logNs, topic } = recorded;
  try {
    return { logNs, topic, ...decoded(recorded, stream) };
  } catch (error) {
    if (error instanceof RehearseError) return { logNs, topic, kind: "refused", error };
    throw new RehearseError(
      "RH-BAG-MESSAGE",
      `the message on ${topic} at ${logNs} ns has other fields than ROS 2's ${recorded.type}`,
      "record the topic again with ROS 2's own message type",
      { cause: error },
    );
  }
}

type Decoded = { [Kind in Observation["kind"]]: Omit<Extract<Observation, { kind: Kind }>, "logNs" | "topic"> }[Observation["kind"]];

function decoded({ type, logNs, message }: BagMessage, stream: Stream): Decoded {
  switch (stream) {
    case "image":
      return stamped(frameFromImage(message as ImageMessage), logNs, (frame) => ({ kind: "frame", frame }));
    case "odometry":
      return stamped(odometryFromMessage(message as OdometryMessage), logNs, (odometry) => ({
        kind: "odometry",
        odometry,
        frameId: (message as OdometryMessage).header.frame_id,
      }));
    case "scan":
      return stamped(scanFromMessage(message as LaserScanMessage), logNs, (scan) => ({ kind: "scan", scan }));
    case "command": {
      if (type !== BAG_TOPICS.command.type) return { kind: "command", stampNs: logNs, command: done(message as TwistMessage) };
      const { header, twist } = message as TwistStampedMessage;
      return { kind: "command", stampNs: stampToNs(header.stamp) || logNs, command: done(twist) };
    }
    case "goalPose":
      return { kind: "goal", request: requestFromPose(message as MessageTypes["geometry_msgs/msg/PoseStamped"]) };
    case "goalImage":
      return { kind: "goal", request: requestFromImage(message as ImageMessage) };
    case "estop":
      return { kind: "estop", pressed: (message as MessageTypes["std_msgs/msg/Bool"]).data };
    case "trace":
      return { kind: "trace", trace: traceFromText((message as MessageTypes["std_msgs/msg/String"]).data) };
  }
}

/** @throws RehearseError RH-COMMAND-NAN: no robot can have done what is not a number */
function done(message: TwistMessage): TwistCommand {
  const command = commandFromTwist(message);
  if (valuesOf(command).every(Number.isFinite)) return command;
  throw new RehearseError("RH-COMMAND-NAN", `a recorded command is (${valuesOf(command).join(", ")})`, "look at the node that sent it");
}

/** A publisher that does not fill the header leaves its stamp 0: it was at about the time of recording. */
function stamped<Value extends { readonly stampNs: bigint }>(value: Value, logNs: bigint, as: (value: Value) => Decoded): Decoded {
  return value.stampNs === 0n ? { ...as({ ...value, stampNs: logNs }), unstamped: true } : as(value);
}
