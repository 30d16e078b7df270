import type { Odometry } from "../core/body.js";
import type { EnergyReport } from "../core/cycle.js";
import type { Guardrail } from "../core/guardrail.js";
import { MOTION_SIZE, type MotionModel } from "../core/motion.js";
import type { Cost, Objective, Rollout, Scores } from "../core/objective.js";
import type { Surroundings } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { Readouts, WorldModel } from "../core/world-model.js";
import { tensor, values, zeros } from "../math/tensor.js";
import { ActionSchedule } from "./action-schedule.js";
import { poseColumns } from "./readout-columns.js";
import type { TwistScaling } from "./twist-scaling.js";

/** What imagines and judges: the same for every plan with one model and robot. */
export interface Imagination {
  readonly worldModel: WorldModel;
  readonly readouts: Readouts;
  readonly motionModel: MotionModel;
  readonly guardrails: readonly Guardrail[];
  readonly scaling: TwistScaling;
}

/** Where a plan starts from. */
export interface Situation {
  /** `[latent]`, of the frame that the plan is made from */
  readonly latent: Tensor;
  /** At that frame's time. */
  readonly odometry: Odometry;
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
  /** `[step + 1, (x, y, yaw)]`, read out of the latents, the present one first */
  readonly poses: Tensor;
  /** `[step, latent]` */
  readonly latents: Tensor;
}

/**
 * The energy of imagined futures: a weighted sum of soft costs over the model's rollout and, apart from it, the worst guardrail margin over the
 * body's analytic motion. The two are never added, so that no weight can buy a violation. One instance serves one plan.
 */
export class Energy implements Objective {
  /** Whole steps that were committed before this plan: it doesn't choose them. */
  readonly committedSteps: number;

  protected readonly schedule: ActionSchedule;
  /** The body at the end of the committed ticks. */
  protected readonly from: Odometry;

  constructor(
    protected readonly imagination: Imagination,
    protected readonly costs: readonly WeightedCost[],
    protected readonly situation: Situation,
  ) {
    this.schedule = new ActionSchedule(imagination.worldModel, imagination.scaling, situation.committed);
    this.committedSteps = this.schedule.committedSteps;
    this.from = this.afterCommitted();
  }

  async score(actions: Tensor): Promise<Scores> {
    const rollout = await this.imagine(actions);
    const cost = new Float32Array(actions.shape[0]!);
    for (const { cost: term, weight } of this.costs) {
      const value = await term.evaluate(rollout);
      for (let n = 0; n < cost.length; n++) cost[n]! += weight * value[n]!;
    }
    return { cost, violation: this.violation(rollout.motion) };
  }

  /** @param actions `[step, action]`, as `score` takes them for one sample */
  async explain(actions: Tensor): Promise<EnergyDetail> {
    const rollout = await this.imagine(tensor(values(actions), [1, ...actions.shape]));
    const terms: Record<string, number> = {};
    let total = 0;
    for (const { cost, weight } of this.costs) {
      const term = weight * (await cost.evaluate(rollout))[0]!;
      terms[cost.name] = term;
      total += term;
    }
    const margins: Record<string, number> = {};
    let violation = 0;
    for (const guardrail of this.imagination.guardrails) {
      const margin = guardrail.margin(rollout.motion, this.situation.surroundings)[0]!;
      margins[guardrail.name] = margin;
      violation = Math.max(violation, margin);
    }
    return {
      energy: { total, violation, terms, margins },
      actions: tensor(values(rollout.actions).slice(), rollout.actions.shape.slice(1)),
      poses: await this.poses(rollout),
      latents: tensor(values(rollout.latents).slice(), rollout.latents.shape.slice(1)),
    };
  }

  private async imagine(planned: Tensor): Promise<Rollout> {
    const { worldModel, readouts, motionModel } = this.imagination;
    const { actions, blocks, twists } = this.schedule.unfold(planned);
    const [samples, steps] = actions.shape as [number, number, number];
    const motion = motionModel.rollout(this.from, twists, this.schedule.periodS);
    const latents = await worldModel.rollout(this.situation.latent, blocks);
    const read = await readouts.read(tensor(values(latents), [samples * steps, worldModel.latentSize]));
    return { actions, latents, readouts: tensor(values(read), [samples, steps, readouts.names.length]), motion };
  }

  /** The worst margin over all rules, one a sample; 0: all are kept. */
  protected violation(motion: Tensor): Float32Array {
    const worst = new Float32Array(motion.shape[0]!);
    for (const guardrail of this.imagination.guardrails) {
      const margin = guardrail.margin(motion, this.situation.surroundings);
      for (let n = 0; n < worst.length; n++) worst[n] = Math.max(worst[n]!, margin[n]!);
    }
    return worst;
  }

  private afterCommitted(): Odometry {
    const { odometry } = this.situation;
    const { committedTicks, periodS } = this.schedule;
    if (committedTicks === 0) return odometry;
    const motion = values(this.imagination.motionModel.rollout(odometry, this.schedule.committedTwists(), periodS));
    const [xM = 0, yM = 0, yawRad = 0, vxMps = 0, vyMps = 0, yawRateRps = 0] = motion.subarray(motion.length - MOTION_SIZE);
    return {
      stampNs: odometry.stampNs + BigInt(Math.round(committedTicks * periodS * 1e9)),
      odomFromBase: { xM, yM, yawRad },
      twistInBase: { vxMps, vyMps, yawRateRps },
    };
  }

  private async poses(rollout: Rollout): Promise<Tensor> {
    const { readouts, worldModel } = this.imagination;
    const { x, y, yaw } = poseColumns(readouts.names);
    const width = readouts.names.length;
    const present = values(await readouts.read(tensor(values(this.situation.latent), [1, worldModel.latentSize])));
    const future = values(rollout.readouts);
    const poses = zeros(rollout.actions.shape[1]! + 1, 3);
    for (let step = 0; step < poses.shape[0]!; step++) {
      const row = step === 0 ? present : future.subarray((step - 1) * width, step * width);
      poses.set(step, 0, row[x]!);
      poses.set(step, 1, row[y]!);
      if (yaw !== undefined) poses.set(step, 2, Math.atan2(row[yaw.sin]!, row[yaw.cos]!));
    }
    return poses;
  }
}
