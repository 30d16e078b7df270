import type { Pose2 } from "../../core/body.js";
import { RehearseError } from "../../core/error.js";
import { seededRandom } from "../../math/random.js";
import { type Box, rayEntry } from "../floor/plan.js";
import type { Flat } from "./flat.js";
import { type Colour, Paint } from "./paint.js";

export const FIELD_OF_VIEW_RAD = (100 * Math.PI) / 180;
/** Heights above the floor: of the camera, in the middle of the robot, and of the walls. */
export const CAMERA_HEIGHT_M = 0.5;
export const WALL_HEIGHT_M = 2.2;
export const FLOOR: Colour = [116, 96, 78];
export const CEILING: Colour = [232, 232, 226];

/** A flat face of a box or of the border: a line on the floor, along x or along y. */
interface Face {
  readonly paint: Paint;
  /** Its constant coordinate, and where along the other one it begins. */
  readonly atM: number;
  readonly beginM: number;
  readonly alongX: boolean;
}

/** Faces of a box, in this order. */
const SIDES = ["minXM", "maxXM", "minYM", "maxYM"] as const;
/** Nearer than this nothing is drawn: a camera in a wall sees the wall. */
const NEAR_M = 1e-3;

/**
 * A pinhole camera on the robot that faces straight ahead. What a column of pixels sees changes from one face to another only in the directions of
 * corners; so each column is cut there, each piece sees one face, and all of its edges and patterns are drawn by how much of a pixel they cover.
 * Pictures so change smoothly with the pose.
 */
export class Camera {
  private readonly solids: readonly Box[];
  private readonly faces: readonly Face[];
  private readonly corners: Float64Array;
  private readonly scratch = new Map<number, { cuts: Float64Array; sums: Float64Array }>();

  constructor(flat: Flat, seed: number) {
    this.solids = [flat.arena, ...flat.walls];
    this.faces = this.solids.flatMap((box, i) => SIDES.map((side) => faceOf(box, side, seed, `paint ${i} ${side}`)));
    this.corners = Float64Array.from(this.solids.flatMap((b) => [b.minXM, b.minYM, b.minXM, b.maxYM, b.maxXM, b.minYM, b.maxXM, b.maxYM]));
  }

  /** @returns `[sizePx, sizePx, 3]`, a new buffer @throws RehearseError unless `sizePx` is a whole number from 8 to 256 */
  draw(pose: Pose2, sizePx: number): Uint8Array {
    const { cuts, sums } = this.scratchOf(sizePx);
    sums.fill(0);
    const reach = Math.tan(FIELD_OF_VIEW_RAD / 2);
    const columnWidth = (2 * reach) / sizePx;
    const count = this.cut(pose, sizePx, reach, cuts);
    for (let i = 1; i < count; i++) {
      const from = cuts[i - 1]!;
      const to = cuts[i]!;
      if (to - from < 1e-9) continue;
      const column = Math.min(sizePx - 1, Math.floor(((from + to) / 2 + reach) / columnWidth));
      this.drawPiece(pose, from, to, (to - from) / columnWidth, column, sizePx, sums);
    }
    const rgb = new Uint8Array(sums.length);
    for (let i = 0; i < sums.length; i++) rgb[i] = sums[i]! + 0.5;
    return rgb;
  }

  /** Edges of columns and directions of corners, sorted: tangents of the angle to the right of straight ahead. @returns how many */
  private cut({ xM, yM, yawRad }: Pose2, sizePx: number, reach: number, cuts: Float64Array): number {
    const { corners } = this;
    const cos = Math.cos(yawRad);
    const sin = Math.sin(yawRad);
    let count = 0;
    for (; count <= sizePx; count++) cuts[count] = -reach + (2 * reach * count) / sizePx;
    for (let i = 0; i < corners.length; i += 2) {
      const dx = corners[i]! - xM;
      const dy = corners[i + 1]! - yM;
      const ahead = dx * cos + dy * sin;
      const right = dx * sin - dy * cos;
      if (ahead > NEAR_M && Math.abs(right) < reach * ahead) cuts[count++] = right / ahead;
    }
    cuts.subarray(0, count).sort();
    return count;
  }

