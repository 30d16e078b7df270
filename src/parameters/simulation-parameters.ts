import { ENABLE_STAMPED } from "./guard-parameters.js";
import type { ParameterTable } from "./parameter.js";

/** Parameters of the simulation node. */
export const SIMULATION_PARAMETERS = {
  seed: {
    default: 0,
    dynamic: true,
    integer: true,
    min: 0,
    max: 4294967295,
    description: "Which world; setting it makes the world anew, with the robot at its start",
  },
  image_rate: { default: 10, integer: true, min: 1, max: 50, description: "Pictures per second; 100 must be a multiple of it", unit: "Hz" },
  enable_stamped_cmd_vel: ENABLE_STAMPED,
} as const satisfies ParameterTable;
