import type { Cost, Rollout } from "../core/objective.js";
import type { CostToGo } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";
import { overSteps } from "./over-steps.js";

/** Metres of free path still to go, by the model's cost-to-go head: mean over the steps and last step, see `overSteps`. */
export class GoalCost implements Cost {
  readonly name = "goal";

  /**
   * @param goal x and y, metres in the odometry frame
   * @param terminal share of the last step, 0…1
   */
  constructor(
    private readonly head: CostToGo,
    private readonly goal: readonly [number, number],
    private readonly terminal = 0.25,
  ) {}

  async evaluate({ latents }: Rollout): Promise<Float32Array> {
    const [samples, steps, size] = latents.shape as [number, number, number];
    const distanceM = await this.head.costToGo(tensor(values(latents), [samples * steps, size]), this.goal);
    return overSteps(distanceM, samples, steps, this.terminal);
  }
}
