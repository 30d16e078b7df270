import { RehearseError } from "../core/error.js";
import { type InputTopic, inputsOf, type ReplayedKey, type TopicTable } from "../messages/topic.js";
import { absolute, type OwnTable, TOPIC_TABLE } from "../messages/topics.js";
import type { BagReader } from "./bag-reader.js";

/** A stream of a robot, by its key in the table of topics. */
export type Stream = ReplayedKey<OwnTable>;

/** The name of each stream in a bag. */
export type ObservationTopics<Table extends OwnTable = OwnTable> = Readonly<Record<ReplayedKey<Table>, string>>;

/** The entries of a table that a replay reads. */
export function replayedOf(table: TopicTable): (readonly [stream: string, entry: InputTopic])[] {
  return inputsOf(table).filter(([, { replayed }]) => replayed !== undefined);
}

export function observationTopics<Table extends OwnTable>(table: Table): ObservationTopics<Table> {
  return Object.fromEntries(replayedOf(table).map(([stream, { topic }]) => [stream, absolute(topic)])) as ObservationTopics<Table>;
}

export const OBSERVATION_TOPICS: ObservationTopics = observationTopics(TOPIC_TABLE);

export interface FoundTopics<Table extends OwnTable = OwnTable> {
  readonly topics: ObservationTopics<Table>;
  /** Streams that are left out because several topics could be theirs. */
  readonly undecided: readonly { readonly stream: string; readonly among: readonly string[] }[];
}

/**
 * Which topic of a bag is which stream: the given one; else the one of the project's own name; else, as in the bag of a robot in a namespace, the only one whose
 * name ends so; else the only one of the right type. Commands, goals and other streams whose type has many uses are found by name alone.
 * @throws RehearseError RH-BAG-TOPIC when several could be the picture's or odometry's, RH-BAG-STREAM when a stream is given that does not exist
 */
export function findObservationTopics<Table extends OwnTable = OwnTable>(
  bag: BagReader,
  given: Readonly<Record<string, string>> = {},
  table: Table = TOPIC_TABLE as Table,
): FoundTopics<Table> {
  const topics: Record<string, string> = { ...observationTopics(table) };
  const streams = Object.keys(topics);
  for (const [stream, topic] of Object.entries(given)) {
    if (!streams.includes(stream)) throw unknownStream(stream, streams);
    topics[stream] = absolute(topic);
  }
  const undecided: { stream: string; among: string[] }[] = [];
  for (const [stream, entry] of replayedOf(table)) {
    if (Object.hasOwn(given, stream) || bag.has(topics[stream]!)) continue;
    const among = candidates(bag, entry, table);
    if (among.length === 1) topics[stream] = among[0]!;
    else if (among.length > 1 && entry.replayed === "required") throw ambiguous(bag, stream, absolute(entry.topic), among);
    else if (among.length > 1) undecided.push({ stream, among });
  }
  return { topics: topics as ObservationTopics<Table>, undecided };
}

/** Message types that a stream can be read from. */
export function typesOf({ type, otherTypes = [] }: InputTopic): readonly string[] {
  return [type, ...otherTypes];
}

function candidates(bag: BagReader, entry: InputTopic, table: TopicTable): string[] {
  // Pictures that a controller sends or is sent are not its camera's.
  const others = Object.values(table).filter((other) => other.topic !== entry.topic && other.type === entry.type);
  const sameType = bag.topics
    .filter(({ type, messages }) => messages > 0 && typesOf(entry).includes(type))
    .map(({ name }) => name)
    .filter((name) => !others.some(({ topic }) => name.endsWith(absolute(topic))));
  const alike = sameType.filter((name) => name.endsWith(absolute(entry.topic)));
  return alike.length > 0 || entry.byName ? alike : sameType;
}

function ambiguous(bag: BagReader, stream: string, ownName: string, among: readonly string[]): RehearseError {
  return new RehearseError(
    "RH-BAG-TOPIC",
    `${bag.path} has nothing on ${ownName}, and several topics that could take its place: ${among.join(", ")}`,
    `say which one it is: --topics ${stream}=${among[0]}`,
    { details: { path: bag.path, topic: ownName, candidates: among } },
  );
}

function unknownStream(stream: string, streams: readonly string[]): RehearseError {
  return new RehearseError(
    "RH-BAG-STREAM",
    `'${stream}' is no stream of a robot`,
    `give a topic for ${streams.join(", ")}, e.g.: --topics odometry=/robot1/odom`,
    { details: { stream, known: streams } },
  );
}
