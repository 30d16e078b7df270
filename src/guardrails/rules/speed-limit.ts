import type { RobotDescription } from "../../core/robot-description.js";
import { axesOf, measured } from "../axes.js";
import { alongEach, fitted, rule, stop } from "../rule.js";

/** The motion is in single precision: the limit itself must not look like more than the limit, or planning would shun full speed. */
const ROUNDING = 2e-7;
/** Measured faster than the limit by this factor and this much: the body does not do as it is told, and nothing computed for it holds. */
const OVERSPEED_FACTOR = 1.5;
const OVERSPEED = { "m/s": 0.1, "rad/s": 0.5 } as const;

/** Least and greatest speed of each axis. All axes shrink together, so that the robot goes the same way, slower. */
export function speedLimit(robot: RobotDescription) {
  const axes = axesOf(robot);
  return rule(
    "speed",
    (command, now) => {
      const velocity = measured(robot, now)?.velocity;
      for (const [i, { minPerS, maxPerS, unit }] of axes.entries()) {
        const value = velocity?.[i] ?? 0;
        const limit = OVERSPEED_FACTOR * (value < 0 ? minPerS : maxPerS) + Math.sign(value) * OVERSPEED[unit];
        if (Math.abs(value) > Math.abs(limit)) return stop("speed.measured", value, limit, unit);
      }
      return fitted("speed", axes, command, 1);
    },
    // The worst overspeed on the way, as a fraction of the limit. Velocities follow as many positions.
    (motion) =>
      alongEach(motion, (values, from, to, size) => {
        let worst = 0;
        for (let i = 0; i < axes.length; i++) {
          const { minPerS, maxPerS } = axes[i]!;
          for (let at = from + axes.length + i; at < to; at += size) {
            const value = values[at]!;
            const share = value === 0 ? 0 : value / (value < 0 ? minPerS : maxPerS);
            if (!(share <= worst)) worst = share;
          }
        }
        return worst - 1 - ROUNDING;
      }),
  );
}
