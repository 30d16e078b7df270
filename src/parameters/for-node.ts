import { GUARD_PARAMETERS } from "./guard-parameters.js";
import { nearestName } from "./nearest-name.js";
import type { ParameterTable } from "./parameter.js";
import { unknownParameter } from "./resolve-parameters.js";
import { SIMULATION_PARAMETERS } from "./simulation-parameters.js";
import { STANDBY_PARAMETERS } from "./standby-parameters.js";

/**
 * Tables that every process knows in full. The controller's is not among them: costs declare parameters of their own, which the guard's process must
 * not load.
 */
const CLOSED: readonly ParameterTable[] = [GUARD_PARAMETERS, STANDBY_PARAMETERS, SIMULATION_PARAMETERS];

/** Whether a parameter of that name can be given to any ROS 2 node; the client library reads it. */
export function isOfEveryNode(name: string): boolean {
  return name === "use_sim_time" || name === "start_type_description_service" || name.startsWith("qos_overrides.");
}

/**
 * Whether a node with that table takes a parameter that is given to all nodes (`/**`, or `-p` on a command line): it ignores a parameter of another
 * node's. A name that no node has is a typing error: the controller refuses it, and so does each other node that has a similar name.
 * @throws RehearseError RH-PARAM-UNKNOWN
 */
export function isForNode(table: ParameterTable, name: string, where: string): boolean {
  if (Object.hasOwn(table, name)) return true;
  if (isOfEveryNode(name) || CLOSED.some((other) => Object.hasOwn(other, name))) return false;
  if (CLOSED.includes(table) && nearestName(name, Object.keys(table)) === undefined) return false;
  throw unknownParameter(name, Object.keys(table), where);
}
