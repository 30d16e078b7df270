import type { CameraFrame } from "../core/sensors.js";

/** Noise of a dark sensor stays below this many of 255 shades; any scene worth planning in spans more. */
const UNIFORM_SHADES = 8;

/** What can be wrong with a picture whose stamp is fresh; `size`: not one that the model takes. */
export type FrameFault = "size" | "uniform" | "frozen";

/**
 * What can be seen to be wrong with a picture whose stamp is fresh: `uniform` (lens covered, black, white: all pixels within a few
 * shades of one another) or `frozen` (bit for bit the previous picture, although the body moved in between).
 */
export function frameFault(
  frame: CameraFrame,
  previous: CameraFrame | undefined,
  bodyMoved: boolean,
): Exclude<FrameFault, "size"> | undefined {
  if (isUniform(frame.rgb)) return "uniform";
  if (bodyMoved && previous !== undefined && previous.rgb !== frame.rgb && Buffer.compare(previous.rgb, frame.rgb) === 0) return "frozen";
  return undefined;
}

function isUniform(rgb: Uint8Array): boolean {
  const low = [255, 255, 255];
  const high = [0, 0, 0];
  for (let i = 0; i < rgb.length; i++) {
    const channel = i % 3;
    const shade = rgb[i]!;
    if (shade < low[channel]!) low[channel] = shade;
    if (shade > high[channel]!) high[channel] = shade;
    if (high[channel]! - low[channel]! >= UNIFORM_SHADES) return false;
  }
  return true;
}
