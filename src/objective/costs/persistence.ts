import type { Candidates, DifferentiableCost, Rollout } from "../../core/objective.js";
import type { Tensor } from "../../core/tensor.js";
import { values, zeros } from "../../math/tensor.js";
import { defineCost } from "../cost-definition.js";

/**
 * Squared difference of the normalised actions from those of the plan before, mean over the steps. Where two paths are equally good, as left and
 * right of an obstacle, consecutive plans would alternate between them, and the robot would stand between the two.
 */
export class PersistenceCost implements DifferentiableCost {
  readonly name = "persistence";

  /** @param before `[step, action]`, row by row: the plan before, moved on in time, as far as it reaches */
  constructor(private readonly before: Float32Array) {}

  evaluate({ actions }: Rollout): Float32Array {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const data = values(actions);
    const size = steps * axes;
    const known = Math.min(size, this.before.length);
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      for (let i = 0; i < known; i++) {
        const difference = data[n * size + i]! - this.before[i]!;
        sum += difference * difference;
      }
      result[n] = sum / steps;
    }
    return result;
  }

  async gradient({ actions }: Candidates): Promise<{ readonly actions: Tensor }> {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const gradient = zeros(samples, steps, axes);
    values(actions).forEach((action, i) => {
      const before = this.before[i % (steps * axes)];
      if (before !== undefined) gradient.data[i] = (2 * (action - before)) / steps;
    });
    return { actions: gradient };
  }
}

export const persistence = defineCost({
  name: "persistence",
  parameters: {
    persistence_weight: {
      default: 0.003,
      min: 0,
      max: 1e9,
      description: "Weight of changes from the previous plan: between equally good paths the robot keeps to the one it follows",
    },
  },
  weight: "persistence_weight",
  needs: ["previousPlan"],
  differentiable: true,
  create: ({ previousPlan }) => new PersistenceCost(previousPlan),
});
