import { RehearseError } from "../core/error.js";
import { RELIABLE_QOS } from "../messages/qos.js";
import type { Topic } from "../messages/topic.js";
import { absolute, TOPIC_TABLE } from "../messages/topics.js";
import { BagWriter } from "../recording/bag-writer.js";
import { installedDefinition } from "../recording/installed-definition.js";
import type { BagTopic } from "../recording/topics.js";
import { openRos } from "../ros/rcl/context.js";
import { Recorder } from "../ros/rcl/recorder.js";

/** Period of writing to disk: at most this much is lost in a crash. */
const FLUSH_MS = 1000;
/** The topics that training and replay need. */
export const TRAINING_TOPICS = Object.values<Topic>(TOPIC_TABLE)
  .filter(({ recorded }) => recorded)
  .map(({ topic }) => absolute(topic));

export interface RecordOptions {
  readonly folder: string;
  /** Absolute names; undefined: every topic there is. */
  readonly topics: readonly string[] | undefined;
  /** Undefined: until the process is stopped. */
  readonly seconds: number | undefined;
}

/** Records topics into a rosbag2 MCAP bag. @returns messages by topic */
export async function record(
  rosArgs: readonly string[],
  { folder, topics, seconds }: RecordOptions,
  progress: (counts: Readonly<Record<string, number>>) => void,
): Promise<Readonly<Record<string, number>>> {
  const bag = await BagWriter.create(folder);
  const ros = await openRos({ args: rosArgs });
  const sink = new TypedSink(bag, (error) =>
    process.stderr.write(`${error instanceof RehearseError ? error.describe() : error.message}\n`),
  );
  const recorder = new Recorder(ros, { sink, ...(topics && { topics }) });
  recorder.start();
  let failure: unknown;
  const timer = setInterval(() => {
    progress(recorder.counts);
    bag.flush().catch((error: unknown) => {
      // A full disk ends the recording; what was written stays readable.
      failure = error;
      void ros.shutdown("the bag can't be written");
    });
  }, FLUSH_MS);
  const end = seconds === undefined ? undefined : setTimeout(() => void ros.shutdown("time is up"), seconds * 1000);
  await ros.stopped;
  clearInterval(timer);
  clearTimeout(end);
  await sink.definitionsFound();
  await bag.close();
  if (failure !== undefined) throw failure;
  return recorder.counts;
}

/** Gives every topic its message definition, which is found once; messages that arrive meanwhile wait for it. */
class TypedSink {
  private readonly topics = new Map<string, Promise<BagTopic | undefined>>();
  private readonly known = new Map<string, BagTopic>();
  private readonly prefixes = (process.env.AMENT_PREFIX_PATH ?? "").split(":").filter((prefix) => prefix !== "");

  constructor(
    private readonly bag: BagWriter,
    private readonly warn: (error: Error) => void,
  ) {}

  write(topic: string, type: string, cdr: Uint8Array, receivedNs: bigint): void {
    const known = this.known.get(topic);
    if (known !== undefined) {
      this.bag.writeRaw(known, cdr, receivedNs);
      return;
    }
    const found = this.topics.get(topic) ?? this.find(topic, type);
    this.topics.set(topic, found);
    // Those that waited are written before any later message can arrive: promises come before events.
    void found.then((bagTopic) => {
      if (bagTopic !== undefined) this.bag.writeRaw(bagTopic, cdr, receivedNs);
    });
  }

  async definitionsFound(): Promise<void> {
    await Promise.all(this.topics.values());
  }

  /** Undefined, with one warning, for a type that nothing here defines; its topic is left out. */
  private async find(name: string, type: string): Promise<BagTopic | undefined> {
    try {
      const topic = { name, type, qos: RELIABLE_QOS, ...(await installedDefinition(type, this.prefixes)) };
      this.known.set(name, topic);
      return topic;
    } catch (error) {
      this.warn(error as Error);
      return undefined;
    }
  }
}
