import type { LinkGeometry } from "../core/robot-description.js";
import { clamp } from "../math/angle.js";

/** Of the search for the least distance from a segment to a box: the interval shrinks to 2e-4 of the segment. */
const SEARCHES = 18;
/** What is surely farther away than this is not searched: a lower bound does. */
const FAR_M = 0.3;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Where the capsules of an arm are for positions of its joints, and how far they are from boxes and from each other. Nothing is allocated after the start: a decision needs
 * hundreds of poses. Forward kinematics by the product of the frames (Craig, Introduction to Robotics, 3.6); rotations about an axis by Rodrigues' formula.
 */
export class LinkDistances {
  /** Each box with each capsule that moves, then each pair of capsules. */
  readonly distancesM: Float64Array;
  /** How many of them are distances to boxes. */
  readonly boxCount: number;
  /** No point of a link moves farther than so much for one radian of a joint, by its index. */
  readonly reachM: readonly number[];
  /** Translation, then rotation row by row, of each frame in the base. */
  private readonly placed: Float64Array;
  private readonly turned = new Float64Array(9);
  /** Both ends of each capsule in the base. */
  private readonly ends: Float64Array;
  private readonly moving: readonly number[];

  constructor(
    private readonly geometry: LinkGeometry,
    joints: number,
  ) {
    const { frames, capsules, pairs, keepOutBoxesM } = geometry;
    this.placed = new Float64Array(12 * frames.length);
    this.ends = new Float64Array(6 * capsules.length);
    const moves = (frame: number): boolean => frame >= 0 && (frames[frame]!.joint !== undefined || moves(frames[frame]!.parent));
    this.moving = capsules.flatMap(({ frame }, i) => (moves(frame) ? [i] : []));
    this.boxCount = keepOutBoxesM.length * this.moving.length;
    this.distancesM = new Float64Array(this.boxCount + pairs.length);
    this.reachM = Array.from({ length: joints }, (_, joint) => reachOf(geometry, joint));
    this.place(Array.from({ length: joints }, () => 0));
  }

  /** Computes the distances, less the radii, metres: negative where something is inside. */
  measure(positionsRad: ArrayLike<number>): Float64Array {
    this.place(positionsRad);
    const { capsules, pairs, keepOutBoxesM } = this.geometry;
    const { distancesM, ends } = this;
    let k = 0;
    for (const { min, max } of keepOutBoxesM) {
      for (const i of this.moving) distancesM[k++] = segmentToBox(ends, 6 * i, min, max) - capsules[i]!.radiusM;
    }
    for (const [i, j] of pairs) distancesM[k++] = segmentToSegment(ends, 6 * i, 6 * j) - capsules[i]!.radiusM - capsules[j]!.radiusM;
    return distancesM;
  }

  private place(positionsRad: ArrayLike<number>): void {
    const { frames, capsules } = this.geometry;
    const { placed, turned, ends } = this;
    for (let f = 0; f < frames.length; f++) {
      const { parent, translationM: t, rotation, joint } = frames[f]!;
      if (joint === undefined) turned.set(rotation);
      else turn(turned, rotation, joint.axis, positionsRad[joint.index]!);
      const at = 12 * f;
      if (parent < 0) {
        placed.set(t, at);
        placed.set(turned, at + 3);
        continue;
      }
      const p = 12 * parent;
      for (let r = 0; r < 3; r++) {
        const row = p + 3 + 3 * r;
        const [a, b, c] = [placed[row]!, placed[row + 1]!, placed[row + 2]!];
        placed[at + r] = placed[p + r]! + a * t[0] + b * t[1] + c * t[2];
        for (let col = 0; col < 3; col++) placed[at + 3 + 3 * r + col] = a * turned[col]! + b * turned[3 + col]! + c * turned[6 + col]!;
      }
    }
    for (let i = 0; i < capsules.length; i++) {
      const { frame, fromM, toM } = capsules[i]!;
      if (frame < 0) {
        ends.set(fromM, 6 * i);
        ends.set(toM, 6 * i + 3);
        continue;
      }
      const p = 12 * frame;
      for (let r = 0; r < 3; r++) {
        const row = p + 3 + 3 * r;
        ends[6 * i + r] = placed[p + r]! + placed[row]! * fromM[0] + placed[row + 1]! * fromM[1] + placed[row + 2]! * fromM[2];
        ends[6 * i + 3 + r] = placed[p + r]! + placed[row]! * toM[0] + placed[row + 1]! * toM[1] + placed[row + 2]! * toM[2];
      }
    }
  }
}

