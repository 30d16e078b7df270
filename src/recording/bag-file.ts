import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { parse } from "@foxglove/rosmsg";
import { MessageWriter } from "@foxglove/rosmsg2-serialization";
import type { McapTypes } from "@mcap/core";
import { McapChunkBuilder, McapRecordBuilder, Opcode } from "@mcap/core";
import { stringify } from "yaml";
import { RehearseError } from "../core/error.js";
import { bagMetadata, type FileSummary, ROS_DISTRO, type TopicSummary } from "./bag-metadata.js";
import { compressionReady, compressZstd } from "./compression.js";
import { definitionText, knownDefinitions } from "./definition.js";
import { exactStrings } from "./exact-strings.js";
import { qosProfile } from "./qos.js";
import type { BagTopic } from "./topics.js";
import { TYPE_HASHES } from "./type-hashes.js";
import { writeError } from "./write-error.js";

export interface BagFileOptions {
  /** A chunk ends when its messages take this many bytes: what a crash can lose, and what one call compresses at once. Default 256 KiB. */
  readonly chunkBytes?: number;
  /** … or when its first message is older than this, by log time. Default 1 s. */
  readonly chunkSpanNs?: bigint;
  /** zstd level; default 1: no larger than level 3 on simulated pictures, in half the time. */
  readonly level?: number;
  /** What the file will be called once it is whole, if not as it is made: that name goes into its metadata. */
  readonly finalPath?: string;
  /** Goes into a metadata record named `rehearse`. */
  readonly about?: Readonly<Record<string, string>>;
}

interface Channel {
  readonly id: number;
  readonly topic: BagTopic;
  readonly record: McapTypes.Channel;
  readonly schema: McapTypes.Schema;
  readonly serializer: MessageWriter | undefined;
  messages: number;
  /** Schema and channel records stand before the first message of a channel. */
  announced: boolean;
}

const LIBRARY = "rehearse";

/**
 * One MCAP file as rosbag2 writes them (profile `ros2`, encoding `cdr`, schemas `ros2msg`): chunks in zstd, each with its message
 * index, then statistics and a summary. `write` and `writeRaw` return at once: they copy the message into the open chunk, and
 * the call that fills the chunk compresses it (about 0.1 ms for 256 KiB of pictures) and hands it to the file system, which writes it meanwhile.
 * What a crash leaves can be read up to its last whole chunk. A failed write shows at the next call, as the RehearseError it is.
 */
