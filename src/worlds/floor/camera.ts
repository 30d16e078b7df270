import type { Pose2 } from "../../core/body.js";
import { RehearseError } from "../../core/error.js";
import { clamp } from "../../math/angle.js";
import type { Box, FloorPlan } from "./plan.js";

export type Colour = readonly [red: number, green: number, blue: number];

export const FLOOR: Colour = [226, 226, 220];
export const WALL: Colour = [70, 74, 82];
/** They differ in every channel: where a disc is 4 pixels wide, its heading must still show. */
export const FRONT: Colour = [244, 96, 24];
export const REAR: Colour = [24, 62, 190];

/** Draws a floor with its body at a pose. */
export interface FloorCamera {
  /** @returns `[sizePx, sizePx, 3]`, a new buffer @throws RehearseError unless `sizePx` is a whole number from 8 to 2048 */
  draw(pose: Pose2, sizePx: number): Uint8Array;
}

/** What an overhead camera sees of a body: a disc, its front half in one colour and its rear half in another. */
export interface Mark {
  readonly radiusM: number;
  readonly front: Colour;
  readonly rear: Colour;
}

/**
 * The overhead camera faces straight down: image x = world +x, image y = world -y. Edges are anti-aliased by how much of a pixel they cover,
 * so that a picture changes smoothly with the pose.
 */
export class OverheadCamera implements FloorCamera {
  private readonly backgrounds = new Map<number, Uint8Array>();

  /** @param viewM side of the square that it sees, centred on the origin */
  constructor(
    private readonly plan: FloorPlan,
    private readonly viewM: number,
    private readonly mark: Mark,
  ) {}

  draw(pose: Pose2, sizePx: number): Uint8Array {
    const { viewM, mark } = this;
    const rgb = this.background(sizePx).slice();
    const pxM = viewM / sizePx;
    const centreX = (pose.xM + viewM / 2) / pxM;
    const centreY = (viewM / 2 - pose.yM) / pxM;
    const reach = mark.radiusM / pxM;
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
          const robot = mark.rear[c]! + front * (mark.front[c]! - mark.rear[c]!);
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
        throw new RehearseError("RH-WORLD-CAMERA", `a camera picture of ${sizePx} pixels a side`, "ask for a whole number from 8 to 2048", {
          details: { sizePx, minPx: 8, maxPx: 2048 },
        });
      }
      background = drawBackground(this.plan, this.viewM, sizePx);
      this.backgrounds.set(sizePx, background);
    }
    return background;
  }
}

function drawBackground({ arena, walls }: FloorPlan, viewM: number, sizePx: number): Uint8Array {
  const rgb = new Uint8Array(sizePx * sizePx * 3);
  for (let row = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      const fraction = (box: Box) => coverage(box, row, column, viewM, sizePx);
      const floor = fraction(arena) - walls.reduce((sum, wall) => sum + fraction(wall), 0);
      for (let c = 0; c < 3; c++) {
        rgb[(row * sizePx + column) * 3 + c] = Math.round(WALL[c]! + clamp(floor, 0, 1) * (FLOOR[c]! - WALL[c]!));
      }
    }
  }
  return rgb;
}

/** Share of a pixel that a box covers. */
function coverage(box: Box, row: number, column: number, viewM: number, sizePx: number): number {
  const pxM = viewM / sizePx;
  const x0 = -viewM / 2 + column * pxM;
  const y0 = viewM / 2 - (row + 1) * pxM;
  return (overlap(x0, x0 + pxM, box.minXM, box.maxXM) * overlap(y0, y0 + pxM, box.minYM, box.maxYM)) / (pxM * pxM);
}

function overlap(a0: number, a1: number, b0: number, b1: number): number {
  return Math.max(0, Math.min(a1, b1) - Math.max(a0, b0));
}
