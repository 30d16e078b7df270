import type { ActionAxis } from "../core/action.js";
import type { TwistCommand } from "../core/command.js";
import { clamp } from "../math/angle.js";

/** Normalised action → command in SI. Values outside [-1, 1] are clipped; a NaN gives a NaN, which the gate stops. */
export function toCommand(action: ArrayLike<number>, axes: readonly ActionAxis[]): TwistCommand {
  const twist = { "linear.x": 0, "linear.y": 0, "angular.z": 0 };
  axes.forEach((axis, i) => {
    const [low, high] = axis.range;
    const share = (clamp(action[i] ?? Number.NaN, -1, 1) + 1) / 2;
    twist[axis.name] = low * (1 - share) + high * share; // exact at both ends
  });
  return { kind: "twist", vxMps: twist["linear.x"], vyMps: twist["linear.y"], yawRateRps: twist["angular.z"] };
}

/** Command in SI → normalised action, clipped to [-1, 1]: what the model is told was done. */
export function toAction(command: TwistCommand, axes: readonly ActionAxis[]): number[] {
  const twist = { "linear.x": command.vxMps, "linear.y": command.vyMps, "angular.z": command.yawRateRps };
  return axes.map((axis) => {
    const [low, high] = axis.range;
    return clamp((2 * (twist[axis.name] - low)) / (high - low) - 1, -1, 1);
  });
}
