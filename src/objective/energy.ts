import type { BodyMeasurement, Pose2 } from "../core/body.js";
import type { EnergyReport, IterationReport } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { Guardrail } from "../core/guardrail.js";
import { MOTION_SIZE, type MotionModel } from "../core/motion.js";
import type { Cost, Objective, Rollout, Scores } from "../core/objective.js";
import type { Surroundings } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { Foresight, GoalVector, Outcomes } from "../core/world-model.js";
import type { ActionScaling } from "../embodiment/action-scaling.js";
import { poseOf } from "../embodiment/measurement-of.js";
import { advanceContext, contextShape } from "../math/packed-context.js";
import { tensor, values, zeros } from "../math/tensor.js";
import { ActionSchedule } from "./action-schedule.js";
import { ComposedForesight, type ModelParts } from "./composed-foresight.js";
import { poseColumns, readsPosition } from "./readout-columns.js";

/** What imagines and judges: the same for every plan with one model and robot. */
export interface Imagination extends ModelParts {
  /** Absent: the model's parts are asked one after the other. */
  readonly foresight?: Foresight | undefined;
  readonly motionModel: MotionModel;
  readonly guardrails: readonly Guardrail[];
  readonly scaling: ActionScaling;
}

/** Where a plan starts from, and where to. */
export interface Situation {
  /** `[latent]`, of the frame that the plan is made from */
  readonly latent: Tensor;
  /** `[context]`: what a rollout from there starts from; absent: the latent, which is all that a model needs which does not look back. */
  readonly context?: Tensor | undefined;
  /** At that frame's time. */
  readonly body: BodyMeasurement;
  /** What the model's cost to go is asked about. */
  readonly goal: GoalVector;
  readonly surroundings?: Surroundings | undefined;
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

/** How one candidate fares, for the record: the whole way from the frame's time on, committed steps included. */
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
 * The energy of imagined futures: a weighted sum of soft costs over the model's rollout and, apart from it, the worst guardrail margin over the
 * body's analytic motion. The two are never added, so that no weight can buy a violation. What is committed is the same for all candidates: it is
 * imagined once, and the energy is that of the steps after it. One instance serves one plan.
 */
export class Energy implements Objective {
  /** Whole steps that were committed before this plan: it doesn't choose them. */
  readonly committedSteps: number;
  /** The best candidate scored so far, by term. */
  best: IterationReport | undefined;

  protected readonly schedule: ActionSchedule;
  /** The body at the end of the committed ticks. */
  protected readonly from: BodyMeasurement;
  private readonly composed: ComposedForesight;
  private readonly foresight: Foresight;
  private readonly readsLatents: boolean;
  private committedLatents: Float32Array | undefined;
  private laterContext: Tensor | undefined;

  constructor(
    protected readonly imagination: Imagination,
    protected readonly costs: readonly WeightedCost[],
    protected readonly situation: Situation,
  ) {
    this.schedule = new ActionSchedule(imagination.worldModel, imagination.scaling, situation.committed);
    this.committedSteps = this.schedule.committedSteps;
    this.from = this.afterCommitted();
    this.composed = new ComposedForesight(imagination);
    this.foresight = imagination.foresight ?? this.composed;
    this.readsLatents = costs.some(({ cost }) => cost.readsLatents);
  }

  async score(actions: Tensor): Promise<Scores> {
    const { blocks, commands } = this.schedule.unfold(actions);
    const start = await this.contextAtStart();
    const outcomes = await this.foresight.foresee(start, blocks, this.situation.goal);
    const motion = this.imagination.motionModel.rollout(this.from, commands, this.lookS);
    const latents = this.readsLatents ? await this.imagination.worldModel.rollout(start, blocks) : undefined;
    const rollout = this.rolloutOf(actions, outcomes, motion, latents);

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
    const { worldModel, guardrails, motionModel } = this.imagination;
    const one = tensor(values(actions), [1, ...actions.shape]);
    const { blocks, commands } = this.schedule.unfold(one);
    const motion = motionModel.rollout(this.from, commands, this.lookS);
    const latents = await worldModel.rollout(await this.contextAtStart(), blocks);
    const outcomes = await this.composed.look(latents, this.situation.goal);
    const rollout = this.rolloutOf(one, outcomes, motion, latents);

    const terms: Record<string, number> = {};
    let total = 0;
    for (const { cost, weight } of this.costs) {
      const term = weight * valuesOf(cost, rollout)[0]!;
      terms[cost.name] = term;
      total += term;
    }
    const margins: Record<string, number> = {};
    let violation = 0;
    for (const guardrail of guardrails) {
      const margin = guardrail.margin(motion, this.situation.surroundings, this.lookS)[0]!;
      margins[guardrail.name] = margin;
      violation = Math.max(violation, margin);
    }
    const all = await this.withCommitted(latents);
    return {
      energy: { total, violation, terms, margins },
      actions: this.allActions(actions),
      poses: await this.poses(all, motion),
      latents: all,
    };
  }

  /** From one look at the body's motion to the next. */
  protected get lookS(): number {
    return this.schedule.lookTicks * this.schedule.periodS;
  }

  /** `[latent]`, at the end of the committed steps: where what the planner chooses begins */
  async latentAtStart(): Promise<Tensor> {
    if (this.committedSteps === 0) return this.situation.latent;
    const { latentSize } = this.imagination.worldModel;
    return tensor((await this.latentsOfCommitted()).subarray(-latentSize), [latentSize]);
  }

