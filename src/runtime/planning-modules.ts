import { STOP_TWIST } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import { MOTION_COLUMNS } from "../core/motion.js";
import type { Planner } from "../core/planner.js";
import { seededRandom } from "../math/random.js";
import { tensor, values, zeros } from "../math/tensor.js";
import { BUILT_IN, extended, type Registries } from "../mpc/registries.js";
import { type CostDefinition, type CostParameters, type CostValues, defineCost } from "../objective/cost-definition.js";
import { costRefused, parameterFault } from "../objective/cost-registry.js";
import { readoutColumn } from "../objective/readout-columns.js";
import { CONTROLLER_PARAMETERS, type ControllerParameters } from "../parameters/controller-parameters.js";
import { isOfEveryNode } from "../parameters/for-node.js";
import type { Parameter, ParameterTable } from "../parameters/parameter.js";
import { checkParameter } from "../parameters/resolve-parameters.js";
import { type CreatePlanner, createPlanner } from "../planner/index.js";
import { isModulePath, loadUserModule, type ModuleKind, moduleFile, wrongExport } from "./user-module.js";

/**
 * What modules of planners and costs are handed: `import … from "rehearse"` finds nothing from a file elsewhere. Types they take from the package by
 * `import("rehearse").PlanningApi`, which is for editors only.
 */
export const PLANNING_API = {
  tensor,
  values,
  zeros,
  seededRandom,
  createPlanner,
  defineCost,
  readoutColumn,
  RehearseError,
  MOTION_COLUMNS,
  STOP_TWIST,
} as const;
export type PlanningApi = typeof PLANNING_API;

/** A planner as a module gives it. */
interface PlannerModule {
  /** Its own, which users set by their names, as those of costs. */
  readonly parameters?: CostParameters;
  readonly create: (options: Parameters<CreatePlanner>[0] & { readonly parameters: CostValues }) => Planner;
}

export const PLANNER_MODULE: ModuleKind<PlannerModule> = {
  what: "a planner",
  example: `export default (rehearse) => ({ create: ({ samples }) => new MyPlanner(samples) });
class MyPlanner { async *improve(objective, warmStart, random, guesses) { yield { actions: warmStart, cost: 0, violation: 0, iterations: 1 }; } }`,
  fault({ create, parameters = {} }) {
    if (typeof create !== "function") return "it has no function create";
    if (typeof parameters !== "object" || parameters === null) return "its parameters are no object";
    return Object.entries(parameters)
      .map(([name, parameter]) => parameterFault(name, parameter))
      .find((fault) => fault !== undefined);
  },
};

export const COST_MODULE: ModuleKind<CostDefinition> = {
  what: "a cost",
  example: `export default (rehearse) => rehearse.defineCost({ name: "mine", parameters: { mine_weight: { default: 1, min: 0, max: 9, description: "Its weight" } },
  weight: "mine_weight", needs: [], differentiable: false, create: () => ({ name: "mine", evaluate: ({ actions }) => new Float32Array(actions.shape[0]) }) });`,
  // The registry checks the rest.
  fault: ({ name }) => (typeof name === "string" ? undefined : "it has no name"),
};

/** What a plan can be made with, modules included. */
export interface PlanningModules extends Registries {
  /** The parameters that the modules declare: plain data, as threads hand it on. */
  readonly declared: ParameterTable;
}

/**
 * The built-in registries, or given ones, with the planner and the costs that the parameters name by the paths of their modules.
 * Rejects with RH-MODULE-…, RH-COST-DEFINITION, or, for a value of a module's own parameter, RH-PARAM-….
 */
export async function withModules(
  parameters: Pick<ControllerParameters, "planner" | "extra_costs">,
  registries: Registries = BUILT_IN,
): Promise<PlanningModules> {
  const { planner, extra_costs } = parameters;
  const costs: CostDefinition[] = [];
  for (const path of extra_costs) costs.push(await loadUserModule(path, PLANNING_API, COST_MODULE));
  const more = extended({ costs }, registries);
  const module = isModulePath(planner) ? await loadUserModule(planner, PLANNING_API, PLANNER_MODULE) : undefined;
  const declared = declaredBy(costs, module && { ...module, path: planner });
  const values = valuesOf(declared, parameters);
  if (module === undefined) return { ...more, declared };
  const own = Object.freeze(Object.fromEntries(Object.keys(module.parameters ?? {}).map((name) => [name, values[name]!])));
  return { ...more, planners: { ...more.planners, [planner]: plannerFrom(planner, module, own) }, declared };
}

/** The parameters of modules, as rows of the controller's table. @throws RehearseError RH-COST-DEFINITION, RH-MODULE-EXPORT when one of them takes a name that is taken */
export function declaredBy(
  costs: readonly CostDefinition[],
  planner: { readonly path: string; readonly parameters?: CostParameters } | undefined,
): ParameterTable {
  const table = new Map<string, Parameter>();
  const isTaken = (name: string) => table.has(name) || Object.hasOwn(CONTROLLER_PARAMETERS, name) || isOfEveryNode(name);
  for (const { name: cost, parameters } of costs)
    for (const [name, parameter] of Object.entries(parameters)) {
      if (isTaken(name)) throw costRefused(cost, `the name of its parameter ${name} is taken`);
      table.set(name, copied(parameter));
    }
  for (const [name, parameter] of Object.entries(planner?.parameters ?? {})) {
    if (isTaken(name)) throw wrongExport(planner!.path, PLANNER_MODULE, `the name of its parameter ${name} is taken`);
    table.set(name, copied(parameter));
  }
  return Object.fromEntries(table);
}

/** What was checked, and nothing else. */
function copied(parameter: CostParameters[string]): Parameter {
  const { description } = parameter;
  if (typeof parameter.default === "string") return { default: parameter.default, description, dynamic: true };
  const { default: value, min, max, unit } = parameter as Extract<typeof parameter, { min: number }>;
  return { default: value, min, max, description, dynamic: true, ...(typeof unit === "string" && { unit }) };
}

/** The modules may have been changed, or others named, since the values were checked. */
function valuesOf(declared: ParameterTable, given: object): CostValues {
  const rows = Object.entries(declared).map(([name, parameter]) => {
    const value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : parameter.default;
    return [name, checkParameter(name, parameter, value, "the parameters") as number | string] as const;
  });
  return Object.fromEntries(rows);
}

/** As far as this can be said without running them. @throws RehearseError RH-MODULE-MISSING */
export function requireModuleFiles({ planner, extra_costs }: Pick<ControllerParameters, "planner" | "extra_costs">): void {
  for (const path of [...extra_costs, ...(isModulePath(planner) ? [planner] : [])]) moduleFile(path);
}

function plannerFrom(path: string, { create }: PlannerModule, parameters: CostValues): CreatePlanner {
  return (options) => {
    let made: Planner | undefined;
    try {
      made = create({ ...options, parameters });
    } catch (cause) {
      throw wrongExport(path, PLANNER_MODULE, `its create throws ${cause}`);
    }
    if (typeof made?.improve === "function") return made;
    throw wrongExport(path, PLANNER_MODULE, "its create gives nothing that has a function improve");
  };
}
