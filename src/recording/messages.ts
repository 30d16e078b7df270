import type { JointState, Odometry } from "../core/body.js";
import type { Command, JointVelocityCommand, TwistCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { Quantity } from "../core/model.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import type {
  RosCameraInfo,
  RosClock,
  RosFloat64MultiArray,
  RosHeader,
  RosImage,
  RosJointState,
  RosLaserScan,
  RosOdometry,
  RosTime,
  RosTwist,
  RosTwistStamped,
} from "./ros-types.js";

const NS_PER_S = 1_000_000_000n;

/** Frames of REP-105 that go into message headers. */
const FRAME_IDS = { odom: "odom", base: "base_link", camera: "camera_optical", scan: "base_scan" } as const;

/** Pinhole model of a camera, as in calibration files; distortion-free. Lengths in pixels. */
export interface CameraIntrinsics {
  readonly width: number;
  readonly height: number;
  readonly fxPx: number;
  readonly fyPx: number;
  readonly cxPx: number;
  readonly cyPx: number;
}

export function timeMessage(stampNs: bigint): RosTime {
  const sec = stampNs >= 0n ? stampNs / NS_PER_S : -((-stampNs + NS_PER_S - 1n) / NS_PER_S);
  return { sec: Number(sec), nanosec: Number(stampNs - sec * NS_PER_S) };
}

export function stampFromTime(time: RosTime): bigint {
  return BigInt(time.sec) * NS_PER_S + BigInt(time.nanosec);
}

export function imageMessage(frame: CameraFrame): RosImage {
  return {
    header: header(frame.stampNs, FRAME_IDS.camera),
    height: frame.height,
    width: frame.width,
    encoding: "rgb8",
    is_bigendian: 0,
    step: frame.width * 3,
    data: frame.rgb,
  };
}

/** Channel order of the encodings that are understood: where red, green and blue are within a pixel. */
const ENCODINGS: Readonly<Record<string, { bytes: number; rgb: readonly [number, number, number] }>> = {
  rgb8: { bytes: 3, rgb: [0, 1, 2] },
  bgr8: { bytes: 3, rgb: [2, 1, 0] },
  rgba8: { bytes: 4, rgb: [0, 1, 2] },
  bgra8: { bytes: 4, rgb: [2, 1, 0] },
  mono8: { bytes: 1, rgb: [0, 0, 0] },
};

/**
 * An 8-bit image as rgb8 in a buffer of its own; row padding and alpha are dropped, grey is repeated.
 * @throws RehearseError RH-BAG-IMAGE for other encodings or when the data are shorter than height × step
 */
export function frameFromImage(image: RosImage, topic = "image"): CameraFrame {
  const { width, height, step, data } = image;
  const layout = ENCODINGS[image.encoding];
  if (layout === undefined) {
    throw new RehearseError(
      "RH-BAG-IMAGE",
      `${topic} has encoding "${image.encoding}"`,
      `record or convert it as one of ${Object.keys(ENCODINGS).join(", ")}`,
    );
  }
  const { bytes, rgb: order } = layout;
  if (step < width * bytes || data.length < (height - 1) * step + width * bytes || width === 0 || height === 0) {
    throw new RehearseError(
      "RH-BAG-IMAGE",
      `${topic} says ${width} × ${height} ${image.encoding} with ${step} bytes a row, but has ${data.length} bytes`,
      "the publisher fills the image wrongly: check its width, height, step and data",
    );
  }
  const rgb = new Uint8Array(width * height * 3);
  const stampNs = stampFromTime(image.header.stamp);
  if (image.encoding === "rgb8") {
    for (let row = 0; row < height; row++) rgb.set(data.subarray(row * step, row * step + width * 3), row * width * 3);
    return { stampNs, width, height, rgb };
  }
  const [r, g, b] = order;
  let to = 0;
  for (let row = 0; row < height; row++) {
    let from = row * step;
    for (let column = 0; column < width; column++) {
      rgb[to] = data[from + r]!;
      rgb[to + 1] = data[from + g]!;
      rgb[to + 2] = data[from + b]!;
      to += 3;
      from += bytes;
    }
  }
  return { stampNs, width, height, rgb };
}

export function odometryMessage(odometry: Odometry): RosOdometry {
  const { xM, yM, yawRad } = odometry.odomFromBase;
  const { vxMps, vyMps, yawRateRps } = odometry.twistInBase;
  return {
    header: header(odometry.stampNs, FRAME_IDS.odom),
    child_frame_id: FRAME_IDS.base,
    pose: {
      pose: {
        position: { x: xM, y: yM, z: 0 },
        orientation: { x: 0, y: 0, z: Math.sin(yawRad / 2), w: Math.cos(yawRad / 2) },
      },
    },
    twist: { twist: twist(vxMps, vyMps, yawRateRps) },
  };
}

