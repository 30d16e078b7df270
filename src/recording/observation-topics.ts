import { RehearseError } from "../core/error.js";
import { absolute } from "../messages/topics.js";
import type { BagReader } from "./bag-reader.js";
import { BAG_TOPICS } from "./topics.js";

/** What each stream of a robot is called in a bag. */
export interface ObservationTopics {
  readonly image: string;
  readonly odometry: string;
  readonly scan: string;
  readonly command: string;
  readonly goalPose: string;
  readonly goalImage: string;
  readonly estop: string;
  readonly trace: string;
}

export type Stream = keyof ObservationTopics;

export const OBSERVATION_TOPICS: ObservationTopics = {
  image: BAG_TOPICS.image.name,
  odometry: BAG_TOPICS.odometry.name,
  scan: BAG_TOPICS.scan.name,
  command: BAG_TOPICS.command.name,
  goalPose: BAG_TOPICS.goalPose.name,
  goalImage: BAG_TOPICS.goalImage.name,
  estop: BAG_TOPICS.estop.name,
  trace: BAG_TOPICS.trace.name,
};

export const STREAM_TYPES: Readonly<Record<Stream, readonly string[]>> = {
  image: [BAG_TOPICS.image.type],
  odometry: [BAG_TOPICS.odometry.type],
  scan: [BAG_TOPICS.scan.type],
  command: [BAG_TOPICS.command.type, "geometry_msgs/msg/Twist"],
  goalPose: [BAG_TOPICS.goalPose.type],
  goalImage: [BAG_TOPICS.goalImage.type],
  estop: [BAG_TOPICS.estop.type],
  trace: [BAG_TOPICS.trace.type],
};

/** Pictures that a controller sends or is sent, not its camera's. */
const NO_CAMERAS = ["/imagination", "/goal_image"];

/** Their types say too much else: a proposal is of a command's type, a status of a trace's. */
const BY_NAME: readonly Stream[] = ["command", "goalPose", "goalImage", "estop", "trace"];

/** Streams that a replay can't do without. */
const REQUIRED: readonly Stream[] = ["image", "odometry"];

export interface FoundTopics {
  readonly topics: ObservationTopics;
  /** Streams that are left out because several topics could be theirs. */
  readonly undecided: readonly { readonly stream: Stream; readonly among: readonly string[] }[];
}

/**
 * Which topic of a bag is which stream: the given one; else the one of the project's own name; else, as in the bag of a robot in a namespace, the only one whose
 * name ends so; else the only one of the right type. Commands, goals and what else has a type of many uses are known by their names alone.
 * @throws RehearseError RH-BAG-TOPIC when several could be the picture's or odometry's, RH-BAG-STREAM when a stream is given that there is none of
 */
export function findObservationTopics(bag: BagReader, given: Readonly<Record<string, string>> = {}): FoundTopics {
  const topics: Record<Stream, string> = { ...OBSERVATION_TOPICS };
  for (const [stream, topic] of Object.entries(given)) {
    if (!Object.hasOwn(OBSERVATION_TOPICS, stream)) throw unknownStream(stream);
    topics[stream as Stream] = absolute(topic);
  }
  const undecided: { stream: Stream; among: string[] }[] = [];
  for (const stream of Object.keys(topics) as Stream[]) {
    if (Object.hasOwn(given, stream) || bag.has(topics[stream])) continue;
    const among = candidates(bag, stream);
    if (among.length === 1) topics[stream] = among[0]!;
    else if (among.length > 1 && REQUIRED.includes(stream)) throw ambiguous(bag, stream, among);
    else if (among.length > 1) undecided.push({ stream, among });
  }
  return { topics, undecided };
}

function candidates(bag: BagReader, stream: Stream): string[] {
  const ofType = bag.topics
    .filter(({ type, messages }) => messages > 0 && STREAM_TYPES[stream].includes(type))
    .map(({ name }) => name)
    .filter((name) => stream !== "image" || !NO_CAMERAS.some((end) => name.endsWith(end)));
  const alike = ofType.filter((name) => name.endsWith(OBSERVATION_TOPICS[stream]));
  return alike.length > 0 || BY_NAME.includes(stream) ? alike : ofType;
}

function ambiguous(bag: BagReader, stream: Stream, among: readonly string[]): RehearseError {
  return new RehearseError(
    "RH-BAG-TOPIC",
    `${bag.path} has nothing on ${OBSERVATION_TOPICS[stream]}, and several topics that could take its place: ${among.join(", ")}`,
    `say which one it is: --topics ${stream}=${among[0]}`,
  );
}

function unknownStream(stream: string): RehearseError {
  return new RehearseError(
    "RH-BAG-STREAM",
    `'${stream}' is no stream of a robot`,
    `give a topic for ${Object.keys(OBSERVATION_TOPICS).join(", ")}, e.g.: --topics odometry=/robot1/odom`,
  );
}
