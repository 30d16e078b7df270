import type { ActionAxis } from "../core/action.js";
import { type Command, type CommandNumbers, restCommand, TWIST, valuesOf, withValues } from "../core/command.js";
import { clamp } from "../math/angle.js";

/** Between a model's normalised actions and commands in SI: one at a time for control, rows without an object each for planning. */
export class ActionScaling {
  /** All zero. */
  readonly rest: Command;
  /** The normalised action that stands still, as nearly as the ranges allow: not 0 where forward and reverse speed differ. */
  readonly restAction: readonly number[];
  /** Numbers in a command. */
  readonly size: number;
  private readonly columns: readonly number[];
  private readonly middles: readonly number[];
  private readonly halves: readonly number[];

  /** @param numbers what the robot's command is made of; each axis names one of them */
  constructor(
    private readonly axes: readonly ActionAxis[],
    numbers: CommandNumbers = TWIST,
  ) {
    this.rest = restCommand(numbers);
    this.size = numbers.names.length;
    this.columns = axes.map(({ name }) => numbers.names.indexOf(name));
    this.middles = axes.map(({ range: [low, high] }) => (high + low) / 2);
    this.halves = axes.map(({ range: [low, high] }) => (high - low) / 2);
    this.restAction = axes.map((_, i) => clamp(-this.middles[i]! / this.halves[i]!, -1, 1));
  }

  /** What no axis drives stays zero. Values outside [-1, 1] are clipped; a NaN gives a NaN, which the gate stops. */
  toCommand(action: ArrayLike<number>): Command {
    const values = new Array<number>(this.size).fill(0);
    this.axes.forEach(({ range: [low, high] }, i) => {
      const fraction = (clamp(action[i] ?? Number.NaN, -1, 1) + 1) / 2;
      values[this.columns[i]!] = low * (1 - fraction) + high * fraction; // exact at both ends
    });
    return withValues(this.rest, values);
  }

  /** Clipped to [-1, 1]: what the model is given as the action that was taken. */
  toAction(command: Command): number[] {
    const values = valuesOf(command);
    return this.axes.map(({ range: [low, high] }, i) => clamp((2 * (values[this.columns[i]!]! - low)) / (high - low) - 1, -1, 1));
  }

  /** Writes one row of numbers in SI, `commands[to…]`, from `actions[from…]`. Columns that no axis drives are left alone. */
  write(actions: Float32Array, from: number, commands: Float32Array, to: number): void {
    for (let axis = 0; axis < this.columns.length; axis++) {
      commands[to + this.columns[axis]!] = this.middles[axis]! + actions[from + axis]! * this.halves[axis]!;
    }
  }
}
