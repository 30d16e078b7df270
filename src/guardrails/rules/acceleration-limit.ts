import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import { secondsBetween } from "../../math/seconds.js";
import { axesOf, measured, stepS } from "../axes.js";
import { clamped } from "../rule.js";

/** How many time constants the body may lag behind its command before the command has to wait for it. */
const LAG_CONSTANTS = 2;

/**
 * Speeding up, as projection onto what can be reached: per axis, from the last output within `a·dt`, and from the measured speed within
 * `a·(dt + lag)`, so that the command can't run away from a body that is held back. Slowing down is never resisted: a demand for less
 * passes at once, and the body's own deceleration is what then acts. The motion model has the same limits: what it predicts keeps them.
 */
export const accelerationLimit: Guardrail<"acceleration"> = {
  id: "acceleration",
  violations: ["acceleration"],
  rule(robot) {
    const axes = axesOf(robot);
    const { timeConstantS, commandDelayS } = robot.response;
    return (command, context) => {
      const body = measured(robot, context);
      if (body === undefined) return undefined;
      const dt = stepS(context);
      const lagS = LAG_CONSTANTS * timeConstantS + commandDelayS + Math.max(0, secondsBetween(body.stampNs, context.nowNs));
      const last = valuesOf(context.lastOutput);
      return clamped("acceleration", axes, command, (i) => {
        const a = axes[i]!.accelerationPerS2;
        return [
          Math.max(Math.min(last[i]!, 0) - a * dt, Math.min(body.velocity[i]!, 0) - a * (dt + lagS)),
          Math.min(Math.max(last[i]!, 0) + a * dt, Math.max(body.velocity[i]!, 0) + a * (dt + lagS)),
        ];
      });
    };
  },
};
