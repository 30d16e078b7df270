import type { PlanRequest } from "../core/plan-request.js";
import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import { tensor } from "../math/tensor.js";
import type { Energy } from "../objective/energy.js";
import type { ResolvedGoal } from "./goal-resolver.js";

/** How far a plan reaches. */
export interface Horizon {
  /** Model steps. */
  readonly steps: number;
  /** Longer horizon for when the robot has come no nearer for this long: the path may lead away from the goal first. */
  readonly stalled: { readonly afterNs: bigint; readonly steps: number };
}

/** The steps of one plan in time: those that are committed, and those that are planned. */
export interface PlanWindow {
  /** `[tick, action]`, from the frame's time on: fixed, not planned. */
  readonly committed: Tensor;
  /** Steps to plan: after those that are wholly committed. */
  readonly steps: number;
  readonly stepNs: bigint;
  /** When the first planned step begins, and from when on it is free: a part of it may be committed. */
  readonly firstNs: bigint;
  readonly freeNs: bigint;
}

/** A request made ready: what to minimise, and where to begin. */
export interface PlanningProblem {
  readonly energy: Energy;
  /** `[step, action]` */
  readonly warmStart: Tensor;
  readonly guesses: readonly Tensor[];
  /** `[latent]` */
  readonly latent: Tensor;
  /** `[context]`: what the model's rollouts from there start from. */
  readonly context: Tensor;
  readonly goal: ResolvedGoal;
  readonly window: PlanWindow;
}

export function planWindow({ committed, startNs, stalledNs }: PlanRequest, model: WorldModel, horizon: Horizon): PlanWindow {
  const { actionSize, blockSize } = model;
  const stepNs = BigInt(Math.round(model.stepS * 1e9));
  const ticks = committed.length / actionSize;
  const committedSteps = Math.floor(ticks / blockSize);
  const { stalled } = horizon;
  const horizonSteps = stalledNs < stalled.afterNs ? horizon.steps : Math.max(stalled.steps, horizon.steps);
  return {
    committed: tensor(committed, [ticks, actionSize]),
    steps: horizonSteps - committedSteps,
    stepNs,
    firstNs: startNs + BigInt(committedSteps) * stepNs,
    freeNs: startNs + (BigInt(ticks) * stepNs) / BigInt(blockSize),
  };
}
