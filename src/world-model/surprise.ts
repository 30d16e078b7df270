import type { StepError } from "../core/model.js";
import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";
import { Timeline } from "./timeline.js";

/** The window: long enough to ride out one odd frame, short enough to notice a moved wall within two seconds. */
const OBSERVATIONS = 16;

/**
 * How far what happens is from what the model said would happen, as a multiple of the model's usual error.
 *
 * A prediction is made over exactly one model step: from the latent nearest to one step before the newest one, with the actions in
 * force in between. Frames may come at any rate; where none is within half a control period of the time wanted, nothing is compared.
 */
export class Surprise {
  private readonly contexts: Timeline<Tensor>;
  private readonly errors: number[] = [];
  private readonly stepNs: bigint;
  private readonly periodNs: bigint;

  /**
   * @param actionAt the normalised action in force during the control period that begins at a time: what the robot was sent, not what was
   * planned; best sampled in the middle of the period, as training does, so that the jitter of a tick does not move it to its neighbour
   */
  constructor(
    private readonly model: WorldModel,
    private readonly usual: Pick<StepError, "p50" | "p99">,
    private readonly actionAt: (stampNs: bigint) => ArrayLike<number>,
  ) {
    this.stepNs = nanoseconds(model.stepS);
    this.periodNs = nanoseconds(model.stepS / model.blockSize);
    this.contexts = new Timeline(this.stepNs + this.periodNs);
  }

  /**
   * Takes the latest latent and compares it with its prediction, if there is one.
   * @param latent `[latent]`; kept, so it must not be written to afterwards
   * @param context what a rollout from here starts from; kept, too
   * @returns the error of this observation as a multiple of the usual one (not finite in, +Infinity out); undefined: nothing to compare
   */
  async observe(stampNs: bigint, latent: Tensor, context = latent): Promise<number | undefined> {
    const before = this.contexts.nearest(stampNs - this.stepNs, this.periodNs / 2n);
    this.contexts.push(stampNs, context);
    if (!before) return undefined;
    const { blockSize, actionSize } = this.model;
    const block = new Float32Array(blockSize * actionSize);
    for (let tick = 0; tick < blockSize; tick++) {
      const action = this.actionAt(before.stampNs + BigInt(tick) * this.periodNs);
      for (let axis = 0; axis < actionSize; axis++) block[tick * actionSize + axis] = action[axis]!;
    }
    const predicted = await this.model.rollout(before.value, tensor(block, [1, 1, block.length]));
    const error = meanSquaredError(values(predicted), values(latent)) / this.usual.p50;
    this.errors.push(Number.isFinite(error) ? error : Number.POSITIVE_INFINITY);
    if (this.errors.length > OBSERVATIONS) this.errors.shift();
    return this.errors.at(-1);
  }

  /** Mean over the window; 1: as usual, and also before anything could be compared. */
  get level(): number {
    if (this.errors.length === 0) return 1;
    return this.errors.reduce((sum, error) => sum + error, 0) / this.errors.length;
  }

  /** The model's own 99th percentile: a whole window above it is not chance. */
  get threshold(): number {
    return this.usual.p99 / this.usual.p50;
  }

  get surprised(): boolean {
    return this.level > this.threshold;
  }

  /** After a jump of time or place, which no prediction spans. */
  clear(): void {
    this.contexts.clear();
    this.errors.length = 0;
  }
}

function meanSquaredError(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e9));
}
