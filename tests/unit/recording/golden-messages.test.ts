import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { frameFromImage } from "../../../src/messages/image.js";
import { jointsFromMessage } from "../../../src/messages/joint-state.js";
import { scanFromMessage } from "../../../src/messages/laser-scan.js";
import { odometryFromMessage } from "../../../src/messages/odometry.js";
import { RELIABLE_QOS } from "../../../src/messages/qos.js";
import { stampToNs } from "../../../src/messages/stamp.js";
import { commandFromTwist } from "../../../src/messages/twist.js";
import type { MessageTypes } from "../../../src/messages/types.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BagReader } from "../../../src/recording/bag-reader.js";

/** See the README there: what both decoders, of the runtime and of training, have to make of these bytes. */
const FOLDER = fileURLToPath(new URL("../../fixtures/messages", import.meta.url));

interface Golden {
  readonly type: string;
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly error_names?: string;
  readonly joints?: readonly string[];
}

const GOLDEN = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({ name: file.slice(0, -5), golden: JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Golden }));

/** In the names of the fixtures. */
const DECODE: Readonly<Record<string, (message: never, joints: readonly string[]) => Record<string, unknown>>> = {
  "sensor_msgs/msg/Image": (message: MessageTypes["sensor_msgs/msg/Image"]) => {
    const { stampNs, width, height, rgb } = frameFromImage(message);
    return { stamp_ns: stampNs, width, height, rgb };
  },
  "nav_msgs/msg/Odometry": (message: MessageTypes["nav_msgs/msg/Odometry"]) => {
    const { stampNs, odomFromBase: pose, twistInBase } = odometryFromMessage(message);
    return { stamp_ns: stampNs, x_m: pose.xM, y_m: pose.yM, yaw_rad: pose.yawRad, ...twistNumbers(twistInBase) };
  },
  "sensor_msgs/msg/LaserScan": (message: MessageTypes["sensor_msgs/msg/LaserScan"]) => {
    const scan = scanFromMessage(message);
    const limits = { range_min_m: scan.rangeMinM, range_max_m: scan.rangeMaxM };
    const angles = { angle_min_rad: scan.angleMinRad, angle_increment_rad: scan.angleIncrementRad };
    return { stamp_ns: scan.stampNs, ...angles, ...limits, ranges_m: scan.rangesM };
  },
  "sensor_msgs/msg/JointState": (message: MessageTypes["sensor_msgs/msg/JointState"], joints) => {
    const { stampNs, positionsRad, velocitiesRps } = jointsFromMessage(message, joints);
    return { stamp_ns: stampNs, positions_rad: positionsRad, velocities_rps: velocitiesRps };
  },
  "geometry_msgs/msg/Twist": (message: MessageTypes["geometry_msgs/msg/Twist"]) => twistNumbers(commandFromTwist(message)),
  "geometry_msgs/msg/TwistStamped": (message: MessageTypes["geometry_msgs/msg/TwistStamped"]) => ({
    stamp_ns: stampToNs(message.header.stamp),
    ...twistNumbers(commandFromTwist(message.twist)),
  }),
};

function twistNumbers({ vxMps, vyMps, yawRateRps }: { vxMps: number; vyMps: number; yawRateRps: number }) {
  return { vx_mps: vxMps, vy_mps: vyMps, yaw_rate_rps: yawRateRps };
}

/** As JSON holds them: stamps and what is not finite as text, arrays as lists. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, plain);
  return value;
}

describe("golden messages, read from a bag", () => {
  const messages = new Map<string, unknown>();

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
    const path = join(folder, "golden.mcap");
    const bag = await BagFile.create(path);
    for (const [i, { name, golden }] of GOLDEN.entries())
      bag.writeRaw({ name: `/${name}`, type: golden.type, qos: RELIABLE_QOS }, readFileSync(join(FOLDER, `${name}.cdr`)), BigInt(i));
    await bag.close();
    for await (const { topic, message } of (await BagReader.open(path)).messages()) messages.set(topic.slice(1), message);
    rmSync(folder, { recursive: true });
  });

  it("are all there", () => {
    expect(GOLDEN.length).toBeGreaterThan(60);
    expect([...messages.keys()].sort()).toEqual(GOLDEN.map(({ name }) => name).sort());
  });

  it.each(GOLDEN)("$name", ({ name, golden }) => {
    const decode = () => DECODE[golden.type]!(messages.get(name) as never, golden.joints ?? []);
    if (golden.error !== undefined) {
      expect(decode).toThrowError(RehearseError);
      expect(decode).toThrowError(expect.objectContaining({ code: golden.error }));
      if (golden.error_names !== undefined) expect(decode).toThrow(golden.error_names);
      return;
    }
    const decoded = Object.fromEntries(Object.entries(decode()).map(([key, value]) => [key, plain(value)]));
    const { yaw_rad: yawRad, ...exact } = golden.expected!;
    expect(decoded).toEqual({ ...exact, ...(yawRad !== undefined && { yaw_rad: expect.closeTo(yawRad as number, 12) }) });
  });
});
