import { CONTROLLER_PARAMETERS } from "./controller-parameters.js";
import { GUARD_PARAMETERS } from "./guard-parameters.js";
import type { ParameterTable } from "./parameter.js";
import { unknownParameter } from "./resolve-parameters.js";
import { SIMULATION_PARAMETERS } from "./simulation-parameters.js";

/** The nodes that take parameters, each with its table. */
export const NODE_PARAMETERS = {
  controller: CONTROLLER_PARAMETERS,
  guard: GUARD_PARAMETERS,
  simulation: SIMULATION_PARAMETERS,
} as const;

/** Whether a parameter of that name can be given to any ROS 2 node; the client library reads it. */
export function isOfEveryNode(name: string): boolean {
  return name === "use_sim_time" || name === "start_type_description_service" || name.startsWith("qos_overrides.");
}

/**
 * Whether a node with that table takes a parameter that is given to all nodes (`/**`, or `-p` on a command line): it leaves alone what is another
 * node's, and refuses what no node has, since that is a slip of the pen.
 * @throws RehearseError RH-PARAM-UNKNOWN
 */
export function isForNode(table: ParameterTable, name: string, where: string): boolean {
  if (Object.hasOwn(table, name)) return true;
  if (isOfEveryNode(name) || Object.values(NODE_PARAMETERS).some((other) => Object.hasOwn(other, name))) return false;
  throw unknownParameter(name, Object.keys(table), where);
}
