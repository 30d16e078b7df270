import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import { embodimentOf } from "../../embodiment/index.js";
import { axesOf } from "../axes.js";
import { clamped } from "../rule.js";

/**
 * Bodies whose axes depend on one another, such as a car's yaw rate on its speed: a command that the body cannot follow would lead elsewhere than
 * the other rules assume, and is changed to the nearest feasible one, no faster on any axis. The motion model satisfies this by itself.
 */
export const kinematics: Guardrail<"kinematics"> = {
  id: "kinematics",
  violations: ["kinematics"],
  rule(robot) {
    const axes = axesOf(robot);
    const feasible = embodimentOf(robot).feasible?.(robot);
    return (
      feasible &&
      ((command) => {
        const values = feasible(valuesOf(command));
        return clamped("kinematics", axes, command, (i) => [values[i]!, values[i]!]);
      })
    );
  },
};
