import type { Cost, Rollout } from "../core/objective.js";
import { values } from "../math/tensor.js";

/** Squared change of the normalised action from step to step, mean over the steps: a plan that does not tremble. */
export class SmoothnessCost implements Cost {
  readonly name = "smoothness";

  /** @param previous the normalised action in force when the plan begins; absent: the first step is free */
  constructor(private readonly previous?: ArrayLike<number>) {}

  async evaluate({ actions }: Rollout): Promise<Float32Array> {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const data = values(actions);
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      for (let i = 0; i < steps * axes; i++) {
        const at = n * steps * axes + i;
        const before = i >= axes ? data[at - axes]! : (this.previous?.[i] ?? data[at]!);
        sum += (data[at]! - before) ** 2;
      }
      result[n] = sum / steps;
    }
    return result;
  }
}
