import { valuesOf } from "../../core/command.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { embodimentOf } from "../../embodiment/index.js";
import { axesOf } from "../axes.js";
import { clamped, rule } from "../rule.js";

/**
 * Of bodies whose axes depend on one another, such as a car's yaw rate on its speed: a command that the body cannot follow would lead elsewhere than
 * the other rules take it to lead, and is brought to the nearest that it can follow, no faster on any axis. The motion model keeps it by itself.
 */
export function kinematics(robot: RobotDescription) {
  const axes = axesOf(robot);
  const feasible = embodimentOf(robot).feasible?.(robot) ?? ((values) => values);
  return rule("kinematics", (command) => {
    const values = feasible(valuesOf(command));
    return clamped("kinematics", axes, command, (i) => [values[i]!, values[i]!]);
  });
}
