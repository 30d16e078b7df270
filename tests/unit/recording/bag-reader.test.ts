import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { McapWriter } from "@mcap/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { RELIABLE_QOS } from "../../../src/messages/qos.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { writeBagMetadata } from "../../../src/recording/bag-metadata.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { definitionText } from "../../../src/recording/definition.js";
import { OBSERVATION_TOPICS } from "../../../src/recording/observation-topics.js";
import { type Observation, observations } from "../../../src/recording/observations.js";
import { BAG_TOPICS } from "../../../src/recording/topics.js";
import {
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

async function stamps(path: string, topics?: readonly string[]): Promise<bigint[]> {
  const found: bigint[] = [];
  for await (const { logNs } of (await BagReader.open(path)).messages(topics)) found.push(logNs);
  return found;
}

async function all(path: string): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const observation of observations(await BagReader.open(path))) found.push(observation);
  return found;
}

/** Everything that could be read, and the typed error that ended it, if one did. */
async function readAsFarAsPossible(path: string): Promise<{ read: string[]; error: unknown; damaged: boolean }> {
  const read: string[] = [];
  let damaged = false;
  try {
    const bag = await BagReader.open(path);
    damaged = bag.damage.length > 0;
    for await (const { topic, logNs, message } of bag.messages()) read.push(JSON.stringify([topic, String(logNs), message]));
    return { read, error: undefined, damaged };
  } catch (error) {
    return { read, error, damaged };
  }
}

describe("a sound bag", () => {
  it("says what it holds without being read", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    await writeSampleBag(path, 40);
    const bag = await BagReader.open(path);
    expect(bag.startNs).toBe(START_NS);
    expect(bag.endNs).toBe(START_NS + 39n * TICK_NS);
    expect(bag.damage).toEqual([]);
    expect(bag.topics.map(({ name, messages }) => [name, messages])).toEqual([
      ["/odom", 40],
      ["/scan", 20],
      ["/image", 20],
      ["/cmd_vel", 40],
    ]);
  });

  it("gives its observations in log-time order, in the order of writing where times are equal", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    await writeSampleBag(path, 41);
    const found = await all(path);
    expect(found.slice(0, 6).map(({ stream }) => stream)).toEqual(["odometry", "scan", "image", "command", "odometry", "command"]);
    expect(found.map(({ logNs }) => logNs)).toEqual(found.map(({ logNs }) => logNs).sort((a, b) => Number(a - b)));
    expect(found).toHaveLength(41 + 41 + 21 + 21);
  });

  it("gives only the topics that are asked for", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    await writeSampleBag(path, 10);
    expect(await stamps(path, ["/scan"])).toEqual([0n, 2n, 4n, 6n, 8n].map((tick) => START_NS + tick * TICK_NS));
    expect(await stamps(path, [])).toEqual([]);
  });

  it("is put in log-time order when its messages were not", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path, { chunkBytes: 1 });
    for (const ns of [5n, 1n, 4n, 2n, 3n]) bag.write(BAG_TOPICS.clock, clockMessage(ns), ns);
    await bag.close();
    expect(await stamps(path)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  it("may be several files, whose times overlap", async () => {
    const folder = temporaryFolder();
    const files = [];
    for (const [name, times] of [
      ["b.mcap", [6n, 7n, 9n]],
      ["a.mcap", [1n, 4n, 8n]],
      ["c.mcap", [20n]],
      ["empty.mcap", []],
    ] as const) {
      const bag = await BagFile.create(join(folder, name));
      for (const ns of times) bag.write(BAG_TOPICS.clock, clockMessage(ns), ns);
      files.push(await bag.close());
    }
    await writeBagMetadata(folder, files);
    const bag = await BagReader.open(folder);
    expect(bag.topics).toMatchObject([{ name: "/clock", messages: 7 }]);
    expect([bag.startNs, bag.endNs]).toEqual([1n, 20n]);
    expect(await stamps(folder)).toEqual([1n, 4n, 6n, 7n, 8n, 9n, 20n]);
  });

  it("of another writer, without chunks or index, is read as well", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bytes: Uint8Array[] = [];
    let position = 0n;
    const writer = new McapWriter({
      useChunks: false,
      writable: {
        position: () => position,
        write: async (data) => {
          bytes.push(data.slice());
          position += BigInt(data.length);
        },
      },
    });
    await writer.start({ profile: "ros2", library: "another" });
    const data = new TextEncoder().encode(definitionText("std_msgs/msg/Bool"));
    const schemaId = await writer.registerSchema({ name: "std_msgs/msg/Bool", encoding: "ros2msg", data });
    const channelId = await writer.registerChannel({ schemaId, topic: "/estop", messageEncoding: "cdr", metadata: new Map() });
    for (const ns of [3n, 4n]) {
      await writer.addMessage({ channelId, sequence: 0, logTime: ns, publishTime: ns, data: Uint8Array.from([0, 1, 0, 0, 1]) });
    }
    await writer.end();
    writeFileSync(path, Buffer.concat(bytes));
    const bag = await BagReader.open(path);
    expect(bag.damage).toEqual([]);
    expect(bag.topics).toMatchObject([{ name: "/estop", messages: 2 }]);
    const found = [];
    for await (const { message } of bag.messages()) found.push(message);
    expect(found).toEqual([{ data: true }, { data: true }]);
  });

  it("lets go of its files when reading is broken off", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    await writeSampleBag(path, 40);
    const openFiles = (): number => readdirSync("/proc/self/fd").length;
    const before = openFiles();
    for (let i = 0; i < 20; i++) {
      for await (const { logNs } of (await BagReader.open(path)).messages()) if (logNs > START_NS) break;
    }
    expect(openFiles()).toBeLessThan(before + 10);
  });
});

