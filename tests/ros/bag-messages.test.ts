import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { BagFile } from "../../src/recording/bag-file.js";
import { BagFileReader } from "../../src/recording/bag-file-reader.js";
import { type BagMessage, BagReader } from "../../src/recording/bag-reader.js";
import { installedDefinition } from "../../src/recording/installed-definition.js";
import { BAG_TOPICS } from "../../src/recording/topics.js";
import { TYPE_HASHES } from "../../src/recording/type-hashes.js";
import {
  cameraInfoMessage,
  clockMessage,
  commandMessage,
  imageMessage,
  odometryMessage,
  scanMessage,
} from "../unit/recording/sample-bag.js";

const PREFIXES = (process.env.AMENT_PREFIX_PATH ?? "").split(":");
const STAMP_NS = 1_700_000_000_123_456_789n;

async function messages(path: string): Promise<BagMessage[]> {
  const found: BagMessage[] = [];
  for await (const message of (await BagReader.open(path)).messages()) found.push(message);
  return found;
}

it("ROS reads the messages of a bag, and what it writes in turn is the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
  try {
    const path = join(folder, "a.mcap");
    const bag = await BagFile.create(path);
    const twist = { kind: "twist", vxMps: 0.25, vyMps: 0, yawRateRps: -2 } as const;
    const command = commandMessage(twist, STAMP_NS);
    const twistInBase = { vxMps: 0.1, vyMps: 0, yawRateRps: 0.2 };
    const rangesM = Float32Array.from([1, Number.POSITIVE_INFINITY, 3]);
    const scan = { stampNs: STAMP_NS, angleMinRad: -3, angleIncrementRad: 0.5, rangeMinM: 0.05, rangeMaxM: 6, rangesM };
    const camera = { width: 8, height: 6, fxPx: 8.5, fyPx: 9, cxPx: 4, cyPx: 3 };
    bag.write(BAG_TOPICS.clock, clockMessage(STAMP_NS), 1n);
    bag.write(BAG_TOPICS.odometry, odometryMessage({ stampNs: STAMP_NS, odomFromBase: { xM: 1.5, yM: -2.5, yawRad: 0 }, twistInBase }), 2n);
    bag.write(BAG_TOPICS.image, imageMessage({ stampNs: STAMP_NS, width: 1, height: 2, rgb: Uint8Array.from([1, 2, 3, 4, 5, 6]) }), 3n);
    bag.write(BAG_TOPICS.scan, scanMessage(scan), 4n);
    bag.write(BAG_TOPICS.cameraInfo, cameraInfoMessage(camera, STAMP_NS), 5n);
    bag.write(BAG_TOPICS.command, command, 6n);
    bag.write({ name: "/plain", type: "geometry_msgs/msg/Twist", qos: RELIABLE_QOS }, command.twist, 7n);
    bag.write({ name: "/status", type: "std_msgs/msg/String", qos: RELIABLE_QOS }, { data: "Tür 🚪" }, 8n);
    await bag.close();

    const written: { topic: string; type: string; cdr: string }[] = [];
    for await (const { topic, type, data } of (await BagFileReader.open(path)).read())
      written.push({ topic, type, cdr: Buffer.from(data).toString("hex") });
    const input = written.map((message) => JSON.stringify(message)).join("\n");
    const script = fileURLToPath(new URL("deserialize.py", import.meta.url));
    const lines = execFileSync("python", [script], { input, encoding: "utf8" }).trim().split("\n");
    const answers = lines.map((line) => JSON.parse(line) as { text: string; cdr: string });

    // Byte for byte, but for the padding between fields, which ROS does not clear: so what ROS wrote goes into a bag, and is read from it.
    expect(answers.map(({ cdr }) => cdr.length)).toEqual(written.map(({ cdr }) => cdr.length));
    const again = await BagFile.create(join(folder, "again.mcap"));
    for (const [i, { cdr }] of answers.entries()) {
      const { topic, type } = written[i]!;
      again.writeRaw({ name: topic, type, qos: RELIABLE_QOS }, Buffer.from(cdr, "hex"), BigInt(i + 1));
    }
    await again.close();
    expect(await messages(again.path)).toEqual(await messages(path));
    const [clock, odometry, image, laser, info, stamped, plain, status] = answers.map(({ text }) => text);
    expect(clock).toContain("sec=1700000000, nanosec=123456789");
    expect(odometry).toMatch(/frame_id='odom'.*child_frame_id='base_link'.*x=1\.5, y=-2\.5.*w=1\.0.*x=0\.1.*z=0\.2/s);
    expect(image).toMatch(/height=2, width=1, encoding='rgb8', is_bigendian=0, step=3, data=\[1, 2, 3, 4, 5, 6\]/);
    expect(laser).toContain("ranges=[1.0, inf, 3.0]");
    expect(info).toMatch(/distortion_model='plumb_bob'.*k=array\(\[8\.5, 0\. , 4\. /);
    for (const text of [stamped, plain]) expect(text).toMatch(/x=0\.25.*z=-2\.0/s);
    expect(status).toContain("Tür 🚪");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// Distributions differ in a few types; those are listed for Jazzy.
it.skipIf(process.env.ROS_DISTRO !== "jazzy").each(Object.entries(TYPE_HASHES))(
  "%s has the hash that ROS has for it",
  async (type, hash) => {
    expect((await installedDefinition(type, PREFIXES)).typeHash).toBe(hash);
  },
);
