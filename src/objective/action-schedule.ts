import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import type { ActionScaling } from "../embodiment/action-scaling.js";
import { tensor, values, zeros } from "../math/tensor.js";

/** 60 mm at 0.6 m/s. */
const LONGEST_LOOK_S = 0.1;

/** One batch of plans at control rate, in two forms; memory that the next batch of the same size uses again. */
export interface UnfoldedActions {
  /** `[sample, step, block * action]`, for the world model: the steps that are not wholly committed */
  readonly blocks: Tensor;
  /** `[sample, look, number]` in SI, for the body: from the first tick that is free to choose, one for every `ActionSchedule.lookTicks` */
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
  /** Ticks with one action throughout, so that the body need be looked at only at their end. */
  readonly lookTicks: number;
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
    this.lookTicks = this.longestLook();
    this.before = this.committedTicks === 0 ? undefined : this.committed.subarray(-shape.actionSize);
  }

  /** `[1, committed step, block * action]` */
  committedBlocks(): Tensor {
    const size = this.shape.blockSize * this.shape.actionSize;
    return tensor(this.committed.slice(0, this.committedSteps * size), [1, this.committedSteps, size]);
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
    const begunTicks = this.begunTicks;
    const memory = this.memoryFor(samples, steps);
    const chosen = values(planned);
    const blocks = memory.blocks.data;
    const commands = memory.commands.data;
    const { size } = this.scaling;
    const looks = (ticks - begunTicks) / this.lookTicks;
    const begun = this.committed.subarray(this.committed.length - begunTicks * actionSize);

    for (let n = 0; n < samples; n++) {
      blocks.set(begun, n * ticks * actionSize);
      for (let step = 0, tick = begunTicks; step < steps; step++) {
        const from = (n * steps + step) * actionSize;
        for (; tick < (step + 1) * blockSize; tick++) {
          const to = (n * ticks + tick) * actionSize;
          for (let axis = 0; axis < actionSize; axis++) blocks[to + axis] = chosen[from + axis]!;
          const look = (tick - begunTicks) / this.lookTicks;
          if (Number.isInteger(look)) this.scaling.write(chosen, from, commands, (n * looks + look) * size);
        }
      }
    }
    return memory;
  }

  /** The slope along planned actions, from that along blocks: a planned action is in as many places as it has free ticks. @returns a new tensor */
  fold(slope: Tensor): Tensor {
    const { actionSize, blockSize } = this.shape;
    const [samples, steps] = slope.shape as [number, number, number];
    const ticks = steps * blockSize;
    const data = values(slope);
    const folded = new Float32Array(samples * steps * actionSize);
    for (let n = 0; n < samples; n++) {
      for (let tick = this.begunTicks; tick < ticks; tick++) {
        const to = (n * steps + Math.floor(tick / blockSize)) * actionSize;
        const from = (n * ticks + tick) * actionSize;
        for (let axis = 0; axis < actionSize; axis++) folded[to + axis]! += data[from + axis]!;
      }
    }
    return tensor(folded, [samples, steps, actionSize]);
  }

  /** The largest number of ticks that a block's ticks, and what is left of the one that has begun, can be divided into. */
  private longestLook(): number {
    const { blockSize } = this.shape;
    for (let ticks = Math.max(1, Math.floor(LONGEST_LOOK_S / this.periodS + 1e-9)); ticks > 1; ticks--)
      if (blockSize % ticks === 0 && this.begunTicks % ticks === 0) return ticks;
    return 1;
  }

  /** Committed ticks of the first step that is planned. */
  private get begunTicks(): number {
    return this.committedTicks - this.committedSteps * this.shape.blockSize;
  }

  private memoryFor(samples: number, steps: number): UnfoldedActions {
    const key = samples * 1024 + steps;
    let memory = this.memories.get(key);
    if (memory === undefined) {
      const { actionSize, blockSize } = this.shape;
      memory = {
        blocks: zeros(samples, steps, blockSize * actionSize),
        commands: zeros(samples, (steps * blockSize - this.begunTicks) / this.lookTicks, this.scaling.size),
      };
      this.memories.set(key, memory);
    }
    return memory;
  }
}
