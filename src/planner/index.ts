import { RehearseError } from "../core/error.js";
import type { Planner } from "../core/planner.js";
import { Cem, type CemOptions } from "./cem.js";
import { GradientDescent, type GradientOptions } from "./gradient.js";
import { Hybrid, type HybridOptions } from "./hybrid.js";
import { icem } from "./icem.js";
import { Mppi, type MppiOptions } from "./mppi.js";
import { PredictiveSampling, type PredictiveSamplingOptions } from "./predictive-sampling.js";

/** Makes a planner of one kind. What every kind understands is how many candidates it scores in an iteration. */
export type CreatePlanner = (options: { readonly samples?: number }) => Planner;
/** Planners by the names that configuration files use. */
export type PlannerRegistry = Readonly<Record<string, CreatePlanner>>;

/** A user's own planner, as a module declares it. */
export interface PlannerDefinition {
  readonly name: string;
  readonly create: CreatePlanner;
}

/** Every built-in planner, with its options. A new one is one file and one line here. */
export const PLANNERS = {
  cem: (options: Partial<CemOptions>) => new Cem(options),
  icem,
  mppi: (options: Partial<MppiOptions>) => new Mppi(options),
  gradient: (options: Partial<GradientOptions>) => new GradientDescent(options),
  hybrid: (options: Partial<HybridOptions>) => new Hybrid(options),
  "predictive-sampling": (options: Partial<PredictiveSamplingOptions>) => new PredictiveSampling(options),
} as const satisfies PlannerRegistry;

export type PlannerOptions = { readonly [Name in keyof typeof PLANNERS]: NonNullable<Parameters<(typeof PLANNERS)[Name]>[0]> };
export const PLANNER_NAMES = Object.keys(PLANNERS) as (keyof PlannerOptions)[];

/** @throws RehearseError RH-PLANNER-NAME */
export function createPlanner<Name extends keyof PlannerOptions>(name: Name, options: PlannerOptions[Name] = {}): Planner {
  return plannerOf(PLANNERS, name)(options);
}

/** How a registry makes the planner of that name. @throws RehearseError RH-PLANNER-NAME */
export function plannerOf(registry: PlannerRegistry, name: string): CreatePlanner {
  if (Object.hasOwn(registry, name)) return registry[name]!;
  const known = Object.keys(registry);
  throw new RehearseError("RH-PLANNER-NAME", `there is no planner "${name}"`, `choose one of: ${known.join(", ")}`, {
    details: { name, known },
  });
}

/**
 * A registry with more planners, such as those of a user's own modules.
 * @throws RehearseError RH-PLANNER-DEFINITION when one of them is no definition, or takes a name that is taken
 */
export function withPlanners(registry: PlannerRegistry, more: readonly unknown[]): PlannerRegistry {
  const all: Record<string, CreatePlanner> = { ...registry };
  for (const definition of more) {
    const { name, create } = (definition ?? {}) as Partial<PlannerDefinition>;
    if (typeof name !== "string" || !/^[a-z][a-z0-9_-]*$/.test(name)) throw refused(name, "its name is not in lower case letters");
    if (typeof create !== "function") throw refused(name, "it has no function create");
    if (Object.hasOwn(all, name)) throw refused(name, "another planner has its name");
    all[name] = create;
  }
  return all;
}

function refused(name: unknown, why: string): RehearseError {
  return new RehearseError(
    "RH-PLANNER-DEFINITION",
    `the planner ${typeof name === "string" ? name : "without a name"} can't be used: ${why}`,
    "declare it as { name, create }, where create({ samples }) returns a Planner",
  );
}
