import type { Cost, Rollout } from "../core/objective.js";
import { overSteps } from "./over-steps.js";

/** Metres of free path still to go, as the model's cost to go says: mean over the steps and last step, see `overSteps`. */
export class GoalCost implements Cost {
  readonly name = "goal";

  /** @param terminal share of the last step, 0…1 */
  constructor(protected readonly terminal = 0.25) {}

  async evaluate({ actions, distanceM }: Rollout): Promise<Float32Array> {
    return overSteps(distanceM, actions.shape[0]!, actions.shape[1]!, this.terminal);
  }
}
