import type { CameraFrame } from "../core/sensors.js";

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
