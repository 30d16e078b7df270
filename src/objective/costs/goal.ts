import type { Candidates, Cost, DifferentiableCost, Rollout } from "../../core/objective.js";
import type { Tensor } from "../../core/tensor.js";
import type { CostGradient, GoalVector } from "../../core/world-model.js";
import { defineCost } from "../cost-definition.js";
import { overSteps, stepWeights } from "../over-steps.js";

/**
 * What is still to go, as the model's cost to go says: mean over the steps and last step, see `overSteps`.
 *
 * With `near`, a distance d counts as `near · ln(1 + d / near)`. A path around something leads away from the goal first: a mean over the steps of what
 * is to go then favours standing still, and the last step alone favours setting out later. Where far is not much worse than farther, and the last bit is
 * worth as much as a long distance before it, going there pays, and going there now pays most.
 */
export class GoalCost implements Cost {
  readonly name = "goal";

  /** @param terminal fraction of the last step, 0…1 @param near in the model's unit of distance; 0: distances count as they are */
  constructor(
    protected readonly terminal = 0.25,
    private readonly near = 0,
  ) {}

  evaluate({ actions, distance }: Rollout): Float32Array {
    const { near, terminal } = this;
    const counted = near > 0 ? distance.map((d) => near * Math.log1p(Math.max(0, d) / near)) : distance;
    return overSteps(counted, actions.shape[0]!, actions.shape[1]!, terminal);
  }
}

/** The goal cost with its gradient, by the model's own graph. */
export class DifferentiableGoalCost extends GoalCost implements DifferentiableCost {
  constructor(
    private readonly graph: CostGradient,
    private readonly goal: GoalVector,
    terminal?: number,
  ) {
    super(terminal);
  }

  async gradient({ from, blocks }: Candidates): Promise<{ readonly blocks: Tensor }> {
    const { gradient } = await this.graph.costGradient(from, blocks, this.goal, stepWeights(blocks.shape[1]!, this.terminal));
    return { blocks: gradient };
  }
}

export const goal = defineCost({
  name: "goal",
  parameters: {
    goal_weight: { default: 1, min: 0, max: 1e9, unit: "1/m", description: "Weight of the remaining distance in the energy" },
    goal_terminal: {
      default: 0.25,
      min: 0,
      max: 1,
      description: "Weight of the last step in the remaining distance; the rest is the mean over all steps",
    },
    goal_near: {
      default: 0,
      min: 0,
      max: 1e6,
      unit: "as the cost to go",
      description:
        "Remaining distance beyond which the cost grows ever more slowly (near · ln(1 + distance / near)), for tasks whose path leads away from the goal first; 0: all counts alike. Without gradient: gradient planning can't be used",
    },
  },
  weight: "goal_weight",
  needs: [],
  differentiable: true,
  create({ gradient, goal: vector, parameters: { goal_terminal: terminal, goal_near: near } }) {
    // The graph has the gradient of distances as they are.
    return gradient === undefined || near > 0 ? new GoalCost(terminal, near) : new DifferentiableGoalCost(gradient, vector, terminal);
  },
});
