import type { ActionAxis } from "../core/action.js";
import { type Command, TWIST_NUMBERS } from "../core/command.js";
import { clamp } from "../math/angle.js";

/** Between a model's normalised actions and commands in SI. */
export class ActionScaling {
  /** All zero. */
  readonly rest: Command;
  private readonly numbers: readonly string[];

  /** @param joints of an arm, in the order of its commands; a base has none */
  constructor(
    private readonly axes: readonly ActionAxis[],
    private readonly joints: readonly string[] = [],
  ) {
    this.numbers = joints.length > 0 ? joints : TWIST_NUMBERS;
    this.rest = this.commandOf(this.numbers.map(() => 0));
  }

  /** What no axis drives stays zero. Values outside [-1, 1] are clipped; a NaN gives a NaN, which the gate stops. */
  toCommand(action: ArrayLike<number>): Command {
    const values = this.numbers.map(() => 0);
    this.axes.forEach(({ name, range: [low, high] }, i) => {
      const share = (clamp(action[i] ?? Number.NaN, -1, 1) + 1) / 2;
      values[this.numbers.indexOf(name)] = low * (1 - share) + high * share; // exact at both ends
    });
    return this.commandOf(values);
  }

  /** Clipped to [-1, 1]: what the model is told was done. */
  toAction(command: Command): number[] {
    const values = command.kind === "twist" ? [command.vxMps, command.vyMps, command.yawRateRps] : command.velocitiesRps;
    return this.axes.map(({ name, range: [low, high] }) =>
      clamp((2 * (values[this.numbers.indexOf(name)]! - low)) / (high - low) - 1, -1, 1),
    );
  }

  private commandOf(values: readonly number[]): Command {
    if (this.joints.length > 0) return { kind: "joint-velocities", velocitiesRps: values };
    const [vxMps = 0, vyMps = 0, yawRateRps = 0] = values;
    return { kind: "twist", vxMps, vyMps, yawRateRps };
  }
}
