import type { Clock } from "../core/clock.js";
import type { Budget, Plan } from "../core/planner.js";

export interface PlanOutcome {
  readonly plan: Plan;
  /** Lowest cost after each iteration. */
  readonly byIteration: readonly number[];
  readonly stoppedBy: "iterations" | "deadline" | "converged" | "exhausted";
}

/**
 * Runs an anytime planner for as long as it pays and the budget lasts. At least one iteration is made, and another only if, by the time
 * that the last two took, it will end before the deadline: a plan is late by no more than the part of one iteration that could not be foreseen.
 * Ending the loop also ends the planner.
 * @param onIteration is called after each iteration with the time that it took
 * @throws Error when the planner yields nothing
 */
export async function planWithin(
  plans: AsyncIterable<Plan>,
  budget: Budget,
  clock: Clock,
  onIteration?: (durationNs: bigint) => void,
): Promise<PlanOutcome> {
  const byIteration: number[] = [];
  let previous: Plan | undefined;
  let before = clock.steadyNs();
  let lastNs = 0n;

  for await (const plan of plans) {
    byIteration.push(plan.cost);
    const now = clock.steadyNs();
    onIteration?.(now - before);
    const nextNs = max(now - before, lastNs);
    const stop = (stoppedBy: PlanOutcome["stoppedBy"]): PlanOutcome => ({ plan, byIteration, stoppedBy });

    if (byIteration.length >= budget.maxIterations) return stop("iterations");
    if (budget.deadlineNs !== undefined && now + nextNs > budget.deadlineNs) return stop("deadline");
    if (previous !== undefined && hasConverged(previous, plan, budget.minImprovement)) return stop("converged");

    lastNs = now - before;
    before = now;
    previous = plan;
  }
  if (previous === undefined) throw new Error("the planner yielded no plan");
  return { plan: previous, byIteration, stoppedBy: "exhausted" };
}

/** Only a plan that keeps every guardrail can be good enough. */
function hasConverged(previous: Plan, plan: Plan, minImprovement: number | undefined): boolean {
  if (minImprovement === undefined || plan.violation > 0 || previous.violation > plan.violation) return false;
  return previous.cost - plan.cost < minImprovement * Math.abs(previous.cost);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
