import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { McapStreamReader, type McapTypes } from "@mcap/core";
import { describe, expect, it } from "vitest";
import { RELIABLE_QOS, SENSOR_QOS } from "../../../src/messages/qos.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BagFileReader } from "../../../src/recording/bag-file-reader.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { DECOMPRESS_HANDLERS } from "../../../src/recording/compression.js";
import { BAG_TOPICS, type BagTopic } from "../../../src/recording/topics.js";
import {
  cameraInfoMessage,
  clockMessage,
  commandMessage,
  imageMessage,
  odometryMessage,
  START_NS,
  sampleFrame,
  sampleOdometry,
  sampleScan,
  scanMessage,
  TICK_NS,
  writeSampleBag,
} from "./sample-bag.js";
import { temporaryFolder } from "./temporary-folder.js";

async function decoded(path: string): Promise<{ topic: string; message: unknown }[]> {
  const found = [];
  for await (const { topic, message } of (await BagReader.open(path)).messages()) found.push({ topic, message });
  return found;
}

function records(path: string): McapTypes.TypedMcapRecord[] {
  const reader = new McapStreamReader({ includeChunks: true, decompressHandlers: DECOMPRESS_HANDLERS });
  reader.append(readFileSync(path));
  const found = [];
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) found.push(record);
  expect(reader.done()).toBe(true);
  return found;
}

