import { RehearseError } from "../core/error.js";
import type { CameraFrame } from "../core/sensors.js";
import { owned } from "./owned.js";
import { header, stampToNs } from "./stamp.js";
import type { ImageMessage } from "./types.js";

/** Where red, green and blue are within one pixel, and its size in bytes (`sensor_msgs/image_encodings.hpp`). */
const ENCODINGS = new Map([
  ["rgb8", { bytes: 3, r: 0, g: 1, b: 2 }],
  ["bgr8", { bytes: 3, r: 2, g: 1, b: 0 }],
  ["rgba8", { bytes: 4, r: 0, g: 1, b: 2 }],
  ["bgra8", { bytes: 4, r: 2, g: 1, b: 0 }],
  ["mono8", { bytes: 1, r: 0, g: 0, b: 0 }],
  ["8UC1", { bytes: 1, r: 0, g: 0, b: 0 }],
  ["8UC3", { bytes: 3, r: 2, g: 1, b: 0 }],
]);

/**
 * `sensor_msgs/Image` → frame, always a copy. Rows may be padded (`step` larger than the row).
 * @throws RehearseError RH-IMAGE-ENCODING for other encodings, RH-IMAGE-SIZE when sizes, step and data disagree
 */
export function frameFromImage(message: ImageMessage): CameraFrame {
  const layout = ENCODINGS.get(message.encoding);
  if (layout === undefined) {
    throw new RehearseError(
      "RH-IMAGE-ENCODING",
      `an image has encoding "${message.encoding}", which is not known here`,
      `publish one of ${[...ENCODINGS.keys()].join(", ")}; image_proc or a driver setting can convert`,
    );
  }
  const { width, height, step } = message;
  const row = width * layout.bytes;
  if (!(width > 0 && height > 0) || step < row || message.data.length < step * (height - 1) + row) {
    throw new RehearseError(
      "RH-IMAGE-SIZE",
      `an image says ${width}×${height} ${message.encoding} in rows of ${step} bytes, but has ${message.data.length} bytes`,
      "the driver fills step or data wrongly, or the message was cut; step is the number of bytes from one row to the next",
    );
  }
  const from = message.data instanceof Uint8Array ? message.data : Uint8Array.from(message.data);
  const rgb = new Uint8Array(width * height * 3);
  if (layout.bytes === 3 && layout.r === 0) {
    for (let y = 0; y < height; y++) rgb.set(from.subarray(y * step, y * step + row), y * row);
  } else {
    let to = 0;
    for (let y = 0; y < height; y++) {
      for (let at = y * step; at < y * step + row; at += layout.bytes) {
        rgb[to++] = from[at + layout.r]!;
        rgb[to++] = from[at + layout.g]!;
        rgb[to++] = from[at + layout.b]!;
      }
    }
  }
  return { stampNs: stampToNs(message.header.stamp), width, height, rgb };
}

/** Frame → `sensor_msgs/Image` in rgb8. */
export function imageFromFrame(frame: CameraFrame, frameId: string): ImageMessage {
  return {
    header: header(frame.stampNs, frameId),
    height: frame.height,
    width: frame.width,
    encoding: "rgb8",
    is_bigendian: 0,
    step: frame.width * 3,
    data: owned(frame.rgb),
  };
}

/** What to tell somebody whose camera publishes compressed pictures only: decoding would hold up the thread that keeps the control period. */
export function compressedRefusal(topic: string): RehearseError {
  return new RehearseError(
    "RH-IMAGE-COMPRESSED",
    `nobody publishes ${topic}, but ${topic}/compressed is there, and this node takes raw images`,
    `decompress beside it: ros2 run image_transport republish --ros-args -p in_transport:=compressed -p out_transport:=raw -r in/compressed:=${topic}/compressed -r out:=${topic}`,
  );
}

/** Frames side by side in one picture, all of one height: how imagined futures are shown. At least one. Stamped as the first. */
export function sideBySide(frames: readonly CameraFrame[]): CameraFrame {
  const first = frames[0];
  if (first === undefined) throw new RangeError("no frame to show");
  const width = frames.reduce((sum, frame) => sum + frame.width, 0);
  const rgb = new Uint8Array(width * first.height * 3);
  let left = 0;
  for (const frame of frames) {
    if (frame.height !== first.height) throw new RangeError(`frames of heights ${first.height} and ${frame.height} don't fit side by side`);
    const row = frame.width * 3;
    for (let y = 0; y < frame.height; y++) rgb.set(frame.rgb.subarray(y * row, (y + 1) * row), (y * width + left) * 3);
    left += frame.width;
  }
  return { stampNs: first.stampNs, width, height: first.height, rgb };
}
