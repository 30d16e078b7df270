import type { BodyMeasurement } from "../core/body.js";
import type { EnergyReport, IterationReport } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { PlanningConstraint } from "../core/guardrail.js";
import type { MotionModel } from "../core/motion.js";
import type { Cost, Objective, Rollout, Scores } from "../core/objective.js";
import type { PlanningModel } from "../core/planning-model.js";
import type { ObstaclePoints } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { GoalVector, RolloutPrediction } from "../core/world-model.js";
import type { ActionScaling } from "../embodiment/action-scaling.js";
import { tensor, values } from "../math/tensor.js";
import { ActionSchedule } from "./action-schedule.js";
import { CommittedPrefix } from "./committed-prefix.js";
import { ComposedEvaluator } from "./composed-evaluator.js";
import { posesMoved, posesRead } from "./predicted-path.js";
import { readsPosition } from "./readout-columns.js";

/** What predicts and judges: the same for every plan with one model and robot. */
export interface EnergyParts extends Omit<PlanningModel, "encoder"> {
  readonly motionModel: MotionModel;
  readonly guardrails: readonly PlanningConstraint[];
  readonly scaling: ActionScaling;
}

/** Where a plan starts from, and where to. */
export interface PlanningState {
  /** `[latent]`, of the frame that the plan is made from */
  readonly latent: Tensor;
  /** `[context]`: what a rollout from there starts from; absent: the latent, which is all that a model without a history needs. */
  readonly context?: Tensor | undefined;
  /** At that frame's time. */
  readonly body: BodyMeasurement;
  /** The goal of the model's cost to go. */
  readonly goal: GoalVector;
  readonly obstacles?: ObstaclePoints | undefined;
  /**
   * `[tick, action]` (or `[step, block * action]`, which is the same memory), normalised, one a control period from the frame's time on:
   * what will have been sent before this plan can begin. The planner is left the steps after it. Where the committed ticks end within a
   * step, the planner chooses that step too, and its choice counts from the first tick that is free.
   */
  readonly committed?: Tensor | undefined;
}

export interface WeightedCost {
  readonly cost: Cost;
  readonly weight: number;
}

/** How one candidate fares, for the record: from the frame's time on, committed steps included. */
export interface EnergyDetail {
  readonly energy: Omit<EnergyReport, "byIteration">;
  /** `[step, action]`; a committed step is given by its last tick */
  readonly actions: Tensor;
  /** `[step + 1, (x, y, yaw)]`, read out of the latents, the present one first; undefined: the body has none */
  readonly poses: Tensor | undefined;
  /** `[step, latent]` */
  readonly latents: Tensor;
}

/**
 * The energy of predicted futures: a weighted sum of soft costs over the model's rollout and, apart from it, the worst guardrail margin over the
 * body's analytic motion. The two are never added, so that no weight can buy a violation. What is committed is the same for all candidates: it is
 * predicted once, and the energy is that of the steps after it. One instance serves one plan.
 */
export class Energy implements Objective {
  /** The best candidate scored so far, by term. */
  best: IterationReport | undefined;

  protected readonly schedule: ActionSchedule;
  protected readonly prefix: CommittedPrefix;
  private readonly composed: ComposedEvaluator;
  private readonly readsLatents: boolean;

  constructor(
    protected readonly parts: EnergyParts,
    protected readonly costs: readonly WeightedCost[],
    private readonly state: PlanningState,
  ) {
    this.schedule = new ActionSchedule(parts.worldModel, parts.scaling, state.committed);
    this.prefix = new CommittedPrefix(parts.worldModel, parts.motionModel, this.schedule, state);
    this.composed = new ComposedEvaluator(parts);
    this.readsLatents = costs.some(({ cost }) => cost.readsLatents);
  }

  /** Whole steps that were committed before this plan: it doesn't choose them. */
  get committedSteps(): number {
    return this.schedule.committedSteps;
  }

  /** `[latent]`, at the end of the committed steps: where what the planner chooses begins */
  latentAtStart(): Promise<Tensor> {
    return this.prefix.latentAtEnd();
  }

  async score(actions: Tensor): Promise<Scores> {
    const { worldModel, evaluator = this.composed } = this.parts;
    const { blocks, commands } = this.schedule.unfold(actions);
    const start = await this.prefix.contextAtEnd();
    const prediction = await evaluator.evaluate(start, blocks, this.state.goal);
    const motion = this.motionOf(commands);
    const latents = this.readsLatents ? await worldModel.rollout(start, blocks) : undefined;
    const rollout = this.rolloutOf(actions, prediction, motion, latents);

    const cost = new Float32Array(actions.shape[0]!);
    const terms: Float32Array[] = [];
    for (const { cost: term, weight } of this.costs) {
      const value = valuesOf(term, rollout);
      for (let n = 0; n < cost.length; n++) cost[n]! += weight * value[n]!;
      terms.push(value);
    }
    const violation = this.violation(motion);
    this.remember(cost, violation, terms);
    return { cost, violation };
  }

