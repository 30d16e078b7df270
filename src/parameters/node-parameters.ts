import { CONTROLLER_PARAMETERS } from "./controller-parameters.js";
import { GUARD_PARAMETERS } from "./guard-parameters.js";
import { SIMULATION_PARAMETERS } from "./simulation-parameters.js";
import { STANDBY_PARAMETERS } from "./standby-parameters.js";

/** The nodes that take parameters, each with its table. */
export const NODE_PARAMETERS = {
  controller: CONTROLLER_PARAMETERS,
  guard: GUARD_PARAMETERS,
  standby: STANDBY_PARAMETERS,
  simulation: SIMULATION_PARAMETERS,
} as const;
