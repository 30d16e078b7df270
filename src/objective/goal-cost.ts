import type { Cost, Rollout } from "../core/objective.js";
import { overSteps } from "./over-steps.js";

/**
 * What is still to go, as the model's cost to go says: mean over the steps and last step, see `overSteps`.
 *
 * With `near`, a distance d counts as `near · ln(1 + d / near)`. A way round leads away from the goal first: a mean over the steps of what is to go then favours
 * standing still, and the last step alone favours setting out later. Where far is not much worse than farther, and the last bit is worth as much as
 * a long way before it, going there pays, and going there now pays most.
 */
export class GoalCost implements Cost {
  readonly name = "goal";

  /** @param terminal share of the last step, 0…1 @param near in the model's unit of distance; 0: distances count as they are */
  constructor(
    protected readonly terminal = 0.25,
    private readonly near = 0,
  ) {}

  async evaluate({ actions, distance }: Rollout): Promise<Float32Array> {
    const { near, terminal } = this;
    const counted = near > 0 ? distance.map((d) => near * Math.log1p(Math.max(0, d) / near)) : distance;
    return overSteps(counted, actions.shape[0]!, actions.shape[1]!, terminal);
  }
}
