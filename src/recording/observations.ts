import { RehearseError } from "../core/error.js";
import type { InputTopic, ReplayedKey, ValueOf } from "../messages/topic.js";
import { type OwnTable, TOPIC_TABLE } from "../messages/topics.js";
import type { BagMessage, BagReader } from "./bag-reader.js";
import { type ObservationTopics, observationTopics, replayedOf, typesOf } from "./observation-topics.js";

interface Logged {
  /** When it was recorded: the order of the bag. */
  readonly logNs: bigint;
  readonly topic: string;
}

/** One message of a stream, decoded. */
export interface Observed<Stream extends string, Value> extends Logged {
  readonly stream: Stream;
  readonly value: Value;
  /** The frame that its header names, if it has one. */
  readonly frameId?: string;
  /** Its publisher did not fill the stamp: it has the time of its recording. */
  readonly unstamped?: true;
}

/** A message that a node would have refused, too. */
export interface RefusedMessage extends Logged {
  readonly stream: "refused";
  readonly error: RehearseError;
}

/** What a robot sensed and was commanded, one at a time. */
export type Observation<Table extends OwnTable = OwnTable> =
  | { [Stream in ReplayedKey<Table>]: Observed<Stream, ValueOf<Table[Stream]>> }[ReplayedKey<Table>]
  | RefusedMessage;

/**
 * @param names default: the project's own topics
 * @param required streams without which the bag is refused before anything is read; those not required may be absent, never of a wrong type
 * @throws RehearseError RH-BAG-TOPIC, RH-BAG-TYPE, RH-BAG-MESSAGE, RH-BAG-BROKEN
 */
export async function* observations<Table extends OwnTable = OwnTable>(
  bag: BagReader,
  names?: ObservationTopics<Table>,
  required?: readonly string[],
  table: Table = TOPIC_TABLE as Table,
): AsyncGenerator<Observation<Table>, void, void> {
  const nameOf: Readonly<Record<string, string>> = names ?? observationTopics(table);
  const streams = replayedOf(table).filter(
    ([stream, { replayed }]) => (required?.includes(stream) ?? replayed === "required") || bag.has(nameOf[stream]!),
  );
  for (const [stream, entry] of streams) bag.require(nameOf[stream]!, typesOf(entry), `--topics ${stream}=<its topic>`);
  const byTopic = new Map(streams.map(([stream, entry]) => [nameOf[stream]!, { stream, entry }]));
  for await (const recorded of bag.messages([...byTopic.keys()])) {
    const { stream, entry } = byTopic.get(recorded.topic)!;
    yield observation(recorded, stream, entry) as Observation<Table>;
  }
}

function observation(
  { logNs, topic, type, message }: BagMessage,
  stream: string,
  entry: InputTopic,
): Observed<string, unknown> | RefusedMessage {
  try {
    const value = entry.decode(message as never, []);
    const { header } = message as { readonly header?: { readonly frame_id: string } };
    const frame = header === undefined ? {} : { frameId: header.frame_id };
    // A publisher that does not fill the header leaves its stamp 0: it was at about the time of recording.
    return entry.measured && (value as { readonly stampNs?: bigint }).stampNs === 0n
      ? { logNs, topic, stream, value: { ...(value as object), stampNs: logNs }, ...frame, unstamped: true }
      : { logNs, topic, stream, value, ...frame };
  } catch (error) {
    if (error instanceof RehearseError) return { logNs, topic, stream: "refused", error };
    throw new RehearseError(
      "RH-BAG-MESSAGE",
      `the message on ${topic} at ${logNs} ns has other fields than ROS 2's ${type}`,
      "record the topic again with ROS 2's own message type",
      { cause: error, details: { topic, type, logNs: String(logNs) } },
    );
  }
}
