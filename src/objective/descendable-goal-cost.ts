import type { DifferentiableCost } from "../core/objective.js";
import type { Tensor } from "../core/tensor.js";
import type { CostGradient, CostToGo } from "../core/world-model.js";
import { GoalCost } from "./goal-cost.js";

/** The goal cost with its slope, for planners that descend it: that of the mean over the steps, which is what the model's gradient graph knows. */
export class DescendableGoalCost extends GoalCost implements DifferentiableCost {
  constructor(
    head: CostToGo,
    private readonly slope: CostGradient,
    private readonly place: readonly [number, number],
    terminal?: number,
  ) {
    super(head, place, terminal);
  }

  async gradient(from: Tensor, blocks: Tensor): Promise<Tensor> {
    return (await this.slope.costGradient(from, blocks, this.place)).gradient;
  }
}