describe("observations", () => {
  it("take Twist for TwistStamped, and the log time for a stamp that is missing", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const { twist } = commandMessage({ kind: "twist", vxMps: 0.5, vyMps: 0, yawRateRps: 1 }, 0n);
    bag.write({ name: "/image", type: "sensor_msgs/msg/Image", qos: RELIABLE_QOS }, imageMessage(sampleFrame(7n)), 10n);
    bag.write(BAG_TOPICS.odometry, odometryMessage(sampleOdometry(0n)), 20n);
    bag.write({ name: "/cmd_vel", type: "geometry_msgs/msg/Twist", qos: RELIABLE_QOS }, twist, 30n);
    await bag.close();
    const [frame, odometry, command] = await all(path);
    expect(frame).toMatchObject({ stream: "image", logNs: 10n, value: { stampNs: 7n } });
    expect(odometry).toMatchObject({ stream: "odometry", value: { stampNs: 20n } });
    expect(frame).not.toHaveProperty("unstamped");
    expect(odometry).toHaveProperty("unstamped", true);
    expect(command).toEqual({
      stream: "command",
      topic: "/cmd_vel",
      logNs: 30n,
      value: { kind: "twist", vxMps: 0.5, vyMps: 0, yawRateRps: 1 },
    });
  });

  it("need odometry: without it the bag is refused, saying what it has", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    bag.write(BAG_TOPICS.image, imageMessage(sampleFrame(1n)), 1n);
    await bag.close();
    await expect(all(path)).rejects.toMatchObject({
      code: "RH-BAG-TOPIC",
      message: expect.stringMatching(/nothing on \/odom.*\/image \(sensor_msgs\/msg\/Image\)/),
    });
  });

  it("may have other names in the bag", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    bag.write({ ...BAG_TOPICS.image, name: "/camera/image_raw" }, imageMessage(sampleFrame(1n)), 1n);
    bag.write({ ...BAG_TOPICS.odometry, name: "/robot/odom" }, odometryMessage(sampleOdometry(2n)), 2n);
    await bag.close();
    const names = { ...OBSERVATION_TOPICS, image: "/camera/image_raw", odometry: "/robot/odom" };
    const streams = [];
    for await (const { stream } of observations(await BagReader.open(path), names)) streams.push(stream);
    expect(streams).toEqual(["image", "odometry"]);
  });

  it("refuse topics of a wrong type, compressed pictures with what to do", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    const compressed = { name: "/image", type: "sensor_msgs/msg/CompressedImage", qos: RELIABLE_QOS };
    bag.write(compressed, { header: { stamp: { sec: 0, nanosec: 1 }, frame_id: "" }, format: "png", data: new Uint8Array(3) }, 1n);
    bag.write(BAG_TOPICS.odometry, odometryMessage(sampleOdometry(1n)), 1n);
    await bag.close();
    await expect(all(path)).rejects.toMatchObject({ code: "RH-BAG-TYPE", fix: expect.stringContaining("republish") });
  });

  it("say what a node would have refused, message by message, and go on", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    bag.write(BAG_TOPICS.odometry, odometryMessage(sampleOdometry(1n)), 1n);
    bag.write(BAG_TOPICS.image, { ...imageMessage(sampleFrame(2n)), encoding: "32FC1" }, 2n);
    bag.write(BAG_TOPICS.odometry, odometryMessage({ ...sampleOdometry(3n), odomFromBase: { xM: Number.NaN, yM: 0, yawRad: 0 } }), 3n);
    bag.write(BAG_TOPICS.scan, scanMessage({ ...sampleScan(4n), angleIncrementRad: 0 }), 4n);
    const broken = commandMessage({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 }, 5n);
    bag.write(BAG_TOPICS.command, { ...broken, twist: { ...broken.twist, angular: { x: 0, y: 0, z: Number.NaN } } }, 5n);
    bag.write(BAG_TOPICS.image, imageMessage(sampleFrame(6n)), 6n);
    await bag.close();
    const found = await all(path);
    expect(found.map(({ stream }) => stream)).toEqual(["odometry", "refused", "refused", "refused", "refused", "image"]);
    expect(found.slice(1, 5)).toMatchObject([
      { topic: "/image", error: { code: "RH-IMAGE-ENCODING", message: expect.stringContaining("32FC1") } },
      { topic: "/odom", error: { code: "RH-ODOM-NAN" } },
      { topic: "/scan", error: { code: "RH-SCAN-SHAPE" } },
      { topic: "/cmd_vel", error: { code: "RH-COMMAND-NAN" } },
    ]);
  });

  it("refuse messages that are not what their type says", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bag = await BagFile.create(path);
    bag.write(BAG_TOPICS.image, imageMessage(sampleFrame(1n)), 1n);
    bag.writeRaw(BAG_TOPICS.odometry, Uint8Array.from([0, 1, 0, 0, 1, 2, 3]), 2n);
    await bag.close();
    await expect(all(path)).rejects.toMatchObject({ code: "RH-BAG-MESSAGE", message: expect.stringContaining("/odom") });
  });
});

