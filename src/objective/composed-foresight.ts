import type { Tensor } from "../core/tensor.js";
import type { CostToGo, Foresight, GoalVector, Outcomes, Readouts, WorldModel } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";

/** The parts of a model that a future is read from. */
export interface ModelParts {
  readonly worldModel: WorldModel;
  readonly readouts: Readouts;
  readonly costToGo: CostToGo;
}

/** Foresight of a model that has no graph of its own for it: rollout, readouts and cost to go one after the other. */
export class ComposedForesight implements Foresight {
  constructor(private readonly parts: ModelParts) {}

  async foresee(from: Tensor, actions: Tensor, goal: GoalVector): Promise<Outcomes> {
    return this.look(await this.parts.worldModel.rollout(from, actions), goal);
  }

  /** @param latents `[sample, step, latent]` */
  async look(latents: Tensor, goal: GoalVector): Promise<Outcomes> {
    const [samples, steps, size] = latents.shape as [number, number, number];
    const { readouts, costToGo } = this.parts;
    const rows = tensor(values(latents), [samples * steps, size]);
    const read = values(await readouts.read(rows));
    return { readouts: tensor(read, [samples, steps, readouts.names.length]), distance: await costToGo.costToGo(rows, goal) };
  }
}
