import type { Tensor } from "./tensor.js";

/** Everything a soft term may look at, `[sample, step, …]`; valid until the next score. */
export interface Rollout {
  /** `[sample, step, action]`, normalised to [-1, 1] */
  readonly actions: Tensor;
  /** `[sample, step, latent]` */
  readonly latents: Tensor;
  /** `[sample, step, readout]` */
  readonly readouts: Tensor;
  /** `[sample, tick, MOTION_SIZE]`: the ticks that are still free to choose, not those already committed */
  readonly motion: Tensor;
}

/** One soft term of the energy. Lower is better. */
export interface Cost {
  readonly name: string;
  /** @returns one value a sample, unweighted, in the term's own unit */
  evaluate(rollout: Rollout): Promise<Float32Array>;
}

/** A soft term that knows its slope. */
export interface DifferentiableCost extends Cost {
  /**
   * @param from `[latent]`
   * @param blocks `[sample, step, block * action]`: what the world model is given
   * @returns d cost / d blocks, shaped as `blocks`
   */
  gradient(from: Tensor, blocks: Tensor): Promise<Tensor>;
}

export interface Scores {
  /** Energy, one a sample. */
  readonly cost: Float32Array;
  /** Worst guardrail margin, one a sample; 0: every guardrail kept. */
  readonly violation: Float32Array;
}

/** Actions in, scores out: all that a planner knows. NaN counts as +Infinity. Rebuilt for every plan, so that no stale goal can leak. */
export interface Objective {
  /** @param actions `[sample, step, action]`: read during the call, not kept */
  score(actions: Tensor): Promise<Scores>;
}

export interface DifferentiableObjective extends Objective {
  /**
   * The way down is against it: d cost / d actions; for a sample that breaks a guardrail d violation / d actions, since that comes first.
   * @returns `[sample, step, action]`
   */
  gradient(actions: Tensor): Promise<Tensor>;
}