describe("what is no bag", () => {
  it.each([
    ["nothing at all", "RH-BAG-MISSING", () => join(temporaryFolder(), "none")],
    ["an empty folder", "RH-BAG-MISSING", () => temporaryFolder()],
    ["an empty file", "RH-BAG-FORMAT", () => file("")],
    ["a file of another kind", "RH-BAG-FORMAT", () => file("hello, this is text")],
    ["a rosbag2 file in SQLite", "RH-BAG-FORMAT", () => file("SQLite format 3\0 and so on")],
    ["a bag of ROS 1", "RH-BAG-FORMAT", () => file("#ROSBAG V2.0\n")],
    ["a folder of SQLite files", "RH-BAG-FORMAT", () => folder("storage_identifier: sqlite3, compression_mode: ''")],
    ["a folder that rosbag2 compressed", "RH-BAG-FORMAT", () => folder("storage_identifier: mcap, compression_mode: FILE")],
    ["a folder whose files are gone", "RH-BAG-MISSING", () => folder("storage_identifier: mcap, compression_mode: ''")],
  ])("%s is refused with %s", async (_what, code, path) => {
    const error = await BagReader.open(path()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RehearseError);
    expect(error).toMatchObject({ code });
    expect((error as RehearseError).fix).not.toBe("");
  });

  it("metadata that is cut off leaves the folder's files", async () => {
    const bag = temporaryFolder();
    await writeSampleBag(join(bag, "a.mcap"), 4);
    writeFileSync(join(bag, "metadata.yaml"), "rosbag2_bagfile_information:\n  version: [9");
    expect((await BagReader.open(bag)).files).toHaveLength(1);
  });

  it("messages of ROS 1 inside MCAP are refused", async () => {
    const path = join(temporaryFolder(), "a.mcap");
    const bytes: Uint8Array[] = [];
    const position = (): bigint => BigInt(bytes.reduce((sum, { length }) => sum + length, 0));
    const writer = new McapWriter({ writable: { position, write: async (data) => void bytes.push(data.slice()) } });
    await writer.start({ profile: "ros1", library: "another" });
    const schemaId = await writer.registerSchema({
      name: "std_msgs/Bool",
      encoding: "ros1msg",
      data: new TextEncoder().encode("bool data"),
    });
    const channelId = await writer.registerChannel({ schemaId, topic: "/estop", messageEncoding: "ros1", metadata: new Map() });
    await writer.addMessage({ channelId, sequence: 0, logTime: 1n, publishTime: 1n, data: Uint8Array.from([1]) });
    await writer.end();
    writeFileSync(path, Buffer.concat(bytes));
    await expect(stamps(path)).rejects.toMatchObject({ code: "RH-BAG-TYPE", message: expect.stringContaining("ros1") });
  });

  function file(text: string): string {
    const path = join(temporaryFolder(), "a.mcap");
    writeFileSync(path, text);
    return path;
  }

  function folder(fields: string): string {
    const path = temporaryFolder();
    writeFileSync(join(path, "metadata.yaml"), `rosbag2_bagfile_information: {${fields}, relative_file_paths: [gone.mcap]}`);
    return path;
  }
});

