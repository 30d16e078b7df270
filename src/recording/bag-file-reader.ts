import { type FileHandle, open } from "node:fs/promises";
import { hasMcapPrefix, McapIndexedReader, McapStreamReader, type McapTypes } from "@mcap/core";
import { parse } from "yaml";
import { RehearseError } from "../core/error.js";
import { type Qos, RELIABLE_QOS } from "../messages/qos.js";
import type { FileSummary, TopicSummary } from "./bag-metadata.js";
import { compressionReady, DECOMPRESS_HANDLERS } from "./compression.js";
import { RandomAccessFile } from "./random-access-file.js";

export interface RawSchema {
  readonly encoding: string;
  readonly text: string;
}

/** A message as stored in the file. */
export interface RawMessage {
  readonly topic: string;
  readonly type: string;
  readonly encoding: string;
  /** The same object for every message of one schema of one reading. */
  readonly schema: RawSchema;
  readonly logNs: bigint;
  readonly publishNs: bigint;
  readonly data: Uint8Array;
}

/** Where a file is cut off or damaged; everything before that is read. */
export interface BagDamage {
  readonly path: string;
  /** Start of the first record that can't be read. */
  readonly byte: number;
  readonly reason: string;
}

const PIECE_BYTES = 1 << 20;
/** A record that claims more is taken for damage, not waited for. */
const MAX_RECORD_BYTES = 1 << 28;

/**
 * One MCAP file. Finished files are read by their index, in log-time order. Others (cut off by a crash, or written without an index) are
 * scanned once when opened, and read in the order of the file, each chunk sorted by log time; that is log-time order for what recorders write.
 */
export class BagFileReader implements FileSummary {
  readonly path: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly messages: number;
  readonly topics: readonly TopicSummary[];

  /** Made by `open`. */
  constructor(
    summary: FileSummary,
    /** What was given as `about` when the file was recorded; empty for files of others, and for those cut off. */
    readonly about: Readonly<Record<string, string>>,
    readonly damage: BagDamage | undefined,
    private readonly indexed: boolean,
  ) {
    this.path = summary.path;
    this.startNs = summary.startNs;
    this.endNs = summary.endNs;
    this.messages = summary.messages;
    this.topics = summary.topics;
  }

  /** @throws RehearseError RH-BAG-MISSING, RH-BAG-FORMAT (it is no MCAP file) */
  static async open(path: string): Promise<BagFileReader> {
    await compressionReady();
    const handle = await openFile(path);
    try {
      await checkMagic(path, handle);
      return (await openIndexed(path, handle)) ?? (await scan(path, handle));
    } catch (cause) {
      throw readError(path, cause);
    } finally {
      await handle.close();
    }
  }

  /**
   * @param topics names with their slash; absent: all
   * @throws RehearseError RH-BAG-BROKEN, between messages, when an indexed file does not hold what its index says
   */
  async *read(topics?: readonly string[]): AsyncGenerator<RawMessage, void, void> {
    const handle = await openFile(this.path);
    try {
      yield* this.indexed ? readIndexed(handle, topics) : readStream(handle, topics, this.damage);
    } catch (cause) {
      throw readError(this.path, cause);
    } finally {
      await handle.close();
    }
  }
}

/** @returns undefined when the file has no summary and index to read it by */
async function openIndexed(path: string, handle: FileHandle): Promise<BagFileReader | undefined> {
  let reader: McapIndexedReader;
  try {
    reader = await indexedReader(handle);
  } catch {
    return undefined;
  }
  const { statistics } = reader;
  if (statistics === undefined || (statistics.messageCount > 0n && reader.chunkIndexes.every((chunk) => chunk.messageIndexLength === 0n))) {
    return undefined;
  }
  const topics = [...reader.channelsById.values()].map((channel) =>
    topicSummary(channel, reader.schemasById.get(channel.schemaId), Number(statistics.channelMessageCounts.get(channel.id) ?? 0n)),
  );
  let about: Record<string, string> = {};
  for await (const { metadata } of reader.readMetadata({ name: "rehearse" })) about = Object.fromEntries(metadata);
  const { messageStartTime: startNs, messageEndTime: endNs } = statistics;
  const summary: FileSummary = { path, startNs, endNs, messages: Number(statistics.messageCount), topics };
  return new BagFileReader(summary, about, undefined, true);
}

