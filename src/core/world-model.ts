import type { BodyMeasurement } from "./body.js";
import type { CameraFrame } from "./sensors.js";
import type { Tensor } from "./tensor.js";

/**
 * Where to, as a model's cost to go takes it: x and y, metres in the odometry frame, or the latent of a picture of the goal. Which of the
 * two, the model says (`ModelDescription.goal`).
 */
export type GoalVector = ArrayLike<number> & Iterable<number>;

/** Frozen perception: one observation in, one latent out. */
export interface Encoder {
  /** @returns `[latent]`. Rejects with a RehearseError when the frame's size is not the model's. */
  encode(frame: CameraFrame, body: BodyMeasurement): Promise<Tensor>;
}

/** Learned dynamics. Knows latents and normalised actions in [-1, 1]; never metres or radians. */
export interface WorldModel {
  readonly latentSize: number;
  readonly actionSize: number;
  /** Control-rate actions that one model step covers. */
  readonly blockSize: number;
  /** Seconds that one model step covers: `blockSize` × control period of the training data. */
  readonly stepS: number;
  /** Frames that a rollout starts from, one model step apart; absent: 1, the present alone. */
  readonly contextFrames?: number;
  /**
   * @param from `[context]`: the latent, or, for a model with a history, what `math/packed-context.ts` makes of its last frames
   * @param actions `[sample, step, block * action]`: each model step is given the `block` control-rate actions within it
   * @returns `[sample, step, latent]`: the state after each step
   */
  rollout(from: Tensor, actions: Tensor): Promise<Tensor>;
}

/** A small frozen head that reads named physical quantities out of latents. */
export interface Readouts {
  /** Column names with their unit, e.g. `robot.x [m]`. */
  readonly names: readonly string[];
  /** @param latents `[row, latent]` @returns `[row, readout]` */
  read(latents: Tensor): Promise<Tensor>;
}

/** A learned cost head: what is still to go from a latent to a goal. */
export interface CostToGo {
  /** @param latents `[row, latent]` @returns one a row: metres of free path, or, for goals that are latents, multiples of what counts as reached */
  costToGo(latents: Tensor, goal: GoalVector): Promise<Float32Array>;
}

/** What a model predicts of action sequences, as far as planning has to know. Valid until the next call of what gave it. */
export interface RolloutPrediction {
  /** `[sample, step, readout]` */
  readonly readouts: Tensor;
  /** Cost to go after each step, `sample * steps + step`, in the unit of `CostToGo`. */
  readonly distance: Float32Array;
}

/** Rollout, readouts and cost to go in one pass: what planning asks for some thousand futures of, many times a second. */
export interface RolloutEvaluator {
  /**
   * @param from `[context]`, as a rollout's
   * @param actions `[sample, step, block * action]`
   */
  evaluate(from: Tensor, actions: Tensor, goal: GoalVector): Promise<RolloutPrediction>;
}

/** What may be worth trying first, known without imagining anything: a planner's first candidates beside its own. */
export interface Proposals {
  /**
   * @param latent `[latent]`: where the actions begin
   * @returns `[step, action]` each, normalised to [-1, 1]; as many steps as the source knows, one a model step
   */
  propose(latent: Tensor, goal: GoalVector): Promise<readonly Tensor[]>;
}

/** Draws the picture that a latent stands for. Took no part in training the model; for people to view, never for planning. */
export interface Decoder {
  /** @param latents `[row, latent]` @returns one frame a row, stamped `stampNs` */
  decode(latents: Tensor, stampNs: bigint): Promise<CameraFrame[]>;
}

/** Energy of action sequences and its derivative in one pass, for planners that descend it. */
export interface CostGradient {
  /**
   * @param from `[latent]`
   * @param actions `[sample, step, block * action]`
   * @param weights how much the cost to go after each step counts, one a step
   * @returns `cost`: weighted sum of the cost to go over the steps, one a sample; `gradient`: d cost / d actions, shaped as `actions`
   */
  costGradient(from: Tensor, actions: Tensor, goal: GoalVector, weights: Float32Array): Promise<{ cost: Float32Array; gradient: Tensor }>;
}
