import { RehearseError } from "../../core/error.js";
import { clamp } from "../../math/angle.js";
import { INSIDE_M, VIEW_M } from "./table.js";

export type Colour = readonly [red: number, green: number, blue: number];

/** Any two of them differ in every channel: at 64 × 64 the pusher is 4 pixels wide, and must show against everything. */
export const FLOOR: Colour = [226, 226, 220];
export const PUSHER: Colour = [244, 96, 24];
export const THING: Colour = [24, 62, 190];
const WALL: Colour = [70, 74, 82];

/**
 * A table seen from straight above: image x = world +x, image y = world -y, the middle of the picture is the origin. Edges are anti-aliased by
 * how much of a pixel is covered, so that a picture changes smoothly with what it shows.
 */
export class Picture {
  /** `[sizePx, sizePx, 3]` */
  readonly rgb: Uint8Array;
  private readonly perM: number;

  /** An empty table. @throws RehearseError unless `sizePx` is a whole number from 8 to 2048 */
  constructor(readonly sizePx: number) {
    if (!Number.isInteger(sizePx) || sizePx < 8 || sizePx > 2048) {
      throw new RehearseError("RH-WORLD-CAMERA", `a camera picture of ${sizePx} pixels a side`, "ask for a whole number from 8 to 2048", {
        details: { sizePx, minPx: 8, maxPx: 2048 },
      });
    }
    this.perM = sizePx / VIEW_M;
    this.rgb = emptyTable(sizePx).slice();
  }

  disc(xM: number, yM: number, radiusM: number, colour: Colour): void {
    const { sizePx, perM, rgb } = this;
    const centreX = sizePx / 2 + xM * perM;
    const centreY = sizePx / 2 - yM * perM;
    const reach = radiusM * perM;
    // The pixels whose centre is less than half a pixel outside the disc.
    const left = Math.max(0, Math.floor(centreX - reach));
    const right = Math.min(sizePx - 1, Math.floor(centreX + reach));
    const top = Math.max(0, Math.floor(centreY - reach));
    const bottom = Math.min(sizePx - 1, Math.floor(centreY + reach));
    for (let row = top; row <= bottom; row++) {
      const dy = row + 0.5 - centreY;
      for (let column = left; column <= right; column++) {
        const dx = column + 0.5 - centreX;
        const covered = clamp(0.5 + reach - Math.sqrt(dx * dx + dy * dy), 0, 1);
        if (covered > 0) blend(rgb, (row * sizePx + column) * 3, covered, colour);
      }
    }
  }

  /** A simple polygon, clockwise or anticlockwise. @param cornersM `[x0, y0, x1, y1, …]` */
  polygon(cornersM: ArrayLike<number>, colour: Colour): void {
    const { sizePx, perM, rgb } = this;
    const areas = areasFor(sizePx);
    let top = sizePx;
    let bottom = -1;
    for (let i = 0; i < cornersM.length; i += 2) {
      const j = (i + 2) % cornersM.length;
      const y0 = sizePx / 2 - cornersM[i + 1]! * perM;
      const y1 = sizePx / 2 - cornersM[j + 1]! * perM;
      addEdge(areas, sizePx, sizePx / 2 + cornersM[i]! * perM, y0, sizePx / 2 + cornersM[j]! * perM, y1);
      top = Math.min(top, y0);
      bottom = Math.max(bottom, y0);
    }
    const lastRow = Math.min(sizePx - 1, Math.floor(bottom));
    for (let row = Math.max(0, Math.floor(top)); row <= lastRow; row++) {
      const from = row * (sizePx + 2);
      let sum = 0;
      for (let column = 0; column < sizePx; column++) {
        sum += areas[from + column]!;
        const covered = Math.min(1, Math.abs(sum));
        if (covered > 1e-9) blend(rgb, (row * sizePx + column) * 3, covered, colour);
      }
      areas.fill(0, from, from + sizePx + 2);
    }
  }
}

function blend(rgb: Uint8Array, at: number, covered: number, colour: Colour): void {
  for (let c = 0; c < 3; c++) rgb[at + c] = Math.round(rgb[at + c]! + covered * (colour[c]! - rgb[at + c]!));
}

/**
 * Adds a directed edge to what its running sum along a row turns into covered areas: a pixel's sum is the area between it, the edge and the
 * left of the picture, so that the edges of a polygon together leave the area inside.
 */
function addEdge(areas: Float64Array, sizePx: number, ax: number, ay: number, bx: number, by: number): void {
  if (ay === by) return;
  const direction = ay < by ? 1 : -1;
  const [x0, y0, x1, y1] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
  const slope = (x1 - x0) / (y1 - y0);
  const end = Math.min(sizePx, y1);
  for (let row = Math.max(0, Math.floor(y0)); row < end; row++) {
    const from = Math.max(row, y0);
    const to = Math.min(row + 1, y1);
    const xFrom = clamp(x0 + slope * (from - y0), 0, sizePx);
    const xTo = clamp(x0 + slope * (to - y0), 0, sizePx);
    const height = direction * (to - from);
    const low = Math.min(xFrom, xTo);
    const high = Math.max(xFrom, xTo);
    const at = row * (sizePx + 2);
    let before = 0;
    for (let column = Math.floor(low); column <= high + 1 && column <= sizePx; column++) {
      const covered = height * (leftOf(column + 1, low, high) - leftOf(column, low, high));
      areas[at + column] = areas[at + column]! + covered - before;
      before = covered;
    }
  }
}

/** Mean of max(0, x - X) for X uniform between `low` and `high`. */
function leftOf(x: number, low: number, high: number): number {
  if (x <= low) return 0;
  if (x >= high) return x - (low + high) / 2;
  return ((x - low) * (x - low)) / (2 * (high - low));
}

/** Scratch by size, all zeros between uses: `sizePx` rows of two entries more than there are pixels. */
const scratches = new Map<number, Float64Array>();

function areasFor(sizePx: number): Float64Array {
  let areas = scratches.get(sizePx);
  if (!areas) {
    areas = new Float64Array(sizePx * (sizePx + 2));
    scratches.set(sizePx, areas);
  }
  return areas;
}

const emptyTables = new Map<number, Uint8Array>();

function emptyTable(sizePx: number): Uint8Array {
  let rgb = emptyTables.get(sizePx);
  if (!rgb) {
    rgb = new Uint8Array(sizePx * sizePx * 3);
    // What of each row, and of each column, lies inside the walls.
    const inside = Array.from({ length: sizePx }, (_, i) => {
      const from = (i / sizePx - 0.5) * VIEW_M;
      const to = ((i + 1) / sizePx - 0.5) * VIEW_M;
      return Math.max(0, Math.min(to, INSIDE_M) - Math.max(from, -INSIDE_M)) / (to - from);
    });
    for (let i = 0; i < sizePx * sizePx; i++) {
      for (let c = 0; c < 3; c++) rgb[i * 3 + c] = WALL[c]!;
      blend(rgb, i * 3, inside[Math.floor(i / sizePx)]! * inside[i % sizePx]!, FLOOR);
    }
    emptyTables.set(sizePx, rgb);
  }
  return rgb;
}
