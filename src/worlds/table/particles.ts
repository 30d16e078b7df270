import { clamp } from "../../math/angle.js";
import type { Pusher } from "./pusher.js";
import { INSIDE_M, PUSHER_RADIUS_M } from "./table.js";

/** Joins particle `a` with `b`: `lengthM` apart, or at least that far. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly lengthM: number;
  readonly atLeast: boolean;
}

const ITERATIONS = 16;
/** More than a step can close: pairs farther apart than that are left alone in it. */
const MARGIN_M = 0.012;
/** Deeper than this the pusher gets into a particle only when that one is blocked. */
const DEEPEST_M = 0.002;
/** Where two centres coincide any direction is right; this one is always the same. */
const ANY = { x: 1, y: 0 } as const;

/**
 * Discs on a table moved by position-based dynamics (Müller et al., 2007), the method of PyFleX: what overlaps is moved apart, what is joined is
 * brought together, a few times over, in an order that is always the same. There is no velocity: friction stops what is not pushed. While the
 * pusher touches nothing nothing moves.
 */
export class Particles {
  /** `[x0, y0, x1, y1, …]`, metres. */
  readonly positions: Float64Array;
  private readonly pairs: Int32Array;

  /** @param links worked off in their order, then backwards, in turn; a pair that is linked may overlap */
  constructor(
    readonly count: number,
    readonly radiusM: number,
    private readonly links: readonly Link[] = [],
  ) {
    this.positions = new Float64Array(2 * count);
    this.pairs = new Int32Array(count * (count - 1));
  }

  touches(xM: number, yM: number): boolean {
    const { positions } = this;
    const reach2 = (PUSHER_RADIUS_M + this.radiusM) ** 2;
    for (let i = 0; i < positions.length; i += 2) {
      if ((positions[i]! - xM) ** 2 + (positions[i + 1]! - yM) ** 2 < reach2) return true;
    }
    return false;
  }

  step(pusher: Pusher): void {
    if (!this.touches(pusher.xM, pusher.yM)) return;
    this.relax(pusher);
    this.holdBack(pusher);
  }

  /** Brings everything into order around a pusher that stands where it is; without one: by itself. */
  relax(pusher?: Pusher): void {
    const pairs = this.near();
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      if (pusher) this.yieldTo(pusher);
      const { length } = this.links;
      for (let k = 0; k < length; k++) this.join(this.links[iteration % 2 === 0 ? k : length - 1 - k]!);
      for (let k = 0; k < pairs; k += 2) this.apart(this.pairs[k]!, this.pairs[k + 1]!, 2 * this.radiusM);
      this.stayInside();
    }
  }

  /** Notes the pairs that could come to touch in this step. @returns how many entries of `pairs` that takes */
  private near(): number {
    const { positions, pairs, links } = this;
    const reach = 2 * this.radiusM + MARGIN_M;
    const linked = links.length > 0 ? 2 : 0;
    let used = 0;
    for (let i = 0; i < positions.length; i += 2) {
      for (let j = i + 2 + linked; j < positions.length; j += 2) {
        const dx = Math.abs(positions[i]! - positions[j]!);
        if (dx >= reach || Math.abs(positions[i + 1]! - positions[j + 1]!) >= reach) continue;
        pairs[used++] = i;
        pairs[used++] = j;
      }
    }
    return used;
  }

  private yieldTo(pusher: Pusher): void {
    const { positions } = this;
    const reach = PUSHER_RADIUS_M + this.radiusM;
    for (let i = 0; i < positions.length; i += 2) {
      const dx = positions[i]! - pusher.xM;
      const dy = positions[i + 1]! - pusher.yM;
      const square = dx * dx + dy * dy;
      if (square >= reach * reach) continue;
      const distance = Math.sqrt(square);
      positions[i] = pusher.xM + reach * (distance > 0 ? dx / distance : ANY.x);
      positions[i + 1] = pusher.yM + reach * (distance > 0 ? dy / distance : ANY.y);
    }
  }

  private join({ a, b, lengthM, atLeast }: Link): void {
    const [i, j] = [2 * a, 2 * b];
    const { positions } = this;
    const dx = positions[j]! - positions[i]!;
    const dy = positions[j + 1]! - positions[i + 1]!;
    if (!atLeast && dx * dx + dy * dy > lengthM * lengthM) this.move(i, j, dx, dy, lengthM);
    else this.apart(i, j, lengthM);
  }

  /** @param i first entry of a particle in `positions` */
  private apart(i: number, j: number, lengthM: number): void {
    const { positions } = this;
    const dx = positions[j]! - positions[i]!;
    const dy = positions[j + 1]! - positions[i + 1]!;
    if (dx * dx + dy * dy < lengthM * lengthM) this.move(i, j, dx, dy, lengthM);
  }

  /** Moves both by the same distance, until they are `lengthM` apart. */
  private move(i: number, j: number, dx: number, dy: number, lengthM: number): void {
    const { positions } = this;
    const distance = Math.sqrt(dx * dx + dy * dy);
    const half = (lengthM - distance) / 2;
    const x = half * (distance > 0 ? dx / distance : ANY.x);
    const y = half * (distance > 0 ? dy / distance : ANY.y);
    positions[i] = positions[i]! - x;
    positions[i + 1] = positions[i + 1]! - y;
    positions[j] = positions[j]! + x;
    positions[j + 1] = positions[j + 1]! + y;
  }

  private stayInside(): void {
    const { positions } = this;
    const most = INSIDE_M - this.radiusM;
    for (let i = 0; i < positions.length; i++) positions[i] = clamp(positions[i]!, -most, most);
  }

  private holdBack(pusher: Pusher): void {
    const { positions } = this;
    let deepest = DEEPEST_M;
    let normalX = 0;
    let normalY = 0;
    for (let i = 0; i < positions.length; i += 2) {
      const dx = pusher.xM - positions[i]!;
      const dy = pusher.yM - positions[i + 1]!;
      const distance = Math.sqrt(dx * dx + dy * dy);
      const depth = PUSHER_RADIUS_M + this.radiusM - distance;
      if (depth <= deepest) continue;
      deepest = depth;
      normalX = distance > 0 ? dx / distance : ANY.x;
      normalY = distance > 0 ? dy / distance : ANY.y;
    }
    if (deepest > DEEPEST_M) pusher.holdBack(normalX, normalY, deepest - DEEPEST_M);
  }
}
