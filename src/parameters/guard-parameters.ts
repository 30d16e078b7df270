import type { ParameterTable } from "./parameter.js";

/** Both sides of `cmd_vel` need the same value: DDS does not connect topics of different types, and reports nothing. */
export const ENABLE_STAMPED = {
  default: true,
  description: "`cmd_vel` is `geometry_msgs/TwistStamped` (Nav2's name and default since Kilted); false: `geometry_msgs/Twist`",
} as const;

/** Parameters of the guard node. They hold from its start to its end. */
export const GUARD_PARAMETERS = {
  robot: { default: "calibration/rooms/robot.yaml", description: "Robot file: limits, footprint, response, sensor poses" },
  enable_stamped_cmd_vel: ENABLE_STAMPED,
} as const satisfies ParameterTable;
