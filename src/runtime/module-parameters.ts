import { extended } from "../mpc/registries.js";
import { CONTROLLER_PARAMETERS } from "../parameters/controller-parameters.js";
import { isOfEveryNode } from "../parameters/for-node.js";
import type { ParameterTable } from "../parameters/parameter.js";
import { COST_MODULE, declaredBy, PLANNER_MODULE, PLANNING_API } from "./planning-modules.js";
import { isModulePath, loadUserModuleAtOnce } from "./user-module.js";

/**
 * The controller's table, with what the modules declare that `planner` and `extra_costs` name among the given values, whichever comes first. Modules are
 * run only where a name is given that the table itself lacks: else the planner's thread alone runs them.
 * @throws RehearseError RH-MODULE-…, RH-COST-DEFINITION
 */
export function controllerTable(given: Readonly<Record<string, unknown>>): ParameterTable {
  const isKnown = (name: string) => Object.hasOwn(CONTROLLER_PARAMETERS, name) || isOfEveryNode(name);
  if (Object.keys(given).every(isKnown)) return CONTROLLER_PARAMETERS;
  const { planner, extra_costs } = given;
  // What is no text is refused when the values are checked.
  const paths = Array.isArray(extra_costs) ? extra_costs.filter((path) => typeof path === "string") : [];
  const costs = paths.map((path) => loadUserModuleAtOnce(path, PLANNING_API, COST_MODULE));
  extended({ costs });
  const isModule = typeof planner === "string" && isModulePath(planner);
  const module = isModule ? { ...loadUserModuleAtOnce(planner, PLANNING_API, PLANNER_MODULE), path: planner } : undefined;
  return { ...CONTROLLER_PARAMETERS, ...declaredBy(costs, module) };
}
