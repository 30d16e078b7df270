import type { PlanningModel } from "../core/planning-model.js";
import type { Tensor } from "../core/tensor.js";
import type { GoalVector, RolloutEvaluator, RolloutPrediction } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";

/** The rollout evaluator of a model that has no graph of its own for it: rollout, readouts and cost to go one after the other. */
export class ComposedEvaluator implements RolloutEvaluator {
  constructor(private readonly model: Pick<PlanningModel, "worldModel" | "readouts" | "costToGo">) {}

  async evaluate(from: Tensor, actions: Tensor, goal: GoalVector): Promise<RolloutPrediction> {
    return this.read(await this.model.worldModel.rollout(from, actions), goal);
  }

  /** @param latents `[sample, step, latent]` */
  async read(latents: Tensor, goal: GoalVector): Promise<RolloutPrediction> {
    const [samples, steps, size] = latents.shape as [number, number, number];
    const { readouts, costToGo } = this.model;
    const rows = tensor(values(latents), [samples * steps, size]);
    const read = values(await readouts.read(rows));
    return { readouts: tensor(read, [samples, steps, readouts.names.length]), distance: await costToGo.costToGo(rows, goal) };
  }
}
