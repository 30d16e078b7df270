import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { frameFromImage } from "../../../src/messages/image.js";
import { jointsFromMessage } from "../../../src/messages/joint-state.js";
import { scanFromMessage } from "../../../src/messages/laser-scan.js";
import { odometryFromMessage } from "../../../src/messages/odometry.js";
import { RELIABLE_QOS } from "../../../src/messages/qos.js";
import { commandFromTwist } from "../../../src/messages/twist.js";
import type { MessageName, MessageTypes } from "../../../src/messages/types.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { temporaryFolder } from "./temporary-folder.js";

/** Numbers as sensors and drivers fill them in, broken ones among them. */
const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -20, max: 20, noNaN: true }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -1, 1e9),
);
const single = number.map(Math.fround);
const header = fc.record({
  stamp: fc.record({ sec: fc.oneof({ weight: 9, arbitrary: fc.nat(2 ** 31 - 1) }, fc.constant(-1)), nanosec: fc.nat(999_999_999) }),
  frame_id: fc.string(),
});
const vector = fc.record({ x: number, y: number, z: number });
const twist = fc.record({ linear: vector, angular: vector });
const doubles = fc.array(number, { minLength: 1, maxLength: 3 }).map((values) => Float64Array.from(values));
const encodings = ["rgb8", "bgr8", "rgba8", "bgra8", "mono8", "8UC1", "8UC3", "8UC4", "mono16", "bayer_rggb8", "yuv422_yuy2", "32FC1", ""];

const ARBITRARY: { readonly [Name in MessageName]?: fc.Arbitrary<MessageTypes[Name]> } = {
  "sensor_msgs/msg/Image": fc.record({
    header,
    height: fc.integer({ min: 0, max: 3 }),
    width: fc.integer({ min: 0, max: 3 }),
    encoding: fc.constantFrom(...encodings),
    is_bigendian: fc.constant(0),
    step: fc.integer({ min: 0, max: 13 }),
    data: fc.uint8Array({ minLength: 12, maxLength: 42 }),
  }),
  "nav_msgs/msg/Odometry": fc.record({
    header,
    child_frame_id: fc.string(),
    pose: fc.record({
      pose: fc.record({ position: vector, orientation: fc.record({ x: number, y: number, z: number, w: number }) }),
      covariance: fc.constant(new Float64Array(36)),
    }),
    twist: fc.record({ twist, covariance: fc.constant(new Float64Array(36)) }),
  }),
  "sensor_msgs/msg/LaserScan": fc.record({
    header,
    angle_min: single,
    angle_max: single,
    angle_increment: single,
    time_increment: fc.constant(0),
    scan_time: fc.constant(0),
    range_min: fc.oneof(fc.constant(0.125), single),
    range_max: fc.oneof(fc.constant(8), single),
    ranges: fc.array(single, { maxLength: 9 }).map((values) => Float32Array.from(values)),
    intensities: fc.constant(new Float32Array(0)),
  }),
  "sensor_msgs/msg/JointState": fc.record({
    header,
    name: fc.shuffledSubarray(["shoulder", "elbow", "gripper"]),
    position: doubles,
    velocity: doubles,
    effort: doubles,
  }),
  "geometry_msgs/msg/TwistStamped": fc.record({ header, twist }),
};

const DECODE: { readonly [Name in MessageName]?: (message: MessageTypes[Name]) => unknown } = {
  "sensor_msgs/msg/Image": frameFromImage,
  "nav_msgs/msg/Odometry": odometryFromMessage,
  "sensor_msgs/msg/LaserScan": scanFromMessage,
  "sensor_msgs/msg/JointState": (message) => jointsFromMessage(message, ["shoulder", "elbow"]),
  "geometry_msgs/msg/TwistStamped": ({ twist }) => commandFromTwist(twist),
};

function outcome(name: MessageName, message: unknown): { readonly value: unknown } | { readonly code: string; readonly says: string } {
  try {
    return { value: DECODE[name]!(message as never) };
  } catch (error) {
    if (!(error instanceof RehearseError)) throw error;
    return { code: error.code, says: error.message };
  }
}

/** rclnodejs gives some arrays as lists. */
function withLists(message: object): object {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, ArrayBuffer.isView(value) ? Array.from(value as never) : value]),
  );
}

test.each(Object.keys(ARBITRARY) as MessageName[])("%s, live and from a bag, has the same value or the same refusal", async (name) => {
  const messages = fc.sample<unknown>(ARBITRARY[name]!, { numRuns: 400, seed: 11 }) as object[];
  const path = join(temporaryFolder(), "a.mcap");
  const bag = await BagFile.create(path);
  for (const [i, message] of messages.entries()) bag.write({ name: "/a", type: name, qos: RELIABLE_QOS }, message, BigInt(i));
  await bag.close();
  const counts = { value: 0, code: 0 };
  let i = 0;
  for await (const { message } of (await BagReader.open(path)).messages()) {
    const live = outcome(name, messages[i]);
    expect(outcome(name, message)).toEqual(live);
    expect(outcome(name, withLists(messages[i]!))).toEqual(live);
    counts["value" in live ? "value" : "code"]++;
    i++;
  }
  expect(i).toBe(messages.length);
  // Both kinds of outcome were there to compare; of commands nothing is refused.
  expect(counts.value).toBeGreaterThan(20);
  if (name !== "geometry_msgs/msg/TwistStamped") expect(counts.code).toBeGreaterThan(20);
});