/** Reads the whole file for what its summary would have said, and for where it breaks. */
async function scan(path: string, handle: FileHandle): Promise<BagFileReader> {
  const counts = new Map<number, { channel: McapTypes.Channel; schema: McapTypes.Schema | undefined; messages: number }>();
  const schemas = new Map<number, McapTypes.Schema>();
  let messages = 0;
  let startNs = 0n;
  let endNs = 0n;
  const damage = await eachRecord(path, handle, (record) => {
    if (record.type === "Schema") schemas.set(record.id, record);
    else if (record.type === "Channel" && !counts.has(record.id)) {
      counts.set(record.id, { channel: record, schema: schemas.get(record.schemaId), messages: 0 });
    } else if (record.type === "Message") {
      counts.get(record.channelId)!.messages += 1;
      if (messages === 0 || record.logTime < startNs) startNs = record.logTime;
      if (messages === 0 || record.logTime > endNs) endNs = record.logTime;
      messages += 1;
    }
  });
  const topics = [...counts.values()].map(({ channel, schema, messages }) => topicSummary(channel, schema, messages));
  return new BagFileReader({ path, startNs, endNs, messages, topics }, {}, damage, false);
}

async function eachRecord(
  path: string,
  handle: FileHandle,
  visit: (record: McapTypes.TypedMcapRecord) => void,
): Promise<BagDamage | undefined> {
  for await (const batch of recordBatches(handle)) {
    for (const record of batch.records) visit(record);
    if (batch.damage !== undefined) return { path, ...batch.damage };
  }
  return undefined;
}

interface RecordBatch {
  readonly records: readonly McapTypes.TypedMcapRecord[];
  readonly damage?: { readonly byte: number; readonly reason: string };
}

/** All records in the order of the file, those of a chunk together in one batch; the last batch says what is wrong, if anything is. */
async function* recordBatches(handle: FileHandle): AsyncGenerator<RecordBatch, void, void> {
  const { size } = await handle.stat();
  const file = new RandomAccessFile(handle);
  const reader = new McapStreamReader({ includeChunks: true, decompressHandlers: DECOMPRESS_HANDLERS });
  let fed = 0;
  let good = 0;
  let records: McapTypes.TypedMcapRecord[] = [];
  while (fed < size) {
    const piece = await file.read(BigInt(fed), BigInt(Math.min(PIECE_BYTES, size - fed)));
    fed += piece.length;
    try {
      reader.append(piece);
      for (;;) {
        const record = reader.nextRecord();
        if (record === undefined) break;
        // The reader uses its memory again for the next piece.
        if (record.type === "Message") records.push({ ...record, data: record.data.slice() });
        else if (record.type === "Chunk") {
          yield { records };
          records = [];
        } else records.push(record);
        good = fed - reader.bytesRemaining();
      }
      if (reader.bytesRemaining() > MAX_RECORD_BYTES) throw new RangeError(`a record claims more than ${MAX_RECORD_BYTES} bytes`);
    } catch (cause) {
      yield { records, damage: { byte: good, reason: cause instanceof Error ? cause.message : String(cause) } };
      return;
    }
    yield { records };
    records = [];
  }
  if (!reader.done()) yield { records, damage: { byte: good, reason: "the file ends before its summary: its recording was cut off" } };
}

async function* readIndexed(handle: FileHandle, topics: readonly string[] | undefined): AsyncGenerator<RawMessage, void, void> {
  const reader = await indexedReader(handle);
  for await (const message of reader.readMessages(topics === undefined ? {} : { topics })) {
    const channel = reader.channelsById.get(message.channelId)!;
    yield rawMessage(message, channel, reader.schemasById.get(channel.schemaId));
  }
}

async function* readStream(
  handle: FileHandle,
  topics: readonly string[] | undefined,
  damage: BagDamage | undefined,
): AsyncGenerator<RawMessage, void, void> {
  const schemas = new Map<number, McapTypes.Schema>();
  const channels = new Map<number, McapTypes.Channel>();
  for await (const batch of recordBatches(handle)) {
    const messages: RawMessage[] = [];
    for (const record of batch.records) {
      if (record.type === "Schema") schemas.set(record.id, record);
      else if (record.type === "Channel") channels.set(record.id, record);
      else if (record.type === "Message") {
        const channel = channels.get(record.channelId)!;
        if (topics === undefined || topics.includes(channel.topic))
          messages.push(rawMessage(record, channel, schemas.get(channel.schemaId)));
      }
    }
    yield* messages.sort((a, b) => Number(a.logNs - b.logNs));
    if (batch.damage !== undefined && batch.damage.byte !== damage?.byte) throw new RangeError("the file changed while it was read");
  }
}

