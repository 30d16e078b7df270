import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import { tensor, values, zeros } from "../math/tensor.js";
import type { TwistScaling } from "./twist-scaling.js";

/** One batch of plans with what is committed before them, in three forms; memory that the next batch of the same size uses again. */
export interface UnfoldedActions {
  /** `[sample, step, action]`, a committed step by its last tick */
  readonly actions: Tensor;
  /** `[sample, step, block * action]`, for the world model */
  readonly blocks: Tensor;
  /** `[sample, free tick, 3]` in SI, for the body: from the first tick that is free to choose */
  readonly twists: Tensor;
}

/**
 * From planned actions to control-rate ones: committed ticks come first, then each planned action is held for the ticks of its step. Where the
 * committed ticks end within a step, that step is planned too, and counts from its first free tick.
 */
export class ActionSchedule {
  /** Whole steps that are committed: they are not planned. */
  readonly committedSteps: number;
  readonly committedTicks: number;
  readonly periodS: number;
  private readonly committed: Float32Array;
  private memory: UnfoldedActions | undefined;

  /** @param committed `[tick, action]`, normalised */
  constructor(
    private readonly shape: Pick<WorldModel, "actionSize" | "blockSize" | "stepS">,
    private readonly scaling: TwistScaling,
    committed: Tensor | undefined,
  ) {
    this.committed = committed === undefined ? new Float32Array(0) : values(committed);
    this.committedTicks = this.committed.length / shape.actionSize;
    if (!Number.isInteger(this.committedTicks))
      throw new RangeError(`${this.committed.length} committed values of ${shape.actionSize} a tick`);
    this.committedSteps = Math.floor(this.committedTicks / shape.blockSize);
    this.periodS = shape.stepS / shape.blockSize;
  }

  /** `[1, committed tick, 3]` in SI */
  committedTwists(): Tensor {
    const twists = zeros(1, this.committedTicks, 3);
    for (let tick = 0; tick < this.committedTicks; tick++)
      this.scaling.write(this.committed, tick * this.shape.actionSize, twists.data, tick * 3);
    return twists;
  }

  /** @param planned `[sample, step, action]`: the steps after the committed ones */
  unfold(planned: Tensor): UnfoldedActions {
    const { actionSize, blockSize } = this.shape;
    const [samples, freeSteps] = planned.shape as [number, number, number];
    if (freeSteps < 1) throw new RangeError(`${this.committedSteps} committed steps leave none to plan`);
    const steps = this.committedSteps + freeSteps;
    const ticks = steps * blockSize;
    const freeTicks = ticks - this.committedTicks;
    const memory = this.memoryFor(samples, steps, freeTicks);
    const chosen = values(planned);
    const blocks = memory.blocks.data;

    for (let n = 0; n < samples; n++) {
      blocks.set(this.committed, n * ticks * actionSize);
      for (let tick = this.committedTicks; tick < ticks; tick++) {
        const from = (n * freeSteps + Math.floor(tick / blockSize) - this.committedSteps) * actionSize;
        const to = (n * ticks + tick) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) blocks[to + axis] = chosen[from + axis]!;
        this.scaling.write(chosen, from, memory.twists.data, (n * freeTicks + tick - this.committedTicks) * 3);
      }
      for (let step = 0; step < steps; step++) {
        const from = (n * ticks + (step + 1) * blockSize - 1) * actionSize;
        const to = (n * steps + step) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) memory.actions.data[to + axis] = blocks[from + axis]!;
      }
    }
    return memory;
  }

  /** The slope along planned actions, from that along blocks: a planned action is in as many places as it has free ticks. @returns a new tensor */
  fold(slope: Tensor): Tensor {
    const { actionSize, blockSize } = this.shape;
    const [samples, steps] = slope.shape as [number, number, number];
    const ticks = steps * blockSize;
    const freeSteps = steps - this.committedSteps;
    const data = values(slope);
    const folded = new Float32Array(samples * freeSteps * actionSize);
    for (let n = 0; n < samples; n++) {
      for (let tick = this.committedTicks; tick < ticks; tick++) {
        const to = (n * freeSteps + Math.floor(tick / blockSize) - this.committedSteps) * actionSize;
        const from = (n * ticks + tick) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) folded[to + axis]! += data[from + axis]!;
      }
    }
    return tensor(folded, [samples, freeSteps, actionSize]);
  }

  private memoryFor(samples: number, steps: number, freeTicks: number): UnfoldedActions {
    if (this.memory?.actions.shape[0] === samples && this.memory.actions.shape[1] === steps) return this.memory;
    const { actionSize, blockSize } = this.shape;
    this.memory = {
      actions: zeros(samples, steps, actionSize),
      blocks: zeros(samples, steps, blockSize * actionSize),
      twists: zeros(samples, freeTicks, 3),
    };
    return this.memory;
  }
}
