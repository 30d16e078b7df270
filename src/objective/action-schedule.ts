import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import type { ActionScaling } from "../embodiment/action-scaling.js";
import { tensor, values, zeros } from "../math/tensor.js";

/** 60 mm at 0.6 m/s. */
const LONGEST_MOTION_STEP_S = 0.1;

/** One batch of plans at control rate, in two forms; memory that the next batch of the same size uses again. */
export interface UnfoldedActions {
  /** `[sample, step, block * action]`, for the world model: the steps that are not wholly committed */
  readonly blocks: Tensor;
  /** `[sample, motion step, number]` in SI, for the body: from the first tick that is free to choose, one for every `ActionSchedule.strideTicks` */
  readonly commands: Tensor;
}

/**
 * From planned actions to control-rate ones: each planned action is held for the ticks of its step. Committed ticks come before them. Where these
 * end within a step, that step is planned too, and counts from its first free tick.
 */
export class ActionSchedule {
  /** Whole steps that are committed: they are not planned. */
  readonly committedSteps: number;
  readonly committedTicks: number;
  readonly periodS: number;
  /** Ticks with one action throughout: the body's motion is sampled at their end only. */
  readonly strideTicks: number;
  /** From one sample of the body's motion to the next. */
  readonly motionStepS: number;
  /** `[action]`, normalised: the last committed one; undefined: none is. */
  readonly before: Float32Array | undefined;
  private readonly committed: Float32Array;
  private readonly memories = new Map<number, UnfoldedActions>();

  /** @param committed `[tick, action]`, normalised */
  constructor(
    private readonly shape: Pick<WorldModel, "actionSize" | "blockSize" | "stepS">,
    private readonly scaling: ActionScaling,
    committed: Tensor | undefined,
  ) {
    this.committed = committed === undefined ? new Float32Array(0) : values(committed);
    this.committedTicks = this.committed.length / shape.actionSize;
    if (!Number.isInteger(this.committedTicks))
      throw new RangeError(`${this.committed.length} committed values of ${shape.actionSize} a tick`);
    this.committedSteps = Math.floor(this.committedTicks / shape.blockSize);
    this.periodS = shape.stepS / shape.blockSize;
    this.strideTicks = this.longestStride();
    this.motionStepS = this.strideTicks * this.periodS;
    this.before = this.committedTicks === 0 ? undefined : this.committed.subarray(-shape.actionSize);
  }

  /** `[1, committed step, block * action]` */
  committedBlocks(): Tensor {
    const size = this.shape.blockSize * this.shape.actionSize;
    return tensor(this.committed.slice(0, this.committedSteps * size), [1, this.committedSteps, size]);
  }

  /** `[step, action]`: the committed steps, each given by its last tick, before the planned ones. @param planned `[step, action]` */
  withCommitted(planned: Tensor): Tensor {
    const { actionSize, blockSize } = this.shape;
    const all = zeros(this.committedSteps + planned.shape[0]!, actionSize);
    for (let step = 0; step < this.committedSteps; step++) {
      const last = ((step + 1) * blockSize - 1) * actionSize;
      all.data.set(this.committed.subarray(last, last + actionSize), step * actionSize);
    }
    all.data.set(values(planned), this.committedSteps * actionSize);
    return all;
  }

  /** `[1, committed tick, number]` in SI */
  committedCommands(): Tensor {
    const { size } = this.scaling;
    const commands = zeros(1, this.committedTicks, size);
    for (let tick = 0; tick < this.committedTicks; tick++)
      this.scaling.write(this.committed, tick * this.shape.actionSize, commands.data, tick * size);
    return commands;
  }

  /** @param planned `[sample, step, action]`: the steps after the committed ones */
  unfold(planned: Tensor): UnfoldedActions {
    const { actionSize, blockSize } = this.shape;
    const [samples, steps] = planned.shape as [number, number, number];
    if (steps < 1) throw new RangeError(`${this.committedSteps} committed steps leave none to plan`);
    const ticks = steps * blockSize;
    const partialTicks = this.partialTicks;
    const memory = this.memoryFor(samples, steps);
    const chosen = values(planned);
    const blocks = memory.blocks.data;
    const commands = memory.commands.data;
    const { size } = this.scaling;
    const motionSteps = (ticks - partialTicks) / this.strideTicks;
    const partial = this.committed.subarray(this.committed.length - partialTicks * actionSize);

    for (let n = 0; n < samples; n++) {
      blocks.set(partial, n * ticks * actionSize);
      for (let step = 0, tick = partialTicks; step < steps; step++) {
        const from = (n * steps + step) * actionSize;
        for (; tick < (step + 1) * blockSize; tick++) {
          const to = (n * ticks + tick) * actionSize;
          for (let axis = 0; axis < actionSize; axis++) blocks[to + axis] = chosen[from + axis]!;
          const motionStep = (tick - partialTicks) / this.strideTicks;
          if (Number.isInteger(motionStep)) this.scaling.write(chosen, from, commands, (n * motionSteps + motionStep) * size);
        }
      }
    }
    return memory;
  }

  /** The gradient along planned actions, from that along blocks: a planned action is in as many places as it has free ticks. @returns a new tensor */
  fold(gradient: Tensor): Tensor {
    const { actionSize, blockSize } = this.shape;
    const [samples, steps] = gradient.shape as [number, number, number];
    const ticks = steps * blockSize;
    const data = values(gradient);
    const folded = new Float32Array(samples * steps * actionSize);
    for (let n = 0; n < samples; n++) {
      for (let tick = this.partialTicks; tick < ticks; tick++) {
        const to = (n * steps + Math.floor(tick / blockSize)) * actionSize;
        const from = (n * ticks + tick) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) folded[to + axis]! += data[from + axis]!;
      }
    }
    return tensor(folded, [samples, steps, actionSize]);
  }

  /** The largest number of ticks that a block's ticks, and the free ones of a partial step, can be divided into. */
  private longestStride(): number {
    const { blockSize } = this.shape;
    for (let ticks = Math.max(1, Math.floor(LONGEST_MOTION_STEP_S / this.periodS + 1e-9)); ticks > 1; ticks--)
      if (blockSize % ticks === 0 && this.partialTicks % ticks === 0) return ticks;
    return 1;
  }

  /** Committed ticks of the first planned step, when it is a partial one. */
  private get partialTicks(): number {
    return this.committedTicks - this.committedSteps * this.shape.blockSize;
  }

  private memoryFor(samples: number, steps: number): UnfoldedActions {
    const key = samples * 1024 + steps;
    let memory = this.memories.get(key);
    if (memory === undefined) {
      const { actionSize, blockSize } = this.shape;
      memory = {
        blocks: zeros(samples, steps, blockSize * actionSize),
        commands: zeros(samples, (steps * blockSize - this.partialTicks) / this.strideTicks, this.scaling.size),
      };
      this.memories.set(key, memory);
    }
    return memory;
  }
}
