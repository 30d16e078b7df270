import { RehearseError } from "../core/error.js";
import type { ImageFormat } from "../core/model.js";
import type { CameraFrame } from "../core/sensors.js";

/**
 * A frame at the size the model takes. Of that size: the frame itself, not a copy. Larger by the same whole factor in both directions
 * and `downsample` is `area`: the mean of each factor × factor square, rounded to nearest, which is what a camera with that many fewer
 * pixels would have seen. Everything else throws RH-FRAME-SIZE: a stretched or cropped picture would shift what the model reads from it.
 */
export function fitFrame(frame: CameraFrame, size: ImageFormat): CameraFrame {
  const { widthPx, heightPx } = size;
  const misfit = frameMisfit(frame, size);
  if (misfit !== undefined) throw misfit;
  const factor = frame.width / widthPx;
  if (factor === 1) return frame;
  return { stampNs: frame.stampNs, width: widthPx, height: heightPx, rgb: areaMean(frame.rgb, widthPx, heightPx, factor) };
}

/** RH-FRAME-SIZE for what `fitFrame` can't bring to this size. */
export function frameMisfit(frame: CameraFrame, size: ImageFormat): RehearseError | undefined {
  const { widthPx, heightPx } = size;
  const factor = frame.width / widthPx;
  const isMultiple = factor === 1 || (size.downsample === "area" && Number.isInteger(factor) && factor > 1);
  if (frame.rgb.length === frame.width * frame.height * 3 && isMultiple && frame.height === heightPx * factor) return undefined;
  const multiples = size.downsample === "area" ? " or a whole multiple of it" : "";
  return new RehearseError(
    "RH-FRAME-SIZE",
    `a frame of ${frame.width} × ${frame.height} px with ${frame.rgb.length} bytes; the model takes ${widthPx} × ${heightPx} px of rgb8${multiples}`,
    `set the camera driver (or an image_proc resize node) to ${widthPx} × ${heightPx}`,
    { details: { found: { widthPx: frame.width, heightPx: frame.height, bytes: frame.rgb.length }, expected: { widthPx, heightPx } } },
  );
}

function areaMean(rgb: Uint8Array, width: number, height: number, factor: number): Uint8Array {
  const small = new Uint8Array(width * height * 3);
  const stride = width * factor * 3;
  const area = factor * factor;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let dy = 0; dy < factor; dy++) {
          const start = (y * factor + dy) * stride + x * factor * 3 + channel;
          for (let dx = 0; dx < factor; dx++) sum += rgb[start + dx * 3]!;
        }
        small[(y * width + x) * 3 + channel] = Math.round(sum / area);
      }
  return small;
}
