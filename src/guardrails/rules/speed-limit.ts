import type { Guardrail } from "../../core/guardrail.js";
import { axesOf, measured } from "../axes.js";
import { alongEach, fitted, stop } from "../rule.js";

/** The motion is in single precision: the limit itself must not count as exceeding it, or planning would avoid full speed. */
const ROUNDING = 2e-7;
/** Measured faster than the limit by this factor and this much: the body does not follow its commands, and no prediction for it holds. */
const OVERSPEED_FACTOR = 1.5;
const OVERSPEED = { "m/s": 0.1, "rad/s": 0.5 } as const;

/** Least and greatest speed of each axis. All axes shrink together, so that the robot follows the same path, slower. */
export const speedLimit: Guardrail<"speed"> = {
  id: "speed",
  violations: ["speed", "speed.measured"],
  rule(robot) {
    const axes = axesOf(robot);
    return (command, context) => {
      const velocity = measured(robot, context)?.velocity;
      for (const [i, { minPerS, maxPerS, unit }] of axes.entries()) {
        const value = velocity?.[i] ?? 0;
        const limit = OVERSPEED_FACTOR * (value < 0 ? minPerS : maxPerS) + Math.sign(value) * OVERSPEED[unit];
        if (Math.abs(value) > Math.abs(limit)) return stop("speed.measured", value, limit, unit);
      }
      return fitted("speed", axes, command, 1);
    };
  },
  // The worst overspeed of the motion, as a fraction of the limit. Velocities follow as many positions.
  constraint(robot) {
    const axes = axesOf(robot);
    return (motion) =>
      alongEach(motion, (values, from, to, size) => {
        let worst = 0;
        for (let i = 0; i < axes.length; i++) {
          const { minPerS, maxPerS } = axes[i]!;
          for (let at = from + axes.length + i; at < to; at += size) {
            const value = values[at]!;
            const fraction = value === 0 ? 0 : value / (value < 0 ? minPerS : maxPerS);
            if (!(fraction <= worst)) worst = fraction;
          }
        }
        return worst - 1 - ROUNDING;
      });
  },
};
