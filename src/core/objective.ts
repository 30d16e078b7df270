import type { Tensor } from "./tensor.js";

/** Everything that a soft term may use, `[sample, step, …]`: the steps that are still free to choose; valid until the next score. */
export interface Rollout {
  /** `[sample, step, action]`, normalised to [-1, 1] */
  readonly actions: Tensor;
  /** `[action]`: what is in force when the first step begins; absent: unknown */
  readonly before?: ArrayLike<number> | undefined;
  /** `[sample, step, readout]` */
  readonly readouts: Tensor;
  /** The model's cost to go after each step, `sample * steps + step`, in its own unit. */
  readonly distance: Float32Array;
  /** `[sample, step, latent]`; only where a cost says that it reads them, since they take a rollout of their own and most need only what is read out. */
  readonly latents?: Tensor | undefined;
  /** `[sample, motion step, column]`, as the motion model gives it: one for every 0.1 s at most of the ticks that are still free to choose, not those already committed */
  readonly motion: Tensor;
}

/** One soft term of the energy. Lower is better. */
export interface Cost {
  readonly name: string;
  /** Whether it reads `Rollout.latents`; absent: it does not. */
  readonly readsLatents?: boolean;
  /** @returns one value a sample, unweighted, in the term's own unit */
  evaluate(rollout: Rollout): Float32Array;
}

/** Candidates whose gradient is requested. */
export interface Candidates {
  /** `[latent]`: where the free steps begin */
  readonly from: Tensor;
  /** `[sample, step, block * action]`: what the world model is given */
  readonly blocks: Tensor;
  /** `[sample, step, action]`: what the planner chose */
  readonly actions: Tensor;
  /** As in `Rollout`. */
  readonly before?: ArrayLike<number> | undefined;
}

/** A soft term with a gradient: along what the model is given, or along what the planner chose. */
export interface DifferentiableCost extends Cost {
  /** @returns d cost / d blocks, or d cost / d actions, shaped as these */
  gradient(at: Candidates): Promise<{ readonly blocks: Tensor } | { readonly actions: Tensor }>;
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
   * Descent goes against it: d cost / d actions; for a sample that breaks a guardrail d violation / d actions, since that comes first.
   * @returns `[sample, step, action]`
   */
  gradient(actions: Tensor): Promise<Tensor>;
}
