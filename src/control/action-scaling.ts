import type { ActionAxis } from "../core/action.js";
import { type Command, stopOf, TWIST_NUMBERS, valuesOf, withValues } from "../core/command.js";
import { clamp } from "../math/angle.js";

/** Between a model's normalised actions and commands in SI. */
export class ActionScaling {
  /** All zero. */
  readonly rest: Command;
  private readonly numbers: readonly string[];

  /** @param joints of an arm, in the order of its commands; a base has none */
  constructor(
    private readonly axes: readonly ActionAxis[],
    joints: readonly string[] = [],
  ) {
    this.numbers = joints.length > 0 ? joints : TWIST_NUMBERS;
    this.rest = stopOf(joints.length);
  }

  /** What no axis drives stays zero. Values outside [-1, 1] are clipped; a NaN gives a NaN, which the gate stops. */
  toCommand(action: ArrayLike<number>): Command {
    const values = this.numbers.map(() => 0);
    this.axes.forEach(({ name, range: [low, high] }, i) => {
      const share = (clamp(action[i] ?? Number.NaN, -1, 1) + 1) / 2;
      values[this.numbers.indexOf(name)] = low * (1 - share) + high * share; // exact at both ends
    });
    return withValues(this.rest, values);
  }

  /** Clipped to [-1, 1]: what the model is told was done. */
  toAction(command: Command): number[] {
    const values = valuesOf(command);
    return this.axes.map(({ name, range: [low, high] }) =>
      clamp((2 * (values[this.numbers.indexOf(name)]! - low)) / (high - low) - 1, -1, 1),
    );
  }
}
