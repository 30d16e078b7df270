import type { Objective, Scores } from "../core/objective.js";
import type { Tensor } from "../core/tensor.js";
import type { Readouts, WorldModel } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";

/** One of several models of the same world, with the present as it encodes it. */
export interface EnsembleMember {
  readonly worldModel: WorldModel;
  /** All models read the same quantities, in the same order. */
  readonly readouts: Readouts;
  /** `[latent]`, by its own encoder */
  readonly latent: Tensor;
}

/**
 * Minus the disagreement of an ensemble about what actions will bring: minimised, it leads where no model knows (Plan2Explore, Sekar et al. 2020,
 * arXiv 2005.05960; there of one-step heads, here of whole models, whose latents have nothing in common and are compared by their readouts).
 * The cost of a sample is minus the standard deviation of the models' readouts, each in its unit of `usual`, a mean over readouts and steps.
 */
export class EnsembleDisagreement implements Objective {
  constructor(
    /** Two or more. */
    private readonly members: readonly EnsembleMember[],
    /** The unit of each readout: its usual error, so that what is known well and what is known badly count alike. */
    private readonly usual: readonly number[],
  ) {}

  /** @param actions `[sample, step, action]`, each held for its step; violation is 0: the gate decides what is safe */
  async score(actions: Tensor): Promise<Scores> {
    const [samples, steps, size] = actions.shape as [number, number, number];
    const blocks = held(values(actions), size, this.members[0]!.worldModel.blockSize);
    const read: Float32Array[] = [];
    for (const { worldModel, readouts, latent } of this.members) {
      const latents = await worldModel.rollout(latent, tensor(blocks, [samples, steps, blocks.length / (samples * steps)]));
      const rows = tensor(values(latents), [samples * steps, worldModel.latentSize]);
      read.push(values(await readouts.read(rows)).slice());
    }
    const width = this.usual.length;
    const cost = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      for (let at = n * steps * width; at < (n + 1) * steps * width; at++) sum += spread(read, at) / this.usual[at % width]!;
      cost[n] = -sum / (steps * width);
    }
    return { cost, violation: new Float32Array(samples) };
  }
}

function held(actions: Float32Array, size: number, ticks: number): Float32Array {
  const blocks = new Float32Array(actions.length * ticks);
  for (let at = 0; at < actions.length; at += size)
    for (let tick = 0; tick < ticks; tick++) blocks.set(actions.subarray(at, at + size), at * ticks + tick * size);
  return blocks;
}

/** Standard deviation over the models. */
function spread(read: readonly Float32Array[], at: number): number {
  let mean = 0;
  for (const one of read) mean += one[at]! / read.length;
  let sum = 0;
  for (const one of read) sum += (one[at]! - mean) ** 2;
  return Math.sqrt(sum / read.length);
}