  /** `[context]`, at the end of the committed steps: what a rollout of the planner's choice starts from */
  protected async contextAtStart(): Promise<Tensor> {
    if (this.committedSteps === 0) return this.context;
    if (this.laterContext === undefined) {
      const shape = contextShape(this.imagination.worldModel);
      const committed = values(this.schedule.committedBlocks());
      const context = advanceContext(shape, values(this.context), committed, await this.latentsOfCommitted());
      this.laterContext = tensor(context, [context.length]);
    }
    return this.laterContext;
  }

  private get context(): Tensor {
    return this.situation.context ?? this.situation.latent;
  }

  /** `[step, latent]`, of the committed steps; imagined when first asked for */
  private async latentsOfCommitted(): Promise<Float32Array> {
    if (this.committedSteps === 0) return new Float32Array(0);
    this.committedLatents ??= values(await this.imagination.worldModel.rollout(this.context, this.schedule.committedBlocks())).slice();
    return this.committedLatents;
  }

  /** The worst margin over all rules, one a sample; 0: all are kept. */
  protected violation(motion: Tensor): Float32Array {
    const worst = new Float32Array(motion.shape[0]!);
    for (const guardrail of this.imagination.guardrails) {
      const margin = guardrail.margin(motion, this.situation.surroundings, this.lookS);
      for (let n = 0; n < worst.length; n++) worst[n] = Math.max(worst[n]!, margin[n]!);
    }
    return worst;
  }

  private rolloutOf(actions: Tensor, outcomes: Outcomes, motion: Tensor, latents: Tensor | undefined): Rollout {
    return { actions, before: this.schedule.before, readouts: outcomes.readouts, distance: outcomes.distance, motion, latents };
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

  private afterCommitted(): BodyMeasurement {
    const { body } = this.situation;
    const { committedTicks, periodS } = this.schedule;
    if (committedTicks === 0) return body;
    const { motionModel } = this.imagination;
    const motion = values(motionModel.rollout(body, this.schedule.committedCommands(), periodS));
    const last = motion.subarray(motion.length - motion.length / committedTicks);
    return motionModel.bodyOf(last, body.stampNs + BigInt(Math.round(committedTicks * periodS * 1e9)));
  }

  /** `[step, latent]`, the committed steps before those of `free`, `[1, step, latent]` */
  private async withCommitted(free: Tensor): Promise<Tensor> {
    const { worldModel } = this.imagination;
    const later = values(free);
    const earlier = await this.latentsOfCommitted();
    const all = new Float32Array(earlier.length + later.length);
    all.set(earlier);
    all.set(later, earlier.length);
    return tensor(all, [all.length / worldModel.latentSize, worldModel.latentSize]);
  }

  private allActions(planned: Tensor): Tensor {
    const { actionSize, blockSize } = this.imagination.worldModel;
    const committed = values(this.schedule.committedBlocks());
    const all = zeros(this.committedSteps + planned.shape[0]!, actionSize);
    for (let step = 0; step < this.committedSteps; step++) {
      const last = ((step + 1) * blockSize - 1) * actionSize;
      all.data.set(committed.subarray(last, last + actionSize), step * actionSize);
    }
    all.data.set(values(planned), this.committedSteps * actionSize);
    return all;
  }

  /** @param latents `[step, latent]` */
  private async poses(latents: Tensor, motion: Tensor): Promise<Tensor | undefined> {
    const { readouts, worldModel } = this.imagination;
    const [steps] = latents.shape as [number, number];
    if (!readsPosition(readouts.names)) return this.movedPoses(steps, motion);
    const { x, y, yaw } = poseColumns(readouts.names);
    const withPresent = zeros(steps + 1, worldModel.latentSize);
    withPresent.data.set(values(this.situation.latent));
    withPresent.data.set(values(latents), worldModel.latentSize);
    const read = values(await readouts.read(withPresent));
    const poses = zeros(steps + 1, 3);
    for (let step = 0; step <= steps; step++) {
      const row = read.subarray(step * readouts.names.length);
      poses.set(step, 0, row[x]!);
      poses.set(step, 1, row[y]!);
      if (yaw !== undefined) poses.set(step, 2, Math.atan2(row[yaw.sin]!, row[yaw.cos]!));
    }
    return poses;
  }

  /** `[step + 1, (x, y, yaw)]` by the body's analytic motion; through the committed steps it is taken to be where they end; undefined: an arm's */
  private movedPoses(steps: number, motion: Tensor): Tensor | undefined {
    const [here, committed] = [poseOf(this.situation.body), poseOf(this.from)];
    if (here === undefined || committed === undefined) return undefined;
    const poses = zeros(steps + 1, 3);
    const put = (step: number, { xM, yM, yawRad }: Pose2) => poses.data.set([xM, yM, yawRad], step * 3);
    put(0, here);
    for (let step = 1; step <= this.committedSteps; step++) put(step, committed);
    const looks = motion.shape[1]!;
    const moved = values(motion);
    for (let step = this.committedSteps + 1; step <= steps; step++) {
      const at = Math.max(0, looks - 1 - (steps - step) * Math.ceil(looks / (steps - this.committedSteps))) * MOTION_SIZE;
      put(step, { xM: moved[at]!, yM: moved[at + 1]!, yawRad: moved[at + 2]! });
    }
    return poses;
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