describe("a damaged bag", () => {
  let whole: string;
  let bytes: Buffer;
  let complete: string[];

  beforeAll(async () => {
    whole = join(mkdtempSync(join(tmpdir(), "rehearse-")), "whole.mcap");
    await writeSampleBag(whole, 60, { chunkSpanNs: 300_000_000n });
    bytes = readFileSync(whole);
    complete = (await readAsFarAsPossible(whole)).read;
    expect(complete).toHaveLength(180);
  });

  afterAll(() => rmSync(dirname(whole), { recursive: true }));

  it("that is cut off anywhere gives what came before, whole chunks of it, and says where it breaks", async () => {
    const path = join(temporaryFolder(), "cut.mcap");
    let longest = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        copyFileSync(whole, path);
        truncateSync(path, length);
        const { read, error, damaged } = await readAsFarAsPossible(path);
        expect(read).toEqual(complete.slice(0, read.length));
        longest = Math.max(longest, read.length);
        if (length < 8) expect(error).toMatchObject({ code: "RH-BAG-FORMAT" });
        else {
          expect(error).toBeUndefined();
          expect(damaged).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
    expect(longest).toBeGreaterThan(complete.length / 2);
  });

  it("loses no more than the chunk it was cut in", async () => {
    const path = join(temporaryFolder(), "cut.mcap");
    copyFileSync(whole, path);
    truncateSync(path, Math.floor(bytes.length * 0.6));
    const bag = await BagReader.open(path);
    expect(bag.damage).toEqual([{ path, byte: expect.any(Number), reason: expect.stringContaining("cut off") }]);
    const { byte } = bag.damage[0]!;
    // Cutting it exactly there loses nothing more.
    truncateSync(path, byte);
    const again = await BagReader.open(path);
    expect(again.damage[0]!.byte).toBe(byte);
    expect(again.topics.map(({ messages }) => messages)).toEqual(bag.topics.map(({ messages }) => messages));
  });

  it("whose bytes changed never gives a wrong message or an error without a code", async () => {
    const path = join(temporaryFolder(), "changed.mcap");
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ change;
        writeFileSync(path, changed);
        const { read, error } = await readAsFarAsPossible(path);
        if (error !== undefined) expect(error).toBeInstanceOf(RehearseError);
        // A changed index may hide messages; none may be made up.
        for (const message of read) expect(complete).toContain(message);
      }),
      { numRuns: 150 },
    );
  });
});
