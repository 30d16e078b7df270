import type { ActionAxis } from "../core/action.js";
import { clamp } from "../math/angle.js";

const COLUMNS = { "linear.x": 0, "linear.y": 1, "angular.z": 2 } as const;

/** Normalised actions → rows of (vx, vy, yaw rate) in SI, without an object per row. */
export class TwistScaling {
  /** The normalised action that stands still, as nearly as the ranges allow: not 0 where forward and reverse speed differ. */
  readonly rest: readonly number[];
  private readonly columns: readonly number[];
  private readonly middles: readonly number[];
  private readonly halves: readonly number[];

  constructor(readonly axes: readonly ActionAxis[]) {
    this.columns = axes.map((axis) => COLUMNS[axis.name]);
    this.middles = axes.map(({ range: [low, high] }) => (high + low) / 2);
    this.halves = axes.map(({ range: [low, high] }) => (high - low) / 2);
    this.rest = axes.map((_, i) => clamp(-this.middles[i]! / this.halves[i]!, -1, 1));
  }

  /** Writes one row, `twists[to…to+2]`, from `actions[from…]`. Columns that no axis drives are left alone. */
  write(actions: Float32Array, from: number, twists: Float32Array, to: number): void {
    for (let axis = 0; axis < this.columns.length; axis++) {
      twists[to + this.columns[axis]!] = this.middles[axis]! + actions[from + axis]! * this.halves[axis]!;
    }
  }
}
