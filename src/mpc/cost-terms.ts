import type { Cost } from "../core/objective.js";
import type { CostContext, CostDefinition, CostNeed, CostSetting, CostValues } from "../objective/cost-definition.js";
import type { WeightedCost } from "../objective/energy.js";

/** What a cost is made from that changes from plan to plan. */
export type PlanContext = Omit<CostContext, "prepared" | keyof CostSetting>;

interface PreparedCost {
  readonly definition: CostDefinition;
  readonly prepared: unknown;
  readonly weight: number;
}

/** The costs of a registry with one setting of their parameters: what a plan's energy is put together from. */
export class CostTerms {
  private constructor(
    private readonly costs: readonly PreparedCost[],
    private readonly setting: CostSetting,
  ) {}

  /** @param parameters by name, checked against `parametersOf` the definitions. Rejects with the RehearseError by which a cost refuses them. */
  static async prepare(
    definitions: readonly CostDefinition[],
    readouts: readonly string[],
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<CostTerms> {
    const setting: CostSetting = { readouts, parameters: parameters as CostValues };
    const costs: PreparedCost[] = [];
    for (const definition of definitions) {
      const prepared = await definition.prepare?.(setting);
      costs.push({ definition, prepared, weight: setting.parameters[definition.weight] as number });
    }
    return new CostTerms(costs, setting);
  }

  /** The terms that apply to one plan, in the order of the registry; differentiable: each cost that promises a gradient has one here. */
  of(plan: PlanContext): { readonly terms: readonly WeightedCost[]; readonly differentiable: boolean } {
    const terms: WeightedCost[] = [];
    let differentiable = true;
    for (const { definition, prepared, weight } of this.costs) {
      if (!hasAll(plan, definition.needs)) continue;
      const cost = definition.create({ ...this.setting, ...plan, prepared });
      if (cost === undefined) continue;
      terms.push({ cost, weight });
      if (definition.differentiable && !hasGradient(cost)) differentiable = false;
    }
    return { terms, differentiable };
  }
}

function hasAll(plan: PlanContext, needs: readonly CostNeed[]): boolean {
  return needs.every((need) => plan[need] !== undefined);
}

function hasGradient(cost: Cost): boolean {
  return "gradient" in cost && typeof cost.gradient === "function";
}