/** The longest distance from a joint's frame to anything that hangs on it, along the links: a bound for every pose. */
function reachOf({ frames, capsules }: LinkGeometry, joint: number): number {
  const from = frames.findIndex((frame) => frame.joint?.index === joint);
  const pathM = (frame: number): number => {
    if (frame === from) return 0;
    if (frame < 0) return Number.NaN;
    return pathM(frames[frame]!.parent) + Math.hypot(...frames[frame]!.translationM);
  };
  let reachM = 0;
  for (const { frame, fromM, toM, radiusM } of capsules) {
    const m = pathM(frame) + Math.max(Math.hypot(...fromM), Math.hypot(...toM)) + radiusM;
    // NaN: it does not hang on this joint.
    if (m > reachM) reachM = m;
  }
  return reachM;
}

/** `rotation` followed by a turn about the axis. */
function turn(into: Float64Array, rotation: ArrayLike<number>, [x, y, z]: readonly [number, number, number], rad: number): void {
  const [c, s] = [Math.cos(rad), Math.sin(rad)];
  const v = 1 - c;
  const [a0, a1, a2] = [c + x * x * v, x * y * v - z * s, x * z * v + y * s];
  const [b0, b1, b2] = [y * x * v + z * s, c + y * y * v, y * z * v - x * s];
  const [c0, c1, c2] = [z * x * v - y * s, z * y * v + x * s, c + z * z * v];
  for (let r = 0; r < 9; r += 3) {
    const [p, q, w] = [rotation[r]!, rotation[r + 1]!, rotation[r + 2]!];
    into[r] = p * a0 + q * b0 + w * c0;
    into[r + 1] = p * a1 + q * b1 + w * c1;
    into[r + 2] = p * a2 + q * b2 + w * c2;
  }
}

/** Between two segments `[x0, y0, z0, x1, y1, z1]` at `i` and `j` (Ericson, Real-Time Collision Detection, 5.1.9). */
export function segmentToSegment(e: ArrayLike<number>, i: number, j: number): number {
  const [ux, uy, uz] = [e[i + 3]! - e[i]!, e[i + 4]! - e[i + 1]!, e[i + 5]! - e[i + 2]!];
  const [vx, vy, vz] = [e[j + 3]! - e[j]!, e[j + 4]! - e[j + 1]!, e[j + 5]! - e[j + 2]!];
  const [wx, wy, wz] = [e[i]! - e[j]!, e[i + 1]! - e[j + 1]!, e[i + 2]! - e[j + 2]!];
  const a = ux * ux + uy * uy + uz * uz;
  const c = vx * vx + vy * vy + vz * vz;
  const b = ux * vx + uy * vy + uz * vz;
  const d = ux * wx + uy * wy + uz * wz;
  const f = vx * wx + vy * wy + vz * wz;
  const det = a * c - b * b;
  let s = det > 1e-12 * a * c ? clamp((b * f - c * d) / det, 0, 1) : 0;
  let t = c > 0 ? (b * s + f) / c : 0;
  if (t < 0 || t > 1) {
    t = clamp(t, 0, 1);
    s = a > 0 ? clamp((b * t - d) / a, 0, 1) : 0;
  } else if (c === 0) s = a > 0 ? clamp(-d / a, 0, 1) : 0;
  return Math.hypot(wx + s * ux - t * vx, wy + s * uy - t * vy, wz + s * uz - t * vz);
}

/** From a segment to a box along the axes; beyond `FAR_M` a lower bound of it. Along a line the distance to a convex body is convex: its least value is searched by golden sections. */
export function segmentToBox(e: ArrayLike<number>, i: number, min: ArrayLike<number>, max: ArrayLike<number>): number {
  const at = (s: number): number => {
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      const x = e[i + k]! + s * (e[i + 3 + k]! - e[i + k]!);
      const off = x < min[k]! ? min[k]! - x : x > max[k]! ? x - max[k]! : 0;
      sum += off * off;
    }
    return sum;
  };
  const halfM = Math.hypot(e[i + 3]! - e[i]!, e[i + 4]! - e[i + 1]!, e[i + 5]! - e[i + 2]!) / 2;
  const boundM = Math.sqrt(at(0.5)) - halfM;
  if (boundM > FAR_M) return boundM;
  let [low, high] = [0, 1];
  let [left, right] = [1 - GOLDEN, GOLDEN];
  let [atLeft, atRight] = [at(left), at(right)];
  for (let k = 0; k < SEARCHES; k++) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = at(right);
    }
  }
  return Math.sqrt(Math.min(atLeft, atRight, at(0), at(1)));
}
