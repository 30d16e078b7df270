import type { ParameterTable } from "./parameter.js";

/** Both sides of `cmd_vel` need the same value: DDS does not connect topics of different types, and reports nothing. */
export const ENABLE_STAMPED = {
  default: true,
  description: "`cmd_vel` is `geometry_msgs/TwistStamped` (Nav2's name and default since Kilted); false: `geometry_msgs/Twist`",
} as const;

/** Parameters of the guard node. They hold from its start to its end. */
export const GUARD_PARAMETERS = {
  robot: { default: "", description: "Robot file, or its folder: limits, footprint, response, sensor poses; it has to be given" },
  enable_stamped_cmd_vel: ENABLE_STAMPED,
  enable_stamped_proposed: {
    default: true,
    description:
      "`cmd_vel_proposed` is `geometry_msgs/TwistStamped`; false: `geometry_msgs/Twist`, of which nobody knows the age, so that its arrival counts as its stamp",
  },
  proposals_may_pause: {
    default: false,
    description:
      "Silence on `cmd_vel_proposed` is no fault, as with a joystick that is let go: the robot stops as always, without a warning",
  },
} as const satisfies ParameterTable;
