import type { TimedPlan } from "../core/cycle.js";

/** The newest plan, indexed by time: what was planned for now, however late the plan came. */
export class PlanBuffer {
  private newest: TimedPlan | undefined;

  /** @param expiryNs age of a plan's frame after which the plan is no longer played */
  constructor(private readonly expiryNs: bigint) {}

  /** Takes a plan unless one from a newer frame for the same goal is held already. */
  offer(plan: TimedPlan): boolean {
    if (this.newest !== undefined && this.newest.goalId === plan.goalId && plan.startNs < this.newest.startNs) return false;
    this.newest = plan;
    return true;
  }

  clear(): void {
    this.newest = undefined;
  }

  get plan(): TimedPlan | undefined {
    return this.newest;
  }

  /** The planned action for `nowNs`; undefined: no plan, not begun, run out, or expired. */
  actionAt(nowNs: bigint): readonly number[] | undefined {
    const plan = this.newest;
    if (plan === undefined || nowNs < plan.startNs || nowNs - plan.startNs > this.expiryNs) return undefined;
    return actionOf(plan, nowNs);
  }
}

/** The action that a plan holds for a time; undefined outside its span. */
export function actionOf(plan: Pick<TimedPlan, "actions" | "startNs" | "stepNs">, nowNs: bigint): readonly number[] | undefined {
  const [steps, size] = plan.actions.shape as [number, number];
  const step = Number((nowNs - plan.startNs) / plan.stepNs);
  if (nowNs < plan.startNs || step >= steps) return undefined;
  return Array.from({ length: size }, (_, i) => plan.actions.get(step, i));
}
