import type { ActionAxis } from "../core/action.js";
import { TWIST_NUMBERS } from "../core/command.js";
import { clamp } from "../math/angle.js";

/** Normalised actions → rows of commands in SI, without an object per row: (vx, vy, yaw rate), or the velocity of each joint. */
export class CommandScaling {
  /** Numbers in a command. */
  readonly size: number;
  /** The normalised action that stands still, as nearly as the ranges allow: not 0 where forward and reverse speed differ. */
  readonly rest: readonly number[];
  private readonly columns: readonly number[];
  private readonly middles: readonly number[];
  private readonly halves: readonly number[];

  /** @param joints of an arm, in the order of its commands; a base has none */
  constructor(
    readonly axes: readonly ActionAxis[],
    joints: readonly string[] = [],
  ) {
    const numbers: readonly string[] = joints.length > 0 ? joints : TWIST_NUMBERS;
    this.size = numbers.length;
    this.columns = axes.map(({ name }) => numbers.indexOf(name));
    this.middles = axes.map(({ range: [low, high] }) => (high + low) / 2);
    this.halves = axes.map(({ range: [low, high] }) => (high - low) / 2);
    this.rest = axes.map((_, i) => clamp(-this.middles[i]! / this.halves[i]!, -1, 1));
  }

  /** Writes one row, `commands[to…]`, from `actions[from…]`. Columns that no axis drives are left alone. */
  write(actions: Float32Array, from: number, commands: Float32Array, to: number): void {
    for (let axis = 0; axis < this.columns.length; axis++) {
      commands[to + this.columns[axis]!] = this.middles[axis]! + actions[from + axis]! * this.halves[axis]!;
    }
  }
}
