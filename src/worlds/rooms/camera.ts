import type { Pose2 } from "../../core/body.js";
import { RehearseError } from "../../core/error.js";
import { clamp } from "../../math/angle.js";
import type { Box, RoomsMap } from "./map.js";

type Colour = readonly [red: number, green: number, blue: number];

/** The robot's front half and rear half differ in every channel: at 64 × 64 its disc is 4 pixels wide, and its heading must still show. */
export const FLOOR: Colour = [226, 226, 220];
export const WALL: Colour = [70, 74, 82];
export const FRONT: Colour = [244, 96, 24];
export const REAR: Colour = [24, 62, 190];

/** Side of the square that the camera sees, centred on the arena. */
export const VIEW_M = 4.4;

/**
 * The overhead camera: looks straight down, image x = world +x, image y = world -y. Edges are anti-aliased by how much of a pixel they cover,
 * so that a picture changes smoothly with the pose.
 */
export class Camera {
  private readonly backgrounds = new Map<number, Uint8Array>();

  constructor(
    private readonly map: RoomsMap,
    private readonly radiusM: number,
  ) {}

  /** @returns `[sizePx, sizePx, 3]`, a new buffer @throws RehearseError unless `sizePx` is a whole number from 8 to 2048 */
  draw(pose: Pose2, sizePx: number): Uint8Array {
    const rgb = this.background(sizePx).slice();
    const pxM = VIEW_M / sizePx;
    const centreX = (pose.xM + VIEW_M / 2) / pxM;
    const centreY = (VIEW_M / 2 - pose.yM) / pxM;
    const reach = this.radiusM / pxM;
    // In the picture y points down, hence the sign of the heading.
    const cos = Math.cos(pose.yawRad);
    const sin = -Math.sin(pose.yawRad);
    // The pixels whose centre is less than half a pixel outside the disc.
    const left = Math.max(0, Math.floor(centreX - reach));
    const right = Math.min(sizePx - 1, Math.floor(centreX + reach));
    const top = Math.max(0, Math.floor(centreY - reach));
    const bottom = Math.min(sizePx - 1, Math.floor(centreY + reach));
    for (let row = top; row <= bottom; row++) {
      const dy = row + 0.5 - centreY;
      for (let column = left; column <= right; column++) {
        const dx = column + 0.5 - centreX;
        const body = clamp(0.5 + reach - Math.sqrt(dx * dx + dy * dy), 0, 1);
        if (body === 0) continue;
        const front = clamp(0.5 + dx * cos + dy * sin, 0, 1);
        const at = (row * sizePx + column) * 3;
        for (let c = 0; c < 3; c++) {
          const robot = REAR[c]! + front * (FRONT[c]! - REAR[c]!);
          rgb[at + c] = Math.round(rgb[at + c]! + body * (robot - rgb[at + c]!));
        }
      }
    }
    return rgb;
  }

  private background(sizePx: number): Uint8Array {
    let background = this.backgrounds.get(sizePx);
    if (!background) {
      if (!Number.isInteger(sizePx) || sizePx < 8 || sizePx > 2048) {
        throw new RehearseError("RH-WORLD-CAMERA", `a camera picture of ${sizePx} pixels a side`, "ask for a whole number from 8 to 2048");
      }
      background = drawBackground(this.map, sizePx);
      this.backgrounds.set(sizePx, background);
    }
    return background;
  }
}

function drawBackground(map: RoomsMap, sizePx: number): Uint8Array {
  const rgb = new Uint8Array(sizePx * sizePx * 3);
  for (let row = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      const floor = coverage(map.arena, row, column, sizePx) - map.walls.reduce((sum, w) => sum + coverage(w, row, column, sizePx), 0);
      for (let c = 0; c < 3; c++) {
        rgb[(row * sizePx + column) * 3 + c] = Math.round(WALL[c]! + clamp(floor, 0, 1) * (FLOOR[c]! - WALL[c]!));
      }
    }
  }
  return rgb;
}

/** Share of a pixel that a box covers. */
function coverage(box: Box, row: number, column: number, sizePx: number): number {
  const pxM = VIEW_M / sizePx;
  const x0 = -VIEW_M / 2 + column * pxM;
  const y0 = VIEW_M / 2 - (row + 1) * pxM;
  return (overlap(x0, x0 + pxM, box.minXM, box.maxXM) * overlap(y0, y0 + pxM, box.minYM, box.maxYM)) / (pxM * pxM);
}

function overlap(a0: number, a1: number, b0: number, b1: number): number {
  return Math.max(0, Math.min(a1, b1) - Math.max(a0, b0));
}
