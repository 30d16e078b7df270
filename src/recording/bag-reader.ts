import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse as parseDefinitions } from "@foxglove/rosmsg";
import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { parse as parseYaml } from "yaml";
import { RehearseError } from "../core/error.js";
import { type BagDamage, BagFileReader, type RawMessage, type RawSchema, readError } from "./bag-file-reader.js";
import type { TopicSummary } from "./bag-metadata.js";
import { knownDefinitions } from "./definition.js";

/** A decoded message: fields as in its .msg file, times as `{ sec, nanosec }`, number arrays typed. */
export interface BagMessage {
  readonly topic: string;
  readonly type: string;
  readonly logNs: bigint;
  readonly publishNs: bigint;
  readonly message: unknown;
}

/** A rosbag2 bag: a folder with `metadata.yaml` (or only .mcap files, when its recording was cut off), or one .mcap file. */
export class BagReader {
  private constructor(
    readonly path: string,
    readonly files: readonly BagFileReader[],
    /** Counts of all files together. */
    readonly topics: readonly TopicSummary[],
  ) {}

  /** @throws RehearseError RH-BAG-MISSING, RH-BAG-READ, RH-BAG-FORMAT */
  static async open(path: string): Promise<BagReader> {
    const paths = await filesOf(path);
    const files: BagFileReader[] = [];
    for (const file of paths) files.push(await BagFileReader.open(file));
    files.sort((a, b) => Number(a.startNs - b.startNs));
    const topics = new Map<string, TopicSummary>();
    for (const topic of files.flatMap((file) => file.topics)) {
      const key = `${topic.name} ${topic.type}`;
      topics.set(key, { ...topic, messages: topic.messages + (topics.get(key)?.messages ?? 0) });
    }
    return new BagReader(path, files, [...topics.values()]);
  }

  /** One entry a file that breaks off; empty: no file of the bag is damaged, according to its index. */
  get damage(): readonly BagDamage[] {
    return this.files.flatMap((file) => file.damage ?? []);
  }

  /** Log time of the first message; 0 for an empty bag. */
  get startNs(): bigint {
    return this.files.find((file) => file.messages > 0)?.startNs ?? 0n;
  }

  /** Log time of the last message; 0 for an empty bag. */
  get endNs(): bigint {
    return this.files.reduce((latest, file) => (file.messages > 0 && file.endNs > latest ? file.endNs : latest), 0n);
  }

  /** Whether the bag has messages on a topic. */
  has(topic: string): boolean {
    return this.topics.some(({ name, messages }) => name === topic && messages > 0);
  }

  /**
   * Makes sure that a topic is there, with one of these types.
   * @param option how to name another topic
   * @throws RehearseError RH-BAG-TOPIC, naming what the bag has; RH-BAG-TYPE
   */
  require(topic: string, types: readonly string[], option: string): void {
    if (!this.has(topic)) {
      const filled = this.topics.filter(({ messages }) => messages > 0);
      const there = filled.map(({ name, type }) => `${name} (${type})`);
      throw new RehearseError(
        "RH-BAG-TOPIC",
        `${this.path} has nothing on ${topic}, but on ${there.length === 0 ? "no topic at all" : there.join(", ")}`,
        `record ${topic} too, or say which topic it is in this bag: ${option}`,
        { details: { path: this.path, topic, candidates: filled.map(({ name }) => name) } },
      );
    }
    const wrong = this.topics.find(({ name, type, messages }) => name === topic && messages > 0 && !types.includes(type));
    if (wrong !== undefined) {
      throw new RehearseError(
        "RH-BAG-TYPE",
        `${topic} in ${this.path} is ${wrong.type}, not ${types.join(" or ")}`,
        wrong.type === "sensor_msgs/msg/CompressedImage"
          ? "decompress it first: ros2 run image_transport republish, from compressed to raw"
          : `say which topic of the bag has that type: ${option}`,
        { details: { topic, found: wrong.type, expected: types } },
      );
    }
  }

  /** As stored, in log-time order over all files. @param topics names with their slash; absent: all */
  async *raw(topics?: readonly string[]): AsyncGenerator<RawMessage, void, void> {
    const waiting = [...this.files];
    const open: { readonly source: AsyncGenerator<RawMessage, void, void>; head: RawMessage }[] = [];
    try {
      for (;;) {
        // A file is opened only when its time has come: a bag may have hundreds.
        while (waiting[0] !== undefined && (open[0] === undefined || waiting[0].startNs <= open[0].head.logNs)) {
          const source = waiting.shift()!.read(topics);
          const first = await source.next();
          if (first.done !== true) open.push({ source, head: first.value });
          open.sort(byHead);
        }
        const next = open[0];
        if (next === undefined) return;
        yield next.head;
        const following = await next.source.next();
        if (following.done === true) open.shift();
        else next.head = following.value;
        if (open.length > 1) open.sort(byHead);
      }
    } finally {
      for (const { source } of open) await source.return();
    }
  }