/** Yaw comes back in [-π, π]: a quaternion does not count turns. */
export function odometryFromMessage(message: RosOdometry): Odometry {
  const { position, orientation: q } = message.pose.pose;
  const { linear, angular } = message.twist.twist;
  return {
    stampNs: stampFromTime(message.header.stamp),
    odomFromBase: {
      xM: position.x,
      yM: position.y,
      yawRad: Math.atan2(2 * (q.w * q.z + q.x * q.y), 1 - 2 * (q.y * q.y + q.z * q.z)),
    },
    twistInBase: { vxMps: linear.x, vyMps: linear.y, yawRateRps: angular.z },
  };
}

export function scanMessage(scan: LaserScan): RosLaserScan {
  return {
    header: header(scan.stampNs, FRAME_IDS.scan),
    angle_min: scan.angleMinRad,
    angle_max: scan.angleMinRad + (scan.rangesM.length - 1) * scan.angleIncrementRad,
    angle_increment: scan.angleIncrementRad,
    time_increment: 0,
    scan_time: 0,
    range_min: scan.rangeMinM,
    range_max: scan.rangeMaxM,
    ranges: scan.rangesM,
    intensities: new Float32Array(0),
  };
}

export function scanFromMessage(message: RosLaserScan): LaserScan {
  return {
    stampNs: stampFromTime(message.header.stamp),
    angleMinRad: message.angle_min,
    angleIncrementRad: message.angle_increment,
    rangeMinM: message.range_min,
    rangeMaxM: message.range_max,
    rangesM: Float32Array.from(message.ranges),
  };
}

/** @throws RehearseError RH-BAG-COMMAND for commands that a twist can't hold */
export function commandMessage(command: Command, stampNs: bigint): RosTwistStamped {
  if (command.kind !== "twist") {
    throw new RehearseError(
      "RH-BAG-COMMAND",
      `a command of kind "${command.kind}" can't be written to cmd_vel`,
      "record robots with joints over their own topic",
    );
  }
  return { header: header(stampNs, FRAME_IDS.base), twist: twist(command.vxMps, command.vyMps, command.yawRateRps) };
}

/** @param names of the joints, in the order of the robot file */
export function jointStateMessage(names: readonly string[], { positionsRad, velocitiesRps, stampNs }: JointState): RosJointState {
  return jointMessage(names, positionsRad, velocitiesRps, stampNs);
}

export function jointCommandMessage(names: readonly string[], { velocitiesRps }: JointVelocityCommand, stampNs: bigint): RosJointState {
  return jointMessage(names, [], velocitiesRps, stampNs);
}

function jointMessage(names: readonly string[], position: readonly number[], velocity: readonly number[], stampNs: bigint): RosJointState {
  return {
    header: header(stampNs, ""),
    name: names,
    position: Float64Array.from(position),
    velocity: Float64Array.from(velocity),
    effort: new Float64Array(0),
  };
}

export function commandFromTwist(message: RosTwist): TwistCommand {
  return { kind: "twist", vxMps: message.linear.x, vyMps: message.linear.y, yawRateRps: message.angular.z };
}

/** Unstamped, as the type is: the time of recording counts. The label names the numbers: `block.x [m], block.y [m]`. */
export function truthMessage(quantities: readonly Quantity[], values: readonly number[]): RosFloat64MultiArray {
  const label = quantities.map(({ name, unit }) => `${name} [${unit}]`).join(", ");
  return { layout: { dim: [{ label, size: values.length, stride: values.length }], data_offset: 0 }, data: Float64Array.from(values) };
}

export function cameraInfoMessage(camera: CameraIntrinsics, stampNs: bigint): RosCameraInfo {
  const { fxPx, fyPx, cxPx, cyPx } = camera;
  return {
    header: header(stampNs, FRAME_IDS.camera),
    height: camera.height,
    width: camera.width,
    distortion_model: "plumb_bob",
    d: [0, 0, 0, 0, 0],
    k: [fxPx, 0, cxPx, 0, fyPx, cyPx, 0, 0, 1],
    r: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    p: [fxPx, 0, cxPx, 0, 0, fyPx, cyPx, 0, 0, 0, 1, 0],
  };
}

export function cameraFromInfo(message: RosCameraInfo): CameraIntrinsics {
  const { k } = message;
  return { width: message.width, height: message.height, fxPx: k[0]!, fyPx: k[4]!, cxPx: k[2]!, cyPx: k[5]! };
}

export function clockMessage(stampNs: bigint): RosClock {
  return { clock: timeMessage(stampNs) };
}

function header(stampNs: bigint, frameId: string): RosHeader {
  return { stamp: timeMessage(stampNs), frame_id: frameId };
}

function twist(vxMps: number, vyMps: number, yawRateRps: number): RosTwist {
  return { linear: { x: vxMps, y: vyMps, z: 0 }, angular: { x: 0, y: 0, z: yawRateRps } };
}
