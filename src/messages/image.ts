import { RehearseError } from "../core/error.js";
import type { CameraFrame } from "../core/sensors.js";
import { excerpt } from "../core/visible-text.js";
import { pixelLayout } from "./image-encodings.js";
import { owned } from "./owned.js";
import { type HeaderMessage, header, stampToNs } from "./stamp.js";

export interface ImageMessage {
  readonly header: HeaderMessage;
  readonly height: number;
  readonly width: number;
  readonly encoding: string;
  readonly is_bigendian: number;
  /** Bytes from one row to the next; may be more than a row has. */
  readonly step: number;
  readonly data: Uint8Array | readonly number[];
}

/**
 * `sensor_msgs/Image` → frame, always a copy. Rows may be padded (`step` larger than the row), the last one need not be.
 * @throws RehearseError RH-IMAGE-ENCODING for encodings that are not decoded, RH-IMAGE-SIZE when sizes, step and data disagree
 */
export function frameFromImage(message: ImageMessage): CameraFrame {
  const layout = pixelLayout(message.encoding);
  const { width, height, step } = message;
  const row = width * layout.bytes;
  if (!(width > 0 && height > 0) || step < row || message.data.length < step * (height - 1) + row) {
    throw new RehearseError(
      "RH-IMAGE-SIZE",
      `an image says ${width}×${height} ${excerpt(message.encoding)} in rows of ${step} bytes, but has ${message.data.length} bytes`,
      "the driver fills step or data wrongly, or the message was cut; step is the number of bytes from one row to the next",
      { details: { widthPx: width, heightPx: height, encoding: message.encoding, stepBytes: step, bytes: message.data.length } },
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

/** For cameras that publish compressed pictures only: decoding them would hold up the thread that keeps the control period. */
export function compressedRefusal(topic: string): RehearseError {
  return new RehearseError(
    "RH-IMAGE-COMPRESSED",
    `nobody publishes ${topic}, but ${topic}/compressed is there, and this node takes raw images`,
    `decompress beside it: ros2 run image_transport republish --ros-args -p in_transport:=compressed -p out_transport:=raw -r in/compressed:=${topic}/compressed -r out:=${topic}`,
    { details: { topic } },
  );
}
