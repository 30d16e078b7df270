import type { Odometry } from "../core/body.js";
import type { EnergyReport } from "../core/cycle.js";
import type { Guardrail } from "../core/guardrail.js";
import { MOTION_SIZE, type MotionModel } from "../core/motion.js";
import type { Cost, Objective, Rollout, Scores } from "../core/objective.js";
import type { Surroundings } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { Readouts, WorldModel } from "../core/world-model.js";
import { tensor, values, zeros } from "../math/tensor.js";
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

  /** `[tick, action]` */
  private readonly committed: Float32Array;
  private readonly committedTicks: number;
  private readonly periodS: number;
  /** The body at the end of the committed ticks. */
  private readonly from: Odometry;
  private memory: Memory | undefined;

  constructor(
    private readonly imagination: Imagination,
    private readonly costs: readonly WeightedCost[],
    private readonly situation: Situation,
  ) {
    const { worldModel } = imagination;
    this.committed = situation.committed === undefined ? new Float32Array(0) : values(situation.committed);
    this.committedTicks = this.committed.length / worldModel.actionSize;
    this.committedSteps = Math.floor(this.committedTicks / worldModel.blockSize);
    this.periodS = worldModel.stepS / worldModel.blockSize;
    this.from = this.afterCommitted();
  }

  async score(actions: Tensor): Promise<Scores> {
    const samples = actions.shape[0]!;
    const cost = new Float32Array(samples);
    const violation = new Float32Array(samples);
    const rollout = await this.imagine(actions);
    for (const { cost: term, weight } of this.costs) {
      const value = await term.evaluate(rollout);
      for (let n = 0; n < samples; n++) cost[n]! += weight * value[n]!;
    }
    for (const guardrail of this.imagination.guardrails) {
      const margin = guardrail.margin(rollout.motion, this.situation.surroundings);
      for (let n = 0; n < samples; n++) violation[n] = Math.max(violation[n]!, margin[n]!);
    }
    return { cost, violation };
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

  private async imagine(actions: Tensor): Promise<Rollout> {
    const { worldModel, readouts, motionModel } = this.imagination;
    const [samples, freeSteps] = actions.shape as [number, number, number];
    const steps = this.committedSteps + freeSteps;
    const memory = this.unfold(values(actions), samples, freeSteps);
    const motion = motionModel.rollout(this.from, memory.twists, this.periodS);
    const latents = await worldModel.rollout(this.situation.latent, memory.blocks);
    const read = await readouts.read(tensor(values(latents), [samples * steps, worldModel.latentSize]));
    return { actions: memory.actions, latents, readouts: tensor(values(read), [samples, steps, readouts.names.length]), motion };
  }

  /** What was planned, put behind what is committed and held for each step's block: for the model, for the body (SI), and step by step. */
  private unfold(planned: Float32Array, samples: number, freeSteps: number): Memory {
    const { blockSize, actionSize } = this.imagination.worldModel;
    const steps = this.committedSteps + freeSteps;
    const ticks = steps * blockSize;
    const freeTicks = ticks - this.committedTicks;
    const memory = this.memoryFor(samples, steps, freeTicks);
    const blocks = memory.blocks.data;

    for (let n = 0; n < samples; n++) {
      blocks.set(this.committed, n * ticks * actionSize);
      for (let tick = this.committedTicks; tick < ticks; tick++) {
        const step = Math.floor(tick / blockSize) - this.committedSteps;
        const from = (n * freeSteps + step) * actionSize;
        const to = (n * ticks + tick) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) blocks[to + axis] = planned[from + axis]!;
        this.imagination.scaling.write(planned, from, memory.twists.data, (n * freeTicks + tick - this.committedTicks) * 3);
      }
      for (let step = 0; step < steps; step++) {
        const from = (n * ticks + (step + 1) * blockSize - 1) * actionSize;
        const to = (n * steps + step) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) memory.actions.data[to + axis] = blocks[from + axis]!;
      }
    }
    return memory;
  }

  /** Iterations of one plan are of one size and share their memory. */
  private memoryFor(samples: number, steps: number, freeTicks: number): Memory {
    if (this.memory?.actions.shape[0] === samples && this.memory.actions.shape[1] === steps) return this.memory;
    const { blockSize, actionSize } = this.imagination.worldModel;
    this.memory = {
      actions: zeros(samples, steps, actionSize),
      blocks: zeros(samples, steps, blockSize * actionSize),
      twists: zeros(samples, freeTicks, 3),
    };
    return this.memory;
  }

  private afterCommitted(): Odometry {
    const { odometry } = this.situation;
    if (this.committedTicks === 0) return odometry;
    const { motionModel, scaling, worldModel } = this.imagination;
    const twists = zeros(1, this.committedTicks, 3);
    for (let tick = 0; tick < this.committedTicks; tick++) {
      scaling.write(this.committed, tick * worldModel.actionSize, twists.data, tick * 3);
    }
    const motion = values(motionModel.rollout(odometry, twists, this.periodS));
    const [xM = 0, yM = 0, yawRad = 0, vxMps = 0, vyMps = 0, yawRateRps = 0] = motion.subarray(motion.length - MOTION_SIZE);
    return {
      stampNs: odometry.stampNs + BigInt(Math.round(this.committedTicks * this.periodS * 1e9)),
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

/** Inputs of the rollouts, used again in every iteration. */
interface Memory {
  /** `[sample, step, action]` */
  readonly actions: Tensor;
  /** `[sample, step, block * action]` */
  readonly blocks: Tensor;
  /** `[sample, free tick, 3]` */
  readonly twists: Tensor;
}
