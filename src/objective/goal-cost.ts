import type { Cost, Rollout } from "../core/objective.js";
import { overSteps } from "./over-steps.js";

/** What is still to go, as the model's cost to go says: mean over the steps and last step, see `overSteps`. */
export class GoalCost implements Cost {
  readonly name = "goal";

  /** @param terminal share of the last step, 0…1 */
  constructor(protected readonly terminal = 0.25) {}

  async evaluate({ actions, distance }: Rollout): Promise<Float32Array> {
    return overSteps(distance, actions.shape[0]!, actions.shape[1]!, this.terminal);
  }
}
