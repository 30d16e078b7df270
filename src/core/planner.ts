import type { Objective } from "./objective.js";
import type { Random } from "./random.js";
import type { Tensor } from "./tensor.js";

/** The best action sequence so far. Plans compare by violation first, then by cost. */
export interface Plan {
  /** `[step, action]`, normalised to [-1, 1]; a copy, the planner keeps no hold on it */
  readonly actions: Tensor;
  readonly cost: number;
  readonly violation: number;
  /** Iterations done up to this plan. */
  readonly iterations: number;
  /** `[guess, step, action]`, best first: other good candidates, for the next plan's `guesses` and for display. */
  readonly alternatives?: Tensor;
}

/** Anytime: yields the best plan so far after each iteration. Budget, clock and loop are outside. */
export interface Planner {
  /**
   * @param warmStart `[step, action]`: the first guess; its shape fixes the horizon
   * @param guesses `[step, action]` each: more to try in the first iteration (standing still, what else was good last time, proposals)
   */
  improve(objective: Objective, warmStart: Tensor, random: Random, guesses?: readonly Tensor[]): AsyncIterable<Plan>;
}

/** Whichever comes first. With `maxIterations` alone a run repeats bit for bit. */
export interface Budget {
  readonly maxIterations: number;
  /** Steady clock; absent: no time limit. */
  readonly deadlineNs?: bigint;
  /** Stop when an iteration lowers the cost by less than this fraction; absent: never. */
  readonly minImprovement?: number;
}
