import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import { axesOf, measured, scaled } from "../axes.js";
import { alongEach, clamped } from "../rule.js";

/** Keeps rounding from ending slightly above the limit. */
const BELOW = 1 - 1e-9;

/**
 * Speed times yaw rate, the acceleration across a curve: beyond the limit tyres slide and tall robots tip. Too much of it in the command is
 * scaled away along the curve; and while the body is still faster than the command, it may turn only as its measured speed allows.
 */
export const lateralAcceleration: Guardrail<"lateral-acceleration"> = {
  id: "lateral-acceleration",
  violations: ["lateral-acceleration"],
  rule(robot) {
    const limit = robot.limits.lateralAccelerationMps2;
    const axes = axesOf(robot);
    return (command, context) => {
      const [vx = 0, vy = 0, yawRate = 0] = valuesOf(command);
      const value = Math.hypot(vx, vy) * Math.abs(yawRate);
      if (value > limit) {
        const violation = { id: "lateral-acceleration", value, limit, unit: "m/s²" } as const;
        return { violation, allowed: scaled(command, Math.sqrt(limit / value) * BELOW) };
      }
      const [mx = 0, my = 0] = measured(robot, context)?.velocity ?? [];
      const mostRps = limit / Math.hypot(mx, my);
      return clamped("lateral-acceleration", axes, command, (i, v) => (i === 2 ? [-mostRps, mostRps] : [v, v]));
    };
  },
  // As a fraction of the limit.
  constraint:
    ({ limits: { lateralAccelerationMps2 } }) =>
    (motion) =>
      alongEach(motion, (values, from, to, size) => {
        let most = 0;
        for (let row = from; row < to; row += size) {
          const vx = values[row + 3]!;
          const vy = values[row + 4]!;
          const yawRate = values[row + 5]!;
          const square = (vx * vx + vy * vy) * yawRate * yawRate;
          if (!(square <= most)) most = square;
        }
        return Math.sqrt(most) / lateralAccelerationMps2 - 1 - 1e-6;
      }),
};
