import { GUARD_PARAMETERS } from "./guard-parameters.js";
import type { ParameterTable } from "./parameter.js";

const { robot, enable_stamped_cmd_vel } = GUARD_PARAMETERS;

/** Parameters of the standby node. They hold from its start to its end. */
export const STANDBY_PARAMETERS = {
  robot,
  enable_stamped_cmd_vel,
  guard: {
    default: "guard",
    description: "Name of the guard's node in the same namespace: the standby brakes when its commands stop coming",
  },
} as const satisfies ParameterTable;