  private drawPiece(pose: Pose2, from: number, to: number, weight: number, column: number, sizePx: number, sums: Float64Array): void {
    const cos = Math.cos(pose.yawRad);
    const sin = Math.sin(pose.yawRad);
    // A ray is so long that its depth, along the camera's axis, is 1.
    const middle = (from + to) / 2;
    const face = this.faceAlong(pose, cos + middle * sin, sin - middle * cos);
    const depthOf = (s: number) =>
      Math.max(NEAR_M, face.alongX ? (face.atM - pose.yM) / (sin - s * cos) : (face.atM - pose.xM) / (cos + s * sin));
    const placeOf = (s: number) =>
      (face.alongX ? pose.xM + depthOf(s) * (cos + s * sin) : pose.yM + depthOf(s) * (sin - s * cos)) - face.beginM;
    const a = placeOf(from);
    const b = placeOf(to);
    const { paint } = face;
    const red = paint.mean(0, a, b);
    const green = paint.mean(1, a, b);
    const blue = paint.mean(2, a, b);
    // One over the depth is linear across the picture: in the middle it is what it is on average.
    const rowM = (depthOf(middle) * 2 * Math.tan(FIELD_OF_VIEW_RAD / 2)) / sizePx;
    let aboveM = CAMERA_HEIGHT_M + (sizePx / 2) * rowM;
    let aboveShade = paint.shadeUpTo(Math.min(WALL_HEIGHT_M, Math.max(0, aboveM)));
    for (let row = 0; row < sizePx; row++) {
      const belowM = aboveM - rowM;
      const belowShade = paint.shadeUpTo(Math.min(WALL_HEIGHT_M, Math.max(0, belowM)));
      const shade = (weight * (aboveShade - belowShade)) / rowM;
      const ceiling = (weight * Math.max(0, aboveM - Math.max(WALL_HEIGHT_M, belowM))) / rowM;
      const floor = (weight * Math.max(0, Math.min(0, aboveM) - belowM)) / rowM;
      const at = (row * sizePx + column) * 3;
      sums[at] = sums[at]! + shade * red + ceiling * CEILING[0] + floor * FLOOR[0];
      sums[at + 1] = sums[at + 1]! + shade * green + ceiling * CEILING[1] + floor * FLOOR[1];
      sums[at + 2] = sums[at + 2]! + shade * blue + ceiling * CEILING[2] + floor * FLOOR[2];
      aboveM = belowM;
      aboveShade = belowShade;
    }
  }

  /** What a ray meets first. */
  private faceAlong({ xM, yM }: Pose2, dx: number, dy: number): Face {
    let nearest = Number.POSITIVE_INFINITY;
    let solid = 0;
    for (let i = 1; i < this.solids.length; i++) {
      const depth = rayEntry(xM, yM, dx, dy, this.solids[i]!);
      if (depth < nearest) {
        nearest = depth;
        solid = i;
      }
    }
    const box = this.solids[solid]!;
    // The face of a box that a ray enters by is the further one of the two that it crosses; the border's, from within, the nearer one.
    const toX = (dx > 0 === solid > 0 ? box.minXM : box.maxXM) - xM;
    const toY = (dy > 0 === solid > 0 ? box.minYM : box.maxYM) - yM;
    const depthX = dx === 0 ? Number.NaN : toX / dx;
    const depthY = dy === 0 ? Number.NaN : toY / dy;
    const byX = solid > 0 ? !(depthX < depthY) : !(depthX > depthY);
    const crossesX = Number.isNaN(depthX) ? false : Number.isNaN(depthY) ? true : byX;
    const side = crossesX ? (dx > 0 === solid > 0 ? 0 : 1) : dy > 0 === solid > 0 ? 2 : 3;
    return this.faces[solid * 4 + side]!;
  }

  private scratchOf(sizePx: number) {
    let scratch = this.scratch.get(sizePx);
    if (!scratch) {
      if (!Number.isInteger(sizePx) || sizePx < 8 || sizePx > 256) {
        throw new RehearseError("RH-WORLD-CAMERA", `a camera picture of ${sizePx} pixels a side`, "ask for a whole number from 8 to 256", {
          details: { sizePx, minPx: 8, maxPx: 256 },
        });
      }
      scratch = { cuts: new Float64Array(sizePx + 1 + this.corners.length / 2), sums: new Float64Array(sizePx * sizePx * 3) };
      this.scratch.set(sizePx, scratch);
    }
    return scratch;
  }
}

function faceOf(box: Box, side: (typeof SIDES)[number], seed: number, label: string): Face {
  const alongX = side === "minYM" || side === "maxYM";
  const beginM = alongX ? box.minXM : box.minYM;
  const lengthM = (alongX ? box.maxXM : box.maxYM) - beginM;
  return { paint: new Paint(lengthM, WALL_HEIGHT_M, seededRandom(seed).fork(label)), atM: box[side], beginM, alongX };
}
