import type { CostDefinition } from "../objective/cost-definition.js";
import { withCosts } from "../objective/cost-registry.js";
import { COSTS } from "../objective/costs/index.js";
import { PLANNERS, type PlannerRegistry, withPlanners } from "../planner/index.js";

/** What a plan can be made with. */
export interface Registries {
  /** In the order in which the energy adds them up. */
  readonly costs: readonly CostDefinition[];
  readonly planners: PlannerRegistry;
}

export const BUILT_IN: Registries = { costs: COSTS, planners: PLANNERS };

/** Costs and planners of a user's own, as their modules export them: `CostDefinition` and `PlannerDefinition` each, which is checked. */
export interface Extensions {
  readonly costs?: readonly unknown[];
  readonly planners?: readonly unknown[];
}

/** The built-in registries, or given ones, and more; these themselves stay as they are. @throws RehearseError RH-COST-DEFINITION, RH-PLANNER-DEFINITION */
export function extended({ costs = [], planners = [] }: Extensions, registries: Registries = BUILT_IN): Registries {
  return { costs: withCosts(registries.costs, costs), planners: withPlanners(registries.planners, planners) };
}