  /** Decoded, in log-time order. @throws RehearseError RH-BAG-MESSAGE for a message that is not what its type says */
  async *messages(topics?: readonly string[]): AsyncGenerator<BagMessage, void, void> {
    const readers = new Map<RawSchema, MessageReader>();
    for await (const raw of this.raw(topics)) {
      let reader = readers.get(raw.schema);
      if (reader === undefined || raw.encoding !== "cdr") {
        reader = messageReader(raw, this.path);
        readers.set(raw.schema, reader);
      }
      yield { topic: raw.topic, type: raw.type, logNs: raw.logNs, publishNs: raw.publishNs, message: decode(reader, raw, this.path) };
    }
  }
}

function byHead(a: { readonly head: RawMessage }, b: { readonly head: RawMessage }): number {
  return Number(a.head.logNs - b.head.logNs);
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path);
    const listed = entries.includes("metadata.yaml") ? metadataFiles(path, await readFile(join(path, "metadata.yaml"), "utf8")) : undefined;
    const files = (listed ?? entries.filter((entry) => entry.endsWith(".mcap")).sort()).map((file) => join(path, file));
    if (files.length > 0) return files;
  } catch (cause) {
    throw readError(path, cause);
  }
  throw new RehearseError("RH-BAG-MISSING", `${path} has no .mcap file in it`, "give the folder of a bag", { details: { path } });
}

/** @returns undefined when the metadata can't be used (half-written by a crash, say): then the bag is read from the folder's files alone */
function metadataFiles(path: string, text: string): string[] | undefined {
  let bag: { storage_identifier?: unknown; compression_mode?: unknown; relative_file_paths?: unknown } | undefined;
  try {
    bag = (parseYaml(text) as { rosbag2_bagfile_information?: typeof bag } | null)?.rosbag2_bagfile_information;
  } catch {
    return undefined;
  }
  if (bag === undefined || bag === null || !Array.isArray(bag.relative_file_paths)) return undefined;
  if (bag.storage_identifier !== "mcap") {
    throw new RehearseError(
      "RH-BAG-FORMAT",
      `${path} is stored as ${String(bag.storage_identifier)}, not as mcap`,
      "convert it: ros2 bag convert, with storage_id: mcap",
      { details: { path } },
    );
  }
  if (typeof bag.compression_mode === "string" && bag.compression_mode !== "" && bag.compression_mode.toLowerCase() !== "none") {
    throw new RehearseError(
      "RH-BAG-FORMAT",
      `${path} is compressed by rosbag2 itself (mode ${bag.compression_mode})`,
      "convert it: ros2 bag convert, without compression_mode; MCAP compresses its chunks",
      { details: { path } },
    );
  }
  // Older versions list paths with the folder in front.
  return bag.relative_file_paths.map((file) => basename(String(file)));
}

function messageReader(raw: RawMessage, path: string): MessageReader {
  if (raw.encoding === "cdr") {
    try {
      const definitions =
        raw.schema.encoding === "ros2msg" ? parseDefinitions(raw.schema.text, { ros2: true }) : knownDefinitions(raw.type);
      if (definitions !== undefined) return new MessageReader(definitions);
    } catch (cause) {
      throw new RehearseError("RH-BAG-TYPE", `the definition of ${raw.type} in ${path} can't be parsed`, "record the topic again", {
        cause,
        details: { topic: raw.topic, found: raw.type, expected: [] },
      });
    }
  }
  throw new RehearseError(
    "RH-BAG-TYPE",
    `${raw.topic} in ${path} is ${raw.encoding} with a ${raw.schema.encoding || "missing"} schema, not cdr with ros2msg`,
    "record it with ROS 2 (ros2 bag record -s mcap)",
    { details: { topic: raw.topic, found: raw.type, expected: [] } },
  );
}

function decode(reader: MessageReader, raw: RawMessage, path: string): unknown {
  try {
    return reader.readMessage(raw.data);
  } catch (cause) {
    throw new RehearseError(
      "RH-BAG-MESSAGE",
      `the message on ${raw.topic} at ${raw.logNs} ns in ${path} is no ${raw.type}`,
      "leave the topic out, or record it again",
      { cause, details: { topic: raw.topic, type: raw.type, logNs: String(raw.logNs) } },
    );
  }
}
