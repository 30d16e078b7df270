import type { Cost, Rollout } from "../core/objective.js";
import type { Tensor } from "../core/tensor.js";
import { values } from "../math/tensor.js";
import { overSteps } from "./over-steps.js";

export interface LatentDistanceOptions {
  /** Only so many leading entries count: leaves out proprioception, which a goal picture says nothing about. Default: all. */
  readonly size?: number;
  /** What a squared distance is divided by, such as that between two unrelated latents; default: the number of entries. */
  readonly scale?: number;
  /** Share of the last step, 0…1. */
  readonly terminal?: number;
}

/** Squared distance to a goal latent, normalised; mean over the steps and last step, see `overSteps`. */
export class LatentDistance implements Cost {
  readonly name = "latent";
  private readonly goal: Float32Array;

  /** @param goal `[latent]` */
  constructor(
    goal: Tensor,
    private readonly options: LatentDistanceOptions = {},
  ) {
    this.goal = values(goal);
  }

  async evaluate(rollout: Rollout): Promise<Float32Array> {
    const latents = await rollout.latents();
    const [samples, steps, width] = latents.shape as [number, number, number];
    const { size = width, scale = size, terminal = 0.25 } = this.options;
    const data = values(latents);
    const distance = new Float32Array(samples * steps);
    for (let row = 0; row < distance.length; row++) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const difference = data[row * width + i]! - this.goal[i]!;
        sum += difference * difference;
      }
      distance[row] = sum / scale;
    }
    return overSteps(distance, samples, steps, terminal);
  }
}
