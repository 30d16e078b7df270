import { availableParallelism, loadavg } from "node:os";
import { quantile } from "../math/statistics.js";
import { rounded, roundedOrNull } from "./rounding.js";

/** How long plans took, and how far they got, beside any figure of what they brought about. */
export interface PlanningTime {
  readonly planMs: { readonly p50: number | null; readonly p99: number | null };
  /** Share of the plans that took longer than `planning_budget_s`; null: there were none. */
  readonly plansOverBudget: number | null;
  /** Planner iterations that plans were granted. */
  readonly iterations: { readonly p10: number | null; readonly p50: number | null };
}

/** @param planMs, iterations of every plan of every episode */
export function planningTime(planMs: readonly number[], iterations: readonly number[], budgetS: number): PlanningTime {
  return {
    planMs: { p50: roundedOrNull(quantile(planMs, 0.5)), p99: roundedOrNull(quantile(planMs, 0.99)) },
    plansOverBudget: planMs.length === 0 ? null : rounded(planMs.filter((ms) => ms > 1000 * budgetS).length / planMs.length),
    iterations: { p10: roundedOrNull(quantile(iterations, 0.1)), p50: roundedOrNull(quantile(iterations, 0.5)) },
  };
}

/** What the figures were taken on: processors, and how busy they were when the last of them was taken (load average over a minute). */
export interface Machine {
  readonly processors: number;
  readonly load: number;
}

export function machine(): Machine {
  return { processors: availableParallelism(), load: rounded(loadavg()[0]!) };
}
