import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import { secondsBetween } from "../../math/seconds.js";
import { axesOf, stepS } from "../axes.js";
import { clamped } from "../rule.js";

/**
 * How fast speeding up may begin: from an output to the next, the acceleration away from rest grows by `j·dt` at most, from that of the two
 * outputs before. The end of speeding up, and all braking, are not limited: that would be less safe. The motion model's lag is smoother than any such
 * step, so that planning needs no margin for it.
 */
export const jerkLimit: Guardrail<"jerk"> = {
  id: "jerk",
  violations: ["acceleration.jerk"],
  rule(robot) {
    const axes = axesOf(robot);
    return (command, context) => {
      const [before, last] = context.outputs.slice(-2);
      const elapsedS = last === undefined ? 0 : secondsBetween(before!.atNs, last.atNs);
      const had = valuesOf(context.lastOutput);
      const dt = stepS(context);
      return clamped("acceleration.jerk", axes, command, (i) => {
        const gainPerS2 = elapsedS > 0 ? (had[i]! - before!.values[i]!) / elapsedS : 0;
        const more = axes[i]!.jerkPerS3 * dt;
        return [Math.min(had[i]!, 0) - dt * (Math.max(-gainPerS2, 0) + more), Math.max(had[i]!, 0) + dt * (Math.max(gainPerS2, 0) + more)];
      });
    };
  },
};
