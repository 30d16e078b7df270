import { valuesOf } from "../../core/command.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { secondsBetween } from "../../math/seconds.js";
import { axesOf, recentOutputs, stepS } from "../axes.js";
import { clamped, rule } from "../rule.js";

/**
 * How fast speeding up may begin: from an output to the next, the acceleration away from rest grows by `j·dt` at most, from that of the two
 * outputs before. Its end, and all braking, are free: to resist those would be less safe. The motion model's lag is smoother than any such
 * step, so that planning needs no margin for it.
 */
export function jerkLimit(robot: RobotDescription) {
  const axes = axesOf(robot);
  const recent = recentOutputs();
  return rule("acceleration.jerk", (command, now) => {
    const [before, last] = recent(now).slice(-2);
    const elapsedS = last === undefined ? 0 : secondsBetween(before!.atNs, last.atNs);
    const had = valuesOf(now.lastOutput);
    const dt = stepS(now);
    return clamped("acceleration.jerk", axes, command, (i) => {
      const gainPerS2 = elapsedS > 0 ? (had[i]! - before!.values[i]!) / elapsedS : 0;
      const more = axes[i]!.jerkPerS3 * dt;
      return [Math.min(had[i]!, 0) - dt * (Math.max(-gainPerS2, 0) + more), Math.max(had[i]!, 0) + dt * (Math.max(gainPerS2, 0) + more)];
    });
  });
}
