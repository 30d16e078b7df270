import type { Candidates, DifferentiableCost, Rollout } from "../../core/objective.js";
import type { Tensor } from "../../core/tensor.js";
import { values, zeros } from "../../math/tensor.js";
import { defineCost } from "../cost-definition.js";

/** Squared change of the normalised action from step to step, and from the action in force to the first; mean over the steps: a plan that does not tremble. */
export class SmoothnessCost implements DifferentiableCost {
  readonly name = "smoothness";

  evaluate({ actions, before }: Rollout): Float32Array {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const data = values(actions);
    const size = steps * axes;
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      const start = n * size;
      let sum = 0;
      if (before !== undefined) for (let axis = 0; axis < axes; axis++) sum += (data[start + axis]! - before[axis]!) ** 2;
      for (let i = start + axes; i < start + size; i++) {
        const change = data[i]! - data[i - axes]!;
        sum += change * change;
      }
      result[n] = sum / steps;
    }
    return result;
  }

  async gradient({ actions, before }: Candidates): Promise<{ readonly actions: Tensor }> {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const data = values(actions);
    const gradient = zeros(samples, steps, axes);
    const size = steps * axes;
    for (let n = 0; n < samples; n++) {
      for (let i = 0; i < size; i++) {
        const at = n * size + i;
        const earlier = i >= axes ? data[at - axes]! : (before?.[i] ?? data[at]!);
        const pull = (2 * (data[at]! - earlier)) / steps;
        gradient.data[at]! += pull;
        if (i >= axes) gradient.data[at - axes]! -= pull;
      }
    }
    return { actions: gradient };
  }
}

/** One weight for all that keeps the robot from moving more than it has to. */
export const EFFORT_WEIGHT = { default: 0.01, min: 0, max: 1e9, description: "Weight of the change of the action between steps" } as const;

export const smoothness = defineCost({
  name: "smoothness",
  parameters: { effort_weight: EFFORT_WEIGHT },
  weight: "effort_weight",
  needs: [],
  differentiable: true,
  create: () => new SmoothnessCost(),
});
