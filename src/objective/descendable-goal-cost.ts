import type { Candidates, DifferentiableCost } from "../core/objective.js";
import type { Tensor } from "../core/tensor.js";
import type { CostGradient, GoalVector } from "../core/world-model.js";
import { GoalCost } from "./goal-cost.js";
import { stepWeights } from "./over-steps.js";

/** The goal cost with its slope, for planners that descend it. */
export class DescendableGoalCost extends GoalCost implements DifferentiableCost {
  constructor(
    private readonly slope: CostGradient,
    private readonly goal: GoalVector,
    terminal?: number,
  ) {
    super(terminal);
  }

  async gradient({ from, blocks }: Candidates): Promise<{ readonly blocks: Tensor }> {
    const { gradient } = await this.slope.costGradient(from, blocks, this.goal, stepWeights(blocks.shape[1]!, this.terminal));
    return { blocks: gradient };
  }
}
