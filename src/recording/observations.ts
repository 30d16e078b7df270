import type { Odometry } from "../core/body.js";
import type { TwistCommand } from "../core/command.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import { frameFromImage, type ImageMessage } from "../messages/image.js";
import { type LaserScanMessage, scanFromMessage } from "../messages/laser-scan.js";
import { type OdometryMessage, odometryFromMessage } from "../messages/odometry.js";
import { type HeaderMessage, stampToNs } from "../messages/stamp.js";
import { commandFromTwist, type TwistMessage, type TwistStampedMessage } from "../messages/twist.js";
import type { BagMessage, BagReader } from "./bag-reader.js";
import { TOPICS } from "./topics.js";

/** What a robot saw and was told, one at a time. `logNs`: when it was recorded, the order of the bag. */
export type Observation =
  | { readonly kind: "frame"; readonly logNs: bigint; readonly frame: CameraFrame }
  | { readonly kind: "odometry"; readonly logNs: bigint; readonly odometry: Odometry }
  | { readonly kind: "scan"; readonly logNs: bigint; readonly scan: LaserScan }
  | { readonly kind: "command"; readonly logNs: bigint; readonly stampNs: bigint; readonly command: TwistCommand };

/** What each stream is called in a bag. */
export interface ObservationTopics {
  readonly image: string;
  readonly odometry: string;
  readonly scan: string;
  readonly command: string;
}

export const OBSERVATION_TOPICS: ObservationTopics = {
  image: TOPICS.image.name,
  odometry: TOPICS.odometry.name,
  scan: TOPICS.scan.name,
  command: TOPICS.command.name,
};

const TYPES: Readonly<Record<keyof ObservationTopics, readonly string[]>> = {
  image: [TOPICS.image.type],
  odometry: [TOPICS.odometry.type],
  scan: [TOPICS.scan.type],
  command: [TOPICS.command.type, "geometry_msgs/msg/Twist"],
};

/**
 * @param names default: the project's own topics
 * @param required streams without which the bag is refused before anything is read; those not required may be absent, never of a wrong type
 * @throws RehearseError RH-BAG-TOPIC, RH-BAG-TYPE, RH-IMAGE-…, RH-ODOM-NAN, RH-SCAN-SHAPE, RH-BAG-MESSAGE, RH-BAG-BROKEN
 */
export async function* observations(
  bag: BagReader,
  names: ObservationTopics = OBSERVATION_TOPICS,
  required: readonly (keyof ObservationTopics)[] = ["image", "odometry"],
): AsyncGenerator<Observation, void, void> {
  const streams = (Object.keys(TYPES) as (keyof ObservationTopics)[]).filter(
    (stream) => required.includes(stream) || bag.has(names[stream]),
  );
  for (const stream of streams) bag.require(names[stream], TYPES[stream]);
  const streamOf = new Map(streams.map((stream) => [names[stream], stream]));
  for await (const recorded of bag.messages([...streamOf.keys()])) yield observation(recorded, streamOf.get(recorded.topic)!);
}

function observation({ type, logNs, message }: BagMessage, stream: keyof ObservationTopics): Observation {
  switch (stream) {
    case "image": {
      const image = message as ImageMessage;
      return { kind: "frame", logNs, frame: { ...frameFromImage(image), stampNs: stampOf(image, logNs) } };
    }
    case "odometry": {
      const odometry = message as OdometryMessage;
      return { kind: "odometry", logNs, odometry: { ...odometryFromMessage(odometry), stampNs: stampOf(odometry, logNs) } };
    }
    case "scan": {
      const scan = message as LaserScanMessage;
      return { kind: "scan", logNs, scan: { ...scanFromMessage(scan), stampNs: stampOf(scan, logNs) } };
    }
    case "command": {
      if (type !== TOPICS.command.type)
        return { kind: "command", logNs, stampNs: logNs, command: commandFromTwist(message as TwistMessage) };
      const stamped = message as TwistStampedMessage;
      return { kind: "command", logNs, stampNs: stampOf(stamped, logNs), command: commandFromTwist(stamped.twist) };
    }
  }
}

/** A publisher that does not fill the header leaves its stamp 0. */
function stampOf({ header }: { readonly header: HeaderMessage }, logNs: bigint): bigint {
  const stampNs = stampToNs(header.stamp);
  return stampNs === 0n ? logNs : stampNs;
}