  /** In float32 throughout, whatever arithmetic the scores are made with. @param actions `[step, action]`, as `score` takes them for one sample */
  async explain(actions: Tensor): Promise<EnergyDetail> {
    const one = tensor(values(actions), [1, ...actions.shape]);
    const { blocks, commands } = this.schedule.unfold(one);
    const motion = this.motionOf(commands);
    const latents = await this.parts.worldModel.rollout(await this.prefix.contextAtEnd(), blocks);
    const rollout = this.rolloutOf(one, await this.composed.read(latents, this.state.goal), motion, latents);

    const terms: Record<string, number> = {};
    let total = 0;
    for (const { cost, weight } of this.costs) {
      const term = weight * valuesOf(cost, rollout)[0]!;
      terms[cost.name] = term;
      total += term;
    }
    const margins: Record<string, number> = {};
    let violation = 0;
    for (const guardrail of this.parts.guardrails) {
      const margin = guardrail.margin(motion, this.state.obstacles, this.schedule.motionStepS)[0]!;
      margins[guardrail.id] = margin;
      violation = Math.max(violation, margin);
    }
    const all = await this.withCommitted(latents);
    return {
      energy: { total, violation, terms, margins },
      actions: this.schedule.withCommitted(actions),
      poses: await this.poses(all, motion),
      latents: all,
    };
  }

  /** `[sample, motion step, column]`: the body's analytic motion from the end of the committed ticks on */
  protected motionOf(commands: Tensor): Tensor {
    return this.parts.motionModel.rollout(this.prefix.body, commands, this.schedule.motionStepS);
  }

  /** The worst margin over all rules, one a sample; 0: all are kept. */
  protected violation(motion: Tensor): Float32Array {
    const worst = new Float32Array(motion.shape[0]!);
    for (const guardrail of this.parts.guardrails) {
      const margin = guardrail.margin(motion, this.state.obstacles, this.schedule.motionStepS);
      for (let n = 0; n < worst.length; n++) worst[n] = Math.max(worst[n]!, margin[n]!);
    }
    return worst;
  }

  private rolloutOf(actions: Tensor, { readouts, distance }: RolloutPrediction, motion: Tensor, latents: Tensor | undefined): Rollout {
    return { actions, before: this.schedule.before, readouts, distance, motion, latents };
  }

  private remember(cost: Float32Array, violation: Float32Array, terms: readonly Float32Array[]): void {
    let at = -1;
    let { total, violation: least } = this.best ?? { total: Number.POSITIVE_INFINITY, violation: Number.POSITIVE_INFINITY };
    for (let n = 0; n < cost.length; n++) {
      // Written so that NaN is never better.
      if (!(violation[n]! < least || (violation[n]! === least && cost[n]! < total))) continue;
      at = n;
      least = violation[n]!;
      total = cost[n]!;
    }
    if (at < 0) return;
    const named = this.costs.map(({ cost: { name }, weight }, i) => [name, weight * terms[i]![at]!] as const);
    this.best = { total, violation: least, terms: Object.fromEntries(named) };
  }

  /** `[step, latent]`, the committed steps before those of `free`, `[1, step, latent]` */
  private async withCommitted(free: Tensor): Promise<Tensor> {
    const { latentSize } = this.parts.worldModel;
    const later = values(free);
    const earlier = await this.prefix.latents();
    const all = new Float32Array(earlier.length + later.length);
    all.set(earlier);
    all.set(later, earlier.length);
    return tensor(all, [all.length / latentSize, latentSize]);
  }

  private async poses(latents: Tensor, motion: Tensor): Promise<Tensor | undefined> {
    const { readouts } = this.parts;
    const { latent, body } = this.state;
    if (readsPosition(readouts.names)) return posesRead(readouts, latent, latents);
    return posesMoved(body, this.prefix.body, this.committedSteps, latents.shape[0]!, motion);
  }
}

/** @throws RehearseError RH-COST-VALUES: a cost of somebody's own that gives another number of values, or a promise of them, would be no number */
function valuesOf(cost: Cost, rollout: Rollout): Float32Array {
  const result = cost.evaluate(rollout);
  const samples = rollout.actions.shape[0]!;
  if (result instanceof Float32Array && result.length === samples) return result;
  throw new RehearseError(
    "RH-COST-VALUES",
    `the cost ${cost.name} did not return ${samples} values in a Float32Array`,
    "return one value a sample, and no promise",
  );
}
