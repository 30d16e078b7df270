import type { TimedPlan } from "../core/cycle.js";

/**
 * The plans that are being played, indexed by time: what was planned for now, however late the plan came. A plan's own actions begin after those
 * that were committed when it was requested; until then the plans before it go on, which is what they were committed to.
 */
export class PlanBuffer {
  private newest: TimedPlan | undefined;
  /** Oldest first: the one that is played now, and those that will take over from it. */
  private chain: TimedPlan[] = [];
  /** Played until the first of the chain begins. */
  private held: readonly number[] | undefined;

  /** @param expiryNs age of the newest plan's frame after which nothing is played any more */
  constructor(private readonly expiryNs: bigint) {}

  /** Takes a plan unless one from a newer frame for the same goal is held already. */
  offer(plan: TimedPlan): boolean {
    if (this.newest !== undefined && this.newest.goalId === plan.goalId && plan.startNs < this.newest.startNs) return false;
    this.newest = plan;
    this.chain.push(plan);
    return true;
  }

  /** Plays one action, instead of what was planned, until the next plan's own actions begin. */
  hold(action: readonly number[]): void {
    this.chain = [];
    this.held = action;
  }

  clear(): void {
    this.newest = undefined;
    this.chain = [];
    this.held = undefined;
  }

  get plan(): TimedPlan | undefined {
    return this.newest;
  }

  /** The action to play at `nowNs`; undefined: no plan, not begun, run out, or expired. Time does not go back without a `clear`. */
  actionAt(nowNs: bigint): readonly number[] | undefined {
    const { newest } = this;
    if (newest === undefined || nowNs < newest.startNs || nowNs - newest.startNs > this.expiryNs) return undefined;
    const playing = this.chain.findLastIndex(({ freeNs }) => freeNs <= nowNs);
    if (playing > 0) this.chain.splice(0, playing);
    return this.planned(nowNs);
  }

  /** What will be played at a time, as far as is known now. */
  planned(atNs: bigint): readonly number[] | undefined {
    const plan = this.chain.findLast(({ freeNs }) => freeNs <= atNs);
    if (plan !== undefined) return actionOf(plan, atNs);
    return this.held ?? (this.chain[0] && actionOf(this.chain[0], atNs));
  }
}

/** The action that a plan holds for a time; undefined outside its span. */
function actionOf(plan: Pick<TimedPlan, "actions" | "startNs" | "stepNs">, nowNs: bigint): readonly number[] | undefined {
  const [steps, size] = plan.actions.shape as [number, number];
  const step = Number((nowNs - plan.startNs) / plan.stepNs);
  if (nowNs < plan.startNs || step >= steps) return undefined;
  return Array.from({ length: size }, (_, i) => plan.actions.get(step, i));
}
