import type { CameraFrame } from "../core/sensors.js";

/** A point of the picture to mark, in its pixels. */
export interface Mark {
  readonly xPx: number;
  readonly yPx: number;
  readonly rgb: readonly [number, number, number];
}

/**
 * A picture as lines of text, two pixels a character (upper half block), in 24-bit colour.
 * @param marks drawn over it, later ones above earlier ones
 */
export function pictureLines({ width, height, rgb }: CameraFrame, marks: readonly Mark[]): string[] {
  const pixels = Uint8Array.from(rgb);
  for (const { xPx, yPx, rgb: colour } of marks) {
    const x = Math.round(xPx);
    const y = Math.round(yPx);
    if (x >= 0 && x < width && y >= 0 && y < height) pixels.set(colour, (y * width + x) * 3);
  }
  const at = (x: number, y: number) => {
    const i = (Math.min(y, height - 1) * width + x) * 3;
    return `${pixels[i]};${pixels[i + 1]};${pixels[i + 2]}`;
  };
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let line = "";
    let last = "";
    for (let x = 0; x < width; x++) {
      const colours = `\u001b[38;2;${at(x, y)}m\u001b[48;2;${at(x, y + 1)}m`;
      line += colours === last ? "▀" : `${colours}▀`;
      last = colours;
    }
    lines.push(`${line}\u001b[0m`);
  }
  return lines;
}

/** Two blocks of lines beside each other; `left` has no width of its own in characters, so it is given. */
export function beside(left: readonly string[], leftWidth: number, right: readonly string[]): string[] {
  const blank = " ".repeat(leftWidth);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => `${left[i] ?? blank}  ${right[i] ?? ""}`);
}

/** A value on a scale from 0 to `max`, as a bar. */
export function bar(value: number, max: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, value / max)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

/** Draws frame over frame without flicker: each line is overwritten in place. */
export function repaint(lines: readonly string[]): string {
  return `\u001b[H${lines.map((line) => `${line}\u001b[K`).join("\n")}\u001b[J`;
}

export const ENTER_SCREEN = "\u001b[?1049h\u001b[?25l\u001b[2J";
export const LEAVE_SCREEN = "\u001b[?25h\u001b[?1049l";