export class BagFile {
  private readonly chunk = new McapChunkBuilder({ useMessageIndex: true });
  private readonly records = new McapRecordBuilder();
  private readonly channels = new Map<string, Channel>();
  private readonly schemas = new Map<string, McapTypes.Schema>();
  private readonly chunkIndexes: McapTypes.ChunkIndex[] = [];
  private readonly metadataIndexes: McapTypes.MetadataIndex[] = [];
  private readonly chunkBytes: number;
  private readonly chunkSpanNs: bigint;
  private readonly level: number;
  private readonly about: Readonly<Record<string, string>>;
  private readonly finalPath: string;
  private offset = 0;
  private dataCrc = 0;
  private startNs = 0n;
  private endNs = 0n;
  private messages = 0;
  private queue: Promise<void> = Promise.resolve();
  private pending = 0;
  private failure: RehearseError | undefined;
  private closed = false;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    options: BagFileOptions,
  ) {
    this.chunkBytes = options.chunkBytes ?? 256 * 1024;
    this.chunkSpanNs = options.chunkSpanNs ?? 1_000_000_000n;
    this.level = options.level ?? 1;
    this.about = options.about ?? {};
    this.finalPath = options.finalPath ?? path;
    this.records.writeMagic();
    this.records.writeHeader({ profile: "ros2", library: LIBRARY });
    this.emit();
  }

  /** @throws RehearseError RH-BAG-EXISTS when there is such a file: recordings are never written over; RH-BAG-WRITE when it can't be made */
  static async create(path: string, options: BagFileOptions = {}): Promise<BagFile> {
    await compressionReady();
    try {
      return new BagFile(path, await open(path, "wx"), options);
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  /** Bytes that are handed over but not yet written: a recorder on a slow disk sees it grow, and should drop rather than collect. */
  get pendingBytes(): number {
    return this.pending;
  }

  /**
   * @param publishNs when the message was sent; default: `logNs`
   * @throws RehearseError of an earlier write that failed, or RH-BAG-TYPE when the topic's type is not one of ROS 2's common types
   */
  write<Message>(topic: BagTopic<Message>, message: Message, logNs: bigint, publishNs = logNs): void {
    const channel = this.channel(topic);
    if (channel.serializer === undefined) throw unknownType(topic);
    this.add(channel, channel.serializer.writeMessage(exactStrings(message)), logNs, publishNs);
  }

  /** The same for a message that is CDR already, with its 4-byte encapsulation header. The bytes are copied. */
  writeRaw(topic: BagTopic, cdr: Uint8Array, logNs: bigint, publishNs = logNs): void {
    this.add(this.channel(topic), cdr, logNs, publishNs);
  }

  /** Ends the open chunk; resolves when everything so far is with the operating system. */
  async flush(): Promise<void> {
    this.endChunk();
    await this.queue;
    if (this.failure !== undefined) throw this.failure;
  }

  /** Writes index and summary and closes the file, which is whole only after this. */
  async close(): Promise<FileSummary> {
    const summary = this.summary();
    if (this.closed) return summary;
    this.closed = true;
    try {
      this.endChunk();
      this.finish(summary);
      await this.queue;
    } finally {
      await this.handle.close();
    }
    if (this.failure !== undefined) throw this.failure;
    return summary;
  }

  summary(): FileSummary {
    const topics: TopicSummary[] = [...this.channels.values()].map(({ topic, messages }) => ({
      name: topic.name,
      type: topic.type,
      typeHash: typeHash(topic),
      qos: topic.qos,
      messages,
    }));
    return { path: this.finalPath, startNs: this.startNs, endNs: this.endNs, messages: this.messages, topics };
  }

  private channel(topic: BagTopic): Channel {
    if (this.failure !== undefined) throw this.failure;
    if (this.closed)
      throw new RehearseError("RH-BAG-CLOSED", `${this.path} is closed already`, "stop writing before closing it", {
        details: { path: this.path },
      });
    const known = this.channels.get(topic.name);
    if (known !== undefined) {
      if (known.topic.type === topic.type) return known;
      throw new RehearseError(
        "RH-BAG-TYPE",
        `${topic.name} is recorded as ${known.topic.type}, then came a ${topic.type}`,
        "give each type a topic of its own",
        { details: { topic: topic.name, found: topic.type, expected: [known.topic.type] } },
      );
    }
    const text = topic.definition ?? definitionText(topic.type);
    if (text === undefined) throw unknownType(topic);
    let schema = this.schemas.get(topic.type);
    if (schema === undefined) {
      schema = { id: this.schemas.size + 1, name: topic.type, encoding: "ros2msg", data: new TextEncoder().encode(text) };
      this.schemas.set(topic.type, schema);
    }
    const id = this.channels.size;
    const metadata = new Map([["offered_qos_profiles", stringify([qosProfile(topic.qos)])]]);
    if (typeHash(topic) !== "") metadata.set("topic_type_hash", typeHash(topic));
    const definitions = topic.definition === undefined ? knownDefinitions(topic.type) : parse(topic.definition, { ros2: true });
    const channel: Channel = {
      id,
      topic,
      record: { id, schemaId: schema.id, topic: topic.name, messageEncoding: "cdr", metadata },
      schema,
      serializer: definitions === undefined ? undefined : new MessageWriter(definitions),
      messages: 0,
      announced: false,
    };
    this.channels.set(topic.name, channel);
    return channel;
  }

  private add(channel: Channel, data: Uint8Array, logTime: bigint, publishTime: bigint): void {
    if (!channel.announced) {
      // A schema may be announced twice, once for each topic of its type: allowed, and it keeps every channel readable on its own.
      this.chunk.addSchema(channel.schema);
      this.chunk.addChannel(channel.record);
      channel.announced = true;
    }
    this.chunk.addMessage({ channelId: channel.id, sequence: channel.messages, logTime, publishTime, data });
    channel.messages += 1;
    if (this.messages === 0 || logTime < this.startNs) this.startNs = logTime;
    if (this.messages === 0 || logTime > this.endNs) this.endNs = logTime;
    this.messages += 1;
    const spanNs = this.chunk.messageEndTime - this.chunk.messageStartTime;
    if (this.chunk.byteLength >= this.chunkBytes || spanNs >= this.chunkSpanNs) this.endChunk();
  }

  private endChunk(): void {
    if (this.chunk.numMessages === 0) return;
    const raw = this.chunk.buffer;
    const { messageStartTime, messageEndTime } = this.chunk;
    const compressed = compressZstd(raw, this.level);
    const chunkStartOffset = BigInt(this.offset);
    const chunkLength = this.records.writeChunk({
      messageStartTime,
      messageEndTime,
      uncompressedSize: BigInt(raw.length),
      uncompressedCrc: crc32(raw),
      compression: "zstd",
      records: compressed,
    });
    const indexStart = chunkStartOffset + chunkLength;
    const messageIndexOffsets = new Map<number, bigint>();
    let messageIndexLength = 0n;
    for (const index of this.chunk.indices) {
      messageIndexOffsets.set(index.channelId, indexStart + messageIndexLength);
      messageIndexLength += this.records.writeMessageIndex(index);
    }
    this.emit();
    this.chunkIndexes.push({
      messageStartTime,
      messageEndTime,
      chunkStartOffset,
      chunkLength,
      messageIndexOffsets,
      messageIndexLength,
      compression: "zstd",
      compressedSize: BigInt(compressed.length),
      uncompressedSize: BigInt(raw.length),
    });
    this.chunk.reset();
  }

  private finish(summary: FileSummary): void {
    this.addMetadata("rosbag2", { ROS_DISTRO, serialized_metadata: bagMetadata([summary], this.about) });
    if (Object.keys(this.about).length > 0) this.addMetadata("rehearse", this.about);
    this.records.writeDataEnd({ dataSectionCrc: this.dataCrc });
    this.emit();

    const summaryStart = BigInt(this.offset);
    const groups: McapTypes.SummaryOffset[] = [];
    const group = (groupOpcode: Opcode, write: () => void): void => {
      const before = BigInt(this.records.length);
      write();
      const groupLength = BigInt(this.records.length) - before;
      if (groupLength > 0n) groups.push({ groupOpcode, groupStart: summaryStart + before, groupLength });
    };
    group(Opcode.SCHEMA, () => {
      for (const schema of this.schemas.values()) this.records.writeSchema(schema);
    });
    group(Opcode.CHANNEL, () => {
      for (const channel of this.channels.values()) this.records.writeChannel(channel.record);
    });
    group(Opcode.STATISTICS, () => {
      this.records.writeStatistics({
        messageCount: BigInt(this.messages),
        schemaCount: this.schemas.size,
        channelCount: this.channels.size,
        attachmentCount: 0,
        metadataCount: this.metadataIndexes.length,
        chunkCount: this.chunkIndexes.length,
        messageStartTime: this.startNs,
        messageEndTime: this.endNs,
        channelMessageCounts: new Map([...this.channels.values()].map((channel) => [channel.id, BigInt(channel.messages)])),
      });
    });
    group(Opcode.METADATA_INDEX, () => {
      for (const index of this.metadataIndexes) this.records.writeMetadataIndex(index);
    });
    group(Opcode.CHUNK_INDEX, () => {
      for (const index of this.chunkIndexes) this.records.writeChunkIndex(index);
    });
    const summaryOffsetStart = summaryStart + BigInt(this.records.length);
    for (const offset of groups) this.records.writeSummaryOffset(offset);
    // The summary's checksum covers the footer up to the checksum itself: opcode, length and two offsets.
    const footer = Buffer.alloc(1 + 8 + 8 + 8);
    footer.writeUInt8(Opcode.FOOTER, 0);
    footer.writeBigUInt64LE(20n, 1);
    footer.writeBigUInt64LE(summaryStart, 9);
    footer.writeBigUInt64LE(summaryOffsetStart, 17);
    const summaryCrc = crc32(footer, crc32(this.records.buffer));
    this.records.writeFooter({ summaryStart, summaryOffsetStart, summaryCrc });
    this.records.writeMagic();
    this.emit();
  }

  private addMetadata(name: string, entries: Readonly<Record<string, string>>): void {
    const offset = BigInt(this.offset);
    const length = this.records.writeMetadata({ name, metadata: new Map(Object.entries(entries)) });
    this.metadataIndexes.push({ name, offset, length });
    this.emit();
  }

  /** Queues a copy of the records built so far: the builder's memory is used again. */
  private emit(): void {
    const bytes = Uint8Array.from(this.records.buffer);
    this.records.reset();
    this.offset += bytes.length;
    this.dataCrc = crc32(bytes, this.dataCrc);
    this.pending += bytes.length;
    this.queue = this.queue
      .then(async () => {
        // After one failed write the rest would leave a hole.
        if (this.failure === undefined) await this.handle.writeFile(bytes);
      })
      .catch((cause: unknown) => {
        this.failure = writeError(this.path, cause);
      })
      .finally(() => {
        this.pending -= bytes.length;
      });
  }
}

function typeHash(topic: BagTopic): string {
  return topic.typeHash ?? TYPE_HASHES[topic.type] ?? "";
}

function unknownType(topic: BagTopic): RehearseError {
  return new RehearseError(
    "RH-BAG-TYPE",
    `the message type ${topic.type} of ${topic.name} has no known definition`,
    "source the workspace that defines it, or leave the topic out",
    { details: { topic: topic.name, found: topic.type, expected: [] } },
  );
}