describe("BagFile", () => {
  it("gives back each type of message as it was written", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const camera = { width: 8, height: 6, fxPx: 8, fyPx: 9, cxPx: 4, cyPx: 3 };
    const written: [BagTopic, unknown][] = [
      [BAG_TOPICS.clock, clockMessage(START_NS)],
      [BAG_TOPICS.cameraInfo, cameraInfoMessage(camera, START_NS)],
      [BAG_TOPICS.image, imageMessage(sampleFrame(START_NS))],
      [BAG_TOPICS.odometry, odometryMessage(sampleOdometry(START_NS))],
      [BAG_TOPICS.scan, scanMessage(sampleScan(START_NS))],
      [BAG_TOPICS.command, commandMessage({ kind: "twist", vxMps: 0.1, vyMps: 0, yawRateRps: -2 }, START_NS)],
    ];
    for (const [topic, message] of written) bag.write(topic, message, START_NS);
    await bag.close();
    const read = await decoded(path);
    expect(read.map(({ topic }) => topic)).toEqual(written.map(([topic]) => topic.name));
    for (const [i, { message }] of read.entries()) expect(plain(message)).toMatchObject(plain(written[i]![1]) as object);
  });

  it("keeps text beyond ASCII, in nested messages and lists too", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const texts = ["", "plain", "Tür 🚪 auf", "é", "日本語"];
    for (const data of texts) bag.write({ name: "/status", type: "std_msgs/msg/String", qos: RELIABLE_QOS }, { data }, START_NS);
    const values = texts.map((text) => ({ key: text, value: `${text}!` }));
    bag.write({ name: "/d", type: "diagnostic_msgs/msg/DiagnosticStatus", qos: RELIABLE_QOS }, { level: 1, name: "ü", values }, START_NS);
    await bag.close();
    const read = await decoded(path);
    expect(read.slice(0, texts.length).map(({ message }) => (message as { data: string }).data)).toEqual(texts);
    expect(read.at(-1)!.message).toEqual({ level: 1, name: "ü", message: "", hardware_id: "", values });
  });

  it("copies what it is given, from a view into a larger buffer too", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const shared = new Uint8Array(100).fill(1);
    const rgb = shared.subarray(37, 37 + 12);
    bag.write(BAG_TOPICS.image, imageMessage({ stampNs: START_NS, width: 2, height: 2, rgb }), START_NS);
    const ranges = new Float32Array(20).fill(2);
    bag.write(BAG_TOPICS.scan, scanMessage({ ...sampleScan(START_NS), rangesM: ranges.subarray(3, 8) }), START_NS);
    shared.fill(99);
    ranges.fill(99);
    await bag.close();
    const [image, scan] = await decoded(path);
    expect([...(image!.message as { data: Uint8Array }).data]).toEqual(new Array(12).fill(1));
    expect([...(scan!.message as { ranges: Float32Array }).ranges]).toEqual(new Array(5).fill(2));
  });

  it("takes raw CDR, byte for byte, with the times it is given", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const cdr = Uint8Array.from([9, 9, 0, 1, 0, 0, 1, 9, 9]);
    bag.writeRaw({ name: "/estop", type: "std_msgs/msg/Bool", qos: RELIABLE_QOS }, cdr.subarray(2, 7), 20n, 10n);
    await bag.close();
    const reader = await BagFileReader.open(path);
    const read = [];
    for await (const raw of reader.read()) read.push({ ...raw, data: [...raw.data] });
    expect(read[0]).toMatchObject({ topic: "/estop", logNs: 20n, publishNs: 10n, data: [0, 1, 0, 0, 1] });
  });

  it("records types that only their definition is known of", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const topic = { name: "/own", type: "own_msgs/msg/Thing", qos: SENSOR_QOS, definition: "int32 count\nstring<=9 name\n" };
    bag.write(topic, { count: -5, name: "thing" }, 1n);
    await bag.close();
    expect((await decoded(path))[0]!.message).toEqual({ count: -5, name: "thing" });
  });

  it("refuses types without a definition, and a topic that changes its type", async () => {
    const bag = await BagFile.create(join(temporaryFolder(), "a.mcap"));
    const unknown = { name: "/own", type: "own_msgs/msg/Thing", qos: RELIABLE_QOS };
    expect(() => bag.write(unknown, {}, 1n)).toThrowError(expect.objectContaining({ code: "RH-BAG-TYPE" }));
    expect(() => bag.writeRaw(unknown, new Uint8Array(4), 1n)).toThrowError(expect.objectContaining({ code: "RH-BAG-TYPE" }));
    bag.write(BAG_TOPICS.clock, clockMessage(1n), 1n);
    expect(() => bag.write({ ...BAG_TOPICS.image, name: "/clock" }, imageMessage(sampleFrame(1n)), 1n)).toThrowError(
      expect.objectContaining({ code: "RH-BAG-TYPE", message: expect.stringContaining("rosgraph_msgs/msg/Clock") }),
    );
    await bag.close();
    expect(() => bag.write(BAG_TOPICS.clock, clockMessage(1n), 1n)).toThrowError(expect.objectContaining({ code: "RH-BAG-CLOSED" }));
  });

  it("writes the profile, schemas, checksums, indexes and statistics that rosbag2 writes", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    await writeSampleBag(path, 40, { about: { world: "rooms" } });
    const all = records(path);
    expect(all[0]).toMatchObject({ type: "Header", profile: "ros2", library: "rehearse" });
    const schema = all.find((record) => record.type === "Schema" && record.name === "nav_msgs/msg/Odometry") as McapTypes.Schema;
    expect(schema.encoding).toBe("ros2msg");
    const text = new TextDecoder().decode(schema.data);
    expect(text).toContain("MSG: geometry_msgs/PoseWithCovariance\n");
    expect(text).toContain("builtin_interfaces/Time stamp\n");
    expect(text).toContain("MSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec\n");
    const channel = all.find((record) => record.type === "Channel") as McapTypes.Channel;
    expect(channel.messageEncoding).toBe("cdr");
    expect(channel.metadata.get("offered_qos_profiles")).toContain("reliability: reliable");
    expect(channel.metadata.get("topic_type_hash")).toMatch(/^RIHS01_[0-9a-f]{64}$/);
    const chunks = all.filter((record) => record.type === "Chunk");
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(chunk.compression).toBe("zstd");
      expect(chunk.uncompressedCrc).not.toBe(0);
    }
    const statistics = all.find((record) => record.type === "Statistics") as McapTypes.Statistics;
    expect(statistics).toMatchObject({ messageCount: 120n, channelCount: 4, schemaCount: 4, chunkCount: chunks.length, metadataCount: 2 });
    expect(statistics.messageStartTime).toBe(START_NS);
    expect(statistics.messageEndTime).toBe(START_NS + 39n * TICK_NS);
    const footer = all.at(-1) as McapTypes.Footer;
    expect(footer.summaryCrc).not.toBe(0);
    expect((all.find((record) => record.type === "DataEnd") as McapTypes.DataEnd).dataSectionCrc).not.toBe(0);
  });

  it("keeps what it is about", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    await writeSampleBag(path, 3, { about: { world: "rooms", seed: "5" } });
    expect((await BagFileReader.open(path)).about).toEqual({ world: "rooms", seed: "5" });
  });

  it("ends a chunk by size, and by the time it spans", async () => {
    const folder = temporaryFolder();
    const chunks = (name: string): number => records(join(folder, name)).filter(({ type }) => type === "Chunk").length;
    await writeSampleBag(join(folder, "time.mcap"), 40, { chunkSpanNs: 500_000_000n });
    expect(chunks("time.mcap")).toBe(4);
    await writeSampleBag(join(folder, "size.mcap"), 40, { chunkBytes: 1, chunkSpanNs: 10n ** 12n });
    expect(chunks("size.mcap")).toBe(120);
    await writeSampleBag(join(folder, "one.mcap"), 40, { chunkSpanNs: 10n ** 12n });
    expect(chunks("one.mcap")).toBe(1);
  });

  it("has everything on disk after a flush, without being closed", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path, { chunkSpanNs: 10n ** 12n });
    bag.write(BAG_TOPICS.clock, clockMessage(5n), 5n);
    await bag.flush();
    expect(bag.pendingBytes).toBe(0);
    const reader = await BagFileReader.open(path);
    expect(reader.messages).toBe(1);
    expect(reader.damage?.byte).toBe(statSync(path).size);
    await bag.close();
  });

  it("closes without a message", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const summary = await (await BagFile.create(path)).close();
    expect(summary).toMatchObject({ messages: 0, topics: [] });
    expect((await BagFileReader.open(path)).damage).toBeUndefined();
    expect(await decoded(path)).toEqual([]);
  });

  it("never writes over a file", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    writeFileSync(path, "precious");
    await expect(BagFile.create(path)).rejects.toMatchObject({ code: "RH-BAG-EXISTS" });
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it("says why it can't write", async () => {
    const folder = temporaryFolder();
    await expect(BagFile.create(join(folder, "no", "a.mcap"))).rejects.toMatchObject({
      code: "RH-BAG-WRITE",
      message: expect.stringContaining("folder does not exist"),
    });
    writeFileSync(join(folder, "file"), "");
    await expect(BagFile.create(join(folder, "file", "a.mcap"))).rejects.toMatchObject({ code: "RH-BAG-WRITE" });
    expect(existsSync(join(folder, "no"))).toBe(false);
  });

  it("gives the same bytes for the same messages", async () => {
    const paths = [join(temporaryFolder(), "a.mcap"), join(temporaryFolder(), "a.mcap")];
    for (const path of paths) {
      const bag = await BagFile.create(path);
      for (let i = 0n; i < 50n; i++) bag.write(BAG_TOPICS.clock, clockMessage(i), i);
      await bag.close();
    }
    expect(readFileSync(paths[0]!).equals(readFileSync(paths[1]!))).toBe(true);
  });
});

/** Typed arrays as lists, so that messages compare by value. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
