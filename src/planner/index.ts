import { RehearseError } from "../core/error.js";
import type { Planner } from "../core/planner.js";
import { Cem, type CemOptions } from "./cem.js";
import { GradientDescent, type GradientOptions } from "./gradient.js";
import { Hybrid, type HybridOptions } from "./hybrid.js";
import { icem } from "./icem.js";
import { Mppi, type MppiOptions } from "./mppi.js";
import { PredictiveSampling, type PredictiveSamplingOptions } from "./predictive-sampling.js";

/** Every planner by the name that configuration files use, with its options. A planner of your own: one file and two lines here. */
export interface PlannerOptions {
  readonly cem: Partial<CemOptions>;
  readonly icem: Partial<CemOptions>;
  readonly mppi: Partial<MppiOptions>;
  readonly gradient: Partial<GradientOptions>;
  readonly hybrid: Partial<HybridOptions>;
  readonly "predictive-sampling": Partial<PredictiveSamplingOptions>;
}

const PLANNERS: { readonly [Name in keyof PlannerOptions]: (options: PlannerOptions[Name]) => Planner } = {
  cem: (options) => new Cem(options),
  icem,
  mppi: (options) => new Mppi(options),
  gradient: (options) => new GradientDescent(options),
  hybrid: (options) => new Hybrid(options),
  "predictive-sampling": (options) => new PredictiveSampling(options),
};

export const PLANNER_NAMES = Object.keys(PLANNERS) as (keyof PlannerOptions)[];

/** @throws RehearseError RH-PLANNER-NAME */
export function createPlanner<Name extends keyof PlannerOptions>(name: Name, options: PlannerOptions[Name] = {}): Planner {
  requirePlannerName(name);
  return PLANNERS[name](options);
}

/** @throws RehearseError RH-PLANNER-NAME */
export function requirePlannerName(name: string): asserts name is keyof PlannerOptions {
  if (Object.hasOwn(PLANNERS, name)) return;
  throw new RehearseError("RH-PLANNER-NAME", `there is no planner "${name}"`, `choose one of: ${PLANNER_NAMES.join(", ")}`);
}