function rawMessage(message: McapTypes.Message, channel: McapTypes.Channel, schema: McapTypes.Schema | undefined): RawMessage {
  return {
    topic: channel.topic,
    type: schema?.name ?? "",
    encoding: channel.messageEncoding,
    schema: schema === undefined ? NO_SCHEMA : decodedSchema(schema),
    logNs: message.logTime,
    publishNs: message.publishTime,
    data: message.data,
  };
}

const NO_SCHEMA: RawSchema = { encoding: "", text: "" };
const decodedSchemas = new WeakMap<McapTypes.Schema, RawSchema>();

/** Decoded once a schema, not once a message. */
function decodedSchema(schema: McapTypes.Schema): RawSchema {
  let decoded = decodedSchemas.get(schema);
  if (decoded === undefined) {
    decoded = { encoding: schema.encoding, text: new TextDecoder().decode(schema.data) };
    decodedSchemas.set(schema, decoded);
  }
  return decoded;
}

function topicSummary(channel: McapTypes.Channel, schema: McapTypes.Schema | undefined, messages: number): TopicSummary {
  return {
    name: channel.topic,
    type: schema?.name ?? "",
    typeHash: channel.metadata.get("topic_type_hash") ?? "",
    qos: qosOf(channel.metadata.get("offered_qos_profiles")),
    messages,
  };
}

/** The first offer, in the form of metadata version 9; anything else (older versions have numbers) becomes the default. */
function qosOf(profiles: string | undefined): Qos {
  let first: Partial<Qos> | undefined;
  try {
    first = profiles === undefined ? undefined : (parse(profiles) as Partial<Qos>[] | null)?.[0];
  } catch {
    first = undefined;
  }
  const { reliability, durability, depth } = first ?? {};
  return {
    reliability: reliability === "best_effort" ? "best_effort" : RELIABLE_QOS.reliability,
    durability: durability === "transient_local" ? "transient_local" : RELIABLE_QOS.durability,
    depth: typeof depth === "number" && depth > 0 ? depth : RELIABLE_QOS.depth,
  };
}

function indexedReader(handle: FileHandle): Promise<McapIndexedReader> {
  return McapIndexedReader.Initialize({ readable: new RandomAccessFile(handle), decompressHandlers: DECOMPRESS_HANDLERS });
}

async function checkMagic(path: string, handle: FileHandle): Promise<void> {
  const start = new Uint8Array(8);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  if (bytesRead === start.length && hasMcapPrefix(new DataView(start.buffer))) return;
  const text = new TextDecoder("latin1").decode(start.subarray(0, bytesRead));
  if (text.startsWith("SQLite")) throw format(path, "is a rosbag2 file in SQLite", "convert it: ros2 bag convert, with storage_id: mcap");
  if (text.startsWith("#ROSBAG")) throw format(path, "is a bag of ROS 1", "convert it: rosbags-convert --dst-storage mcap");
  if (bytesRead === 0) throw format(path, "is empty", "its recording broke off before anything was written: record again");
  throw format(path, "is no MCAP file", "give a folder that `ros2 bag record -s mcap` made, or one of its .mcap files");
}

function format(path: string, what: string, fix: string): RehearseError {
  return new RehearseError("RH-BAG-FORMAT", `${path} ${what}`, fix, { details: { path } });
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** What a failed reading of a recording means for the user. */
export function readError(path: string, cause: unknown): RehearseError {
  if (cause instanceof RehearseError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT")
    return new RehearseError("RH-BAG-MISSING", `there is no bag at ${path}`, "check the path", { cause, details: { path } });
  if (code === "EACCES")
    return new RehearseError("RH-BAG-READ", `this user may not read ${path}`, "change its permissions", { cause, details: { path } });
  if (code === "EISDIR") return format(path, "is a folder, not a file", "give the bag's own folder");
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RehearseError("RH-BAG-BROKEN", `${path} is damaged: ${reason}`, "take the bag from its source again, or `mcap recover` it", {
    cause,
    details: { path },
  });
}
