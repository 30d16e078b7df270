import type { Odometry } from "../../../src/core/body.js";
import type { TwistCommand } from "../../../src/core/command.js";
import type { CameraFrame, LaserScan } from "../../../src/core/sensors.js";
import { seededRandom } from "../../../src/math/random.js";
import { type CameraIntrinsics, messageFromIntrinsics } from "../../../src/messages/camera-info.js";
import { FRAME_IDS } from "../../../src/messages/frame-ids.js";
import { imageFromFrame } from "../../../src/messages/image.js";
import { messageFromScan } from "../../../src/messages/laser-scan.js";
import { messageFromOdometry } from "../../../src/messages/odometry.js";
import { stampFromNs } from "../../../src/messages/stamp.js";
import { twistStampedFromCommand } from "../../../src/messages/twist.js";
import { BagFile, type BagFileOptions } from "../../../src/recording/bag-file.js";
import { BAG_TOPICS } from "../../../src/recording/topics.js";

export const START_NS = 1_700_000_000_123_456_789n;
export const TICK_NS = 50_000_000n;

const random = seededRandom(5);
/** Uniform in ±1, exact in float32. */
const unit = (): number => Math.fround(2 * random.uniform() - 1);

export const odometryMessage = (odometry: Odometry) => messageFromOdometry(odometry, FRAME_IDS.odom, FRAME_IDS.base);
export const imageMessage = (frame: CameraFrame) => imageFromFrame(frame, FRAME_IDS.camera);
export const scanMessage = (scan: LaserScan) => messageFromScan(scan, FRAME_IDS.scan);
export const commandMessage = (command: TwistCommand, stampNs: bigint) => twistStampedFromCommand(command, stampNs, FRAME_IDS.base);
export const cameraInfoMessage = (camera: CameraIntrinsics, stampNs: bigint) => messageFromIntrinsics(camera, stampNs);
export const clockMessage = (stampNs: bigint) => ({ clock: stampFromNs(stampNs) });

export function sampleOdometry(stampNs: bigint): Odometry {
  return {
    stampNs,
    odomFromBase: { xM: 2 * unit(), yM: 2 * unit(), yawRad: 3 * unit() },
    twistInBase: { vxMps: unit(), vyMps: unit(), yawRateRps: unit() },
  };
}

export function sampleFrame(stampNs: bigint, width = 8, height = 6): CameraFrame {
  return { stampNs, width, height, rgb: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * random.uniform())) };
}

export function sampleScan(stampNs: bigint): LaserScan {
  const rangesM = Float32Array.from({ length: 7 }, unit);
  rangesM[2] = Number.POSITIVE_INFINITY;
  rangesM[3] = Number.NaN;
  return {
    stampNs,
    angleMinRad: Math.fround(-3.1),
    angleIncrementRad: Math.fround(0.9),
    rangeMinM: Math.fround(0.05),
    rangeMaxM: 6,
    rangesM,
  };
}

function sampleCommand(): TwistCommand {
  return { kind: "twist", vxMps: unit(), vyMps: unit(), yawRateRps: unit() };
}

/** Odometry and command every tick, picture and scan every other; as the rooms world records. */
export async function writeSampleBag(path: string, ticks: number, options: BagFileOptions = {}): Promise<void> {
  const bag = await BagFile.create(path, options);
  for (let tick = 0; tick < ticks; tick++) {
    const ns = START_NS + BigInt(tick) * TICK_NS;
    bag.write(BAG_TOPICS.odometry, odometryMessage(sampleOdometry(ns)), ns);
    if (tick % 2 === 0) {
      bag.write(BAG_TOPICS.scan, scanMessage(sampleScan(ns)), ns);
      bag.write(BAG_TOPICS.image, imageMessage(sampleFrame(ns)), ns);
    }
    bag.write(BAG_TOPICS.command, commandMessage(sampleCommand(), ns), ns);
  }
  await bag.close();
}
