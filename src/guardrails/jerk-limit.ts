import type { RobotDescription } from "../core/robot-description.js";
import { secondsBetween } from "../math/seconds.js";
import { axesOf, stepS, valuesOf } from "./axes.js";
import { clamped, rule } from "./rule.js";

interface Output {
  readonly atNs: bigint | undefined;
  readonly values: readonly number[];
}

/**
 * How fast speeding up may begin: from an output to the next, the acceleration away from rest grows by `j·dt` at most, from that of the two
 * outputs before. Its end, and all braking, are free: to resist those would be less safe. The motion model's lag is smoother than any such
 * step, so that planning needs no margin for it.
 */
export function jerkLimit(robot: RobotDescription) {
  const axes = axesOf(robot);
  let last: Output = { atNs: undefined, values: axes.map(() => 0) };
  let before = last;
  return rule("acceleration.jerk", (command, now) => {
    if (now.lastOutputNs !== last.atNs) {
      before = last;
      last = { atNs: now.lastOutputNs, values: valuesOf(now.lastOutput) };
    }
    const elapsedS = last.atNs === undefined || before.atNs === undefined ? 0 : secondsBetween(before.atNs, last.atNs);
    const dt = stepS(now);
    return clamped("acceleration.jerk", axes, command, (i) => {
      const had = last.values[i]!;
      const gainPerS2 = elapsedS > 0 ? (had - before.values[i]!) / elapsedS : 0;
      const more = axes[i]!.jerkPerS3 * dt;
      return [Math.min(had, 0) - dt * (Math.max(-gainPerS2, 0) + more), Math.max(had, 0) + dt * (Math.max(gainPerS2, 0) + more)];
    });
  });
}
