import { short } from "./new-robot-file.js";

export interface NewCamera {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Horizontal angle of view. */
  readonly viewRad: number;
}

/** A camera-info file of a pinhole camera whose axis is its picture's middle: what is known of one before it is calibrated. */
export function newCameraFile({ name, widthPx, heightPx, viewRad }: NewCamera): string {
  const focalPx = widthPx / (2 * Math.tan(viewRad / 2));
  const [cx, cy] = [(widthPx - 1) / 2, (heightPx - 1) / 2];
  const matrix = (numbers: readonly number[]) => `[${numbers.map(short).join(", ")}]`;
  return `# The pictures as they arrive, ${widthPx} × ${heightPx} px, by a horizontal view of ${((viewRad * 180) / Math.PI).toFixed(0)}° and no distortion: put a calibration's numbers here.
image_width: ${widthPx}
image_height: ${heightPx}
camera_name: ${JSON.stringify(name)}
camera_matrix:
  rows: 3
  cols: 3
  data: ${matrix([focalPx, 0, cx, 0, focalPx, cy, 0, 0, 1])}
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: ${matrix([0, 0, 0, 0, 0])}
rectification_matrix:
  rows: 3
  cols: 3
  data: ${matrix([1, 0, 0, 0, 1, 0, 0, 0, 1])}
projection_matrix:
  rows: 3
  cols: 4
  data: ${matrix([focalPx, 0, cx, 0, 0, focalPx, cy, 0, 0, 0, 1, 0])}
`;
}
