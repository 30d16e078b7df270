import { STOP_TWIST } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import { MOTION_COLUMNS } from "../core/motion.js";
import type { Planner } from "../core/planner.js";
import { seededRandom } from "../math/random.js";
import { tensor, values, zeros } from "../math/tensor.js";
import { BUILT_IN, extended, type Registries } from "../mpc/registries.js";
import { type CostDefinition, defineCost } from "../objective/cost-definition.js";
import { readoutColumn } from "../objective/readout-columns.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { createPlanner, type PlannerDefinition } from "../planner/index.js";
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

const PLANNER: ModuleKind<Pick<PlannerDefinition, "create">> = {
  what: "a planner",
  example: `export default (rehearse) => ({ create: ({ samples }) => new MyPlanner(samples) });
class MyPlanner { async *improve(objective, warmStart, random, guesses) { yield { actions: warmStart, cost: 0, violation: 0, iterations: 1 }; } }`,
  fault: ({ create }) => (typeof create === "function" ? undefined : "it has no function create"),
};

const COST: ModuleKind<CostDefinition> = {
  what: "a cost",
  example: `export default (rehearse) => rehearse.defineCost({ name: "mine", parameters: { mine_weight: { default: 1, min: 0, max: 9, description: "Its weight" } },
  weight: "mine_weight", needs: [], differentiable: false, create: () => ({ name: "mine", evaluate: ({ actions }) => new Float32Array(actions.shape[0]) }) });`,
  // The registry checks the rest.
  fault: ({ name }) => (typeof name === "string" ? undefined : "it has no name"),
};

/** The built-in registries, or given ones, with the planner and the costs that the parameters name by the paths of their modules. Rejects with RH-MODULE-… or RH-COST-DEFINITION. */
export async function withModules(
  { planner, extra_costs }: Pick<ControllerParameters, "planner" | "extra_costs">,
  registries: Registries = BUILT_IN,
): Promise<Registries> {
  const costs: CostDefinition[] = [];
  for (const path of extra_costs) costs.push(await loadUserModule(path, PLANNING_API, COST));
  const more = extended({ costs }, registries);
  return isModulePath(planner) ? { ...more, planners: { ...more.planners, [planner]: await plannerFrom(planner) } } : more;
}

/** As far as this can be said without running them. @throws RehearseError RH-MODULE-MISSING */
export function requireModuleFiles({ planner, extra_costs }: Pick<ControllerParameters, "planner" | "extra_costs">): void {
  for (const path of [...extra_costs, ...(isModulePath(planner) ? [planner] : [])]) moduleFile(path);
}

async function plannerFrom(path: string): Promise<PlannerDefinition["create"]> {
  const { create } = await loadUserModule(path, PLANNING_API, PLANNER);
  return (options) => {
    let made: Planner | undefined;
    try {
      made = create(options);
    } catch (cause) {
      throw wrongExport(path, PLANNER, `its create throws ${cause}`);
    }
    if (typeof made?.improve === "function") return made;
    throw wrongExport(path, PLANNER, "its create gives nothing that has a function improve");
  };
}
