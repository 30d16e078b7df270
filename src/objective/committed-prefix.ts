import type { BodyMeasurement } from "../core/body.js";
import type { MotionModel } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import { advanceContext, contextShape } from "../math/packed-context.js";
import { tensor, values } from "../math/tensor.js";
import type { ActionSchedule } from "./action-schedule.js";

/** Where a plan starts from: at the time of its frame. */
interface Start {
  /** `[latent]` */
  readonly latent: Tensor;
  /** `[context]`: what a rollout from there starts from; absent: the latent, which is all that a model without a history needs. */
  readonly context?: Tensor | undefined;
  readonly body: BodyMeasurement;
}

/**
 * What is committed before a plan's own steps: the same for all candidates, so it is predicted once, by the model as far as whole steps reach, and by the
 * body's analytic motion through every committed tick. Without committed steps it ends where it starts.
 */
export class CommittedPrefix {
  /** The body at the end of the committed ticks. */
  readonly body: BodyMeasurement;
  private predicted: Float32Array | undefined;
  private context: Tensor | undefined;

  constructor(
    private readonly worldModel: WorldModel,
    motionModel: MotionModel,
    private readonly schedule: ActionSchedule,
    private readonly start: Start,
  ) {
    this.body = bodyAtEnd(motionModel, schedule, start.body);
  }

  /** `[step, latent]`, of the whole committed steps; predicted on first use */
  async latents(): Promise<Float32Array> {
    if (this.schedule.committedSteps === 0) return new Float32Array(0);
    this.predicted ??= values(await this.worldModel.rollout(this.contextAtStart, this.schedule.committedBlocks())).slice();
    return this.predicted;
  }

  /** `[latent]`, at the end of the committed steps */
  async latentAtEnd(): Promise<Tensor> {
    if (this.schedule.committedSteps === 0) return this.start.latent;
    const { latentSize } = this.worldModel;
    return tensor((await this.latents()).subarray(-latentSize), [latentSize]);
  }

  /** `[context]`, at the end of the committed steps: what a rollout of the planner's choice starts from */
  async contextAtEnd(): Promise<Tensor> {
    if (this.schedule.committedSteps === 0) return this.contextAtStart;
    if (this.context === undefined) {
      const blocks = values(this.schedule.committedBlocks());
      const context = advanceContext(contextShape(this.worldModel), values(this.contextAtStart), blocks, await this.latents());
      this.context = tensor(context, [context.length]);
    }
    return this.context;
  }

  private get contextAtStart(): Tensor {
    return this.start.context ?? this.start.latent;
  }
}

function bodyAtEnd(motionModel: MotionModel, schedule: ActionSchedule, body: BodyMeasurement): BodyMeasurement {
  const { committedTicks, periodS } = schedule;
  if (committedTicks === 0) return body;
  const motion = values(motionModel.rollout(body, schedule.committedCommands(), periodS));
  const last = motion.subarray(motion.length - motion.length / committedTicks);
  return motionModel.bodyOf(last, body.stampNs + BigInt(Math.round(committedTicks * periodS * 1e9)));
}
