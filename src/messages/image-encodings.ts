import { RehearseError } from "../core/error.js";
import { excerpt } from "../core/visible-text.js";

/** Where red, green and blue are within one pixel, and its size in bytes. */
export interface PixelLayout {
  readonly bytes: number;
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** The encodings of `sensor_msgs/image_encodings.hpp` that hold 8 bits a channel. OpenCV, from which names like 8UC3 come, has blue first. */
const LAYOUTS: ReadonlyMap<string, PixelLayout> = new Map([
  ["rgb8", { bytes: 3, r: 0, g: 1, b: 2 }],
  ["bgr8", { bytes: 3, r: 2, g: 1, b: 0 }],
  ["rgba8", { bytes: 4, r: 0, g: 1, b: 2 }],
  ["bgra8", { bytes: 4, r: 2, g: 1, b: 0 }],
  ["mono8", { bytes: 1, r: 0, g: 0, b: 0 }],
  ["8UC1", { bytes: 1, r: 0, g: 0, b: 0 }],
  ["8UC3", { bytes: 3, r: 2, g: 1, b: 0 }],
  ["8UC4", { bytes: 4, r: 2, g: 1, b: 0 }],
]);

/** What to do about the families of encodings that are not decoded here. */
const CONVERSIONS: readonly (readonly [family: RegExp, fix: string])[] = [
  [/^bayer_/, "debayer it beside the camera: ros2 run image_proc debayer_node"],
  [/yuv|uyvy|yuyv|^nv\d/i, "have the camera driver convert it (usb_cam: pixel_format yuyv2rgb; v4l2_camera: output_encoding rgb8)"],
  [/16|32|64/, "name the topic of the colour picture: this is a depth picture, or one of more than 8 bits a channel"],
];

/** @throws RehearseError RH-IMAGE-ENCODING, which names the encoding and says how to convert it */
export function pixelLayout(encoding: string): PixelLayout {
  const layout = LAYOUTS.get(encoding);
  if (layout !== undefined) return layout;
  const conversion = CONVERSIONS.find(([family]) => family.test(encoding))?.[1] ?? "image_proc or a setting of the driver can convert";
  const known = [...LAYOUTS.keys()];
  throw new RehearseError(
    "RH-IMAGE-ENCODING",
    `an image has encoding "${excerpt(encoding)}", which is not known here`,
    `${conversion}; known are ${known.join(", ")}`,
    { details: { encoding, known } },
  );
}
