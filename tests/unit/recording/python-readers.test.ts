import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { RELIABLE_QOS } from "../../../src/messages/qos.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BAG_TOPICS } from "../../../src/recording/topics.js";
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

interface Found {
  readonly profile: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly chunks: number;
  readonly metadata: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly messages: readonly { topic: string; type: string; log_ns: string; publish_ns: string; message: Record<string, unknown> }[];
}

const REHEARSE = fileURLToPath(new URL("../../../rehearse", import.meta.url));
const SCRIPT = fileURLToPath(new URL("read_bag.py", import.meta.url));

function readWithPython(path: string): Found {
  return JSON.parse(execFileSync(REHEARSE, ["python", SCRIPT, path], { encoding: "utf8", maxBuffer: 1 << 28 })) as Found;
}

// The first run on a machine installs what training needs.
beforeAll(() => {
  execFileSync(REHEARSE, ["python", "-c", "import mcap_ros2"], { stdio: ["ignore", "inherit", "inherit"] });
}, 900_000);

it("the MCAP project's Python reader finds every message, its checksums right, its values the same", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  const bag = await BagFile.create(path, { about: { world: "rooms" } });
  const odometry = sampleOdometry(START_NS);
  const frame = sampleFrame(START_NS);
  const scan = sampleScan(START_NS);
  const camera = { width: 8, height: 6, fxPx: 8.5, fyPx: 9, cxPx: 4, cyPx: 3 };
  bag.write(BAG_TOPICS.clock, clockMessage(START_NS), START_NS);
  bag.write(BAG_TOPICS.odometry, odometryMessage(odometry), START_NS + 1n, START_NS);
  bag.write(BAG_TOPICS.image, imageMessage(frame), START_NS + 2n);
  bag.write(BAG_TOPICS.scan, scanMessage(scan), START_NS + 3n);
  bag.write(BAG_TOPICS.cameraInfo, cameraInfoMessage(camera, START_NS), START_NS + 4n);
  bag.write(BAG_TOPICS.command, commandMessage({ kind: "twist", vxMps: 0.25, vyMps: 0, yawRateRps: -2 }, START_NS), START_NS + 5n);
  bag.write({ name: "/status", type: "std_msgs/msg/String", qos: RELIABLE_QOS }, { data: "Tür 🚪 auf" }, START_NS + 6n);
  await bag.close();

  const found = readWithPython(path);
  expect(found.profile).toBe("ros2");
  expect(found.metadata.rehearse).toEqual({ world: "rooms" });
  expect(parse(found.metadata.rosbag2!.serialized_metadata!)).toMatchObject({
    rosbag2_bagfile_information: { version: 9, message_count: 7 },
  });
  expect(found.messages.map(({ topic }) => topic)).toEqual(["/clock", "/odom", "/image", "/scan", "/camera_info", "/cmd_vel", "/status"]);
  expect(found.messages.map(({ log_ns }) => BigInt(log_ns) - START_NS)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
  expect(found.messages[1]!.publish_ns).toBe(String(START_NS));
  const [clock, odom, image, laser, info, command, status] = found.messages.map(({ message }) => message);
  const stamp = { sec: 1_700_000_000, nanosec: 123_456_789 };
  expect(clock).toEqual({ clock: stamp });
  const { xM: x, yM: y, yawRad } = odometry.odomFromBase;
  expect(odom).toMatchObject({
    header: { stamp, frame_id: "odom" },
    child_frame_id: "base_link",
    pose: {
      pose: { position: { x, y, z: 0 }, orientation: { x: 0, y: 0, z: Math.sin(yawRad / 2), w: Math.cos(yawRad / 2) } },
      covariance: new Array(36).fill(0),
    },
    twist: { twist: { linear: { x: odometry.twistInBase.vxMps }, angular: { z: odometry.twistInBase.yawRateRps } } },
  });
  expect(image).toMatchObject({
    header: { stamp, frame_id: "camera_optical" },
    width: 8,
    height: 6,
    encoding: "rgb8",
    step: 24,
    data: [...frame.rgb],
  });
  const ranges = [...scan.rangesM].map((range) => (Number.isFinite(range) ? range : range > 0 ? "inf" : "nan"));
  expect(laser).toMatchObject({ header: { frame_id: "base_scan" }, range_min: scan.rangeMinM, range_max: 6, ranges, intensities: [] });
  expect(info).toMatchObject({ width: 8, height: 6, distortion_model: "plumb_bob", k: [8.5, 0, 4, 0, 9, 3, 0, 0, 1] });
  expect(command).toMatchObject({ header: { stamp, frame_id: "base_link" }, twist: { linear: { x: 0.25 }, angular: { z: -2 } } });
  expect(status).toEqual({ data: "Tür 🚪 auf" });
});

it("it finds its way by the index, in files of many chunks", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  await writeSampleBag(path, 100, { chunkSpanNs: 200_000_000n });
  const found = readWithPython(path);
  expect(found.counts).toEqual({ "/odom": 100, "/scan": 50, "/image": 50, "/cmd_vel": 100 });
  expect(found.chunks).toBe(25);
  expect(found.messages).toHaveLength(300);
  expect(found.messages.at(-1)!.log_ns).toBe(String(START_NS + 99n * TICK_NS));
});
