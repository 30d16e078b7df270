import type { Cost, Rollout } from "../../core/objective.js";
import { values } from "../../math/tensor.js";
import { closeness } from "../closeness.js";
import { defineCost } from "../cost-definition.js";
import { poseColumns } from "../readout-columns.js";
import { EFFORT_WEIGHT } from "./smoothness.js";

/** Squared distance of the normalised action from standing still, counted near the goal only: the robot stops there and does not orbit. */
export class RestCost implements Cost {
  readonly name = "rest";
  private readonly columns: { readonly x: number; readonly y: number };

  /**
   * @param names the model's readouts @param goal metres in the odometry frame @param rest the normalised action that stands still
   * @throws RehearseError RH-MODEL-READOUT
   */
  constructor(
    names: readonly string[],
    private readonly goal: { readonly xM: number; readonly yM: number },
    private readonly rest: ArrayLike<number>,
    private readonly radiusM = 0.15,
  ) {
    this.columns = poseColumns(names);
  }

  evaluate({ actions, readouts }: Rollout): Float32Array {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const data = values(actions);
    const rows = values(readouts);
    const width = readouts.shape[2]!;
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      for (let step = 0; step < steps; step++) {
        const at = n * steps + step;
        const dx = rows[at * width + this.columns.x]! - this.goal.xM;
        const dy = rows[at * width + this.columns.y]! - this.goal.yM;
        let squares = 0;
        for (let axis = 0; axis < axes; axis++) squares += (data[at * axes + axis]! - this.rest[axis]!) ** 2;
        sum += closeness(dx, dy, this.radiusM) * squares;
      }
      result[n] = sum / steps;
    }
    return result;
  }
}

export const rest = defineCost({
  name: "rest",
  parameters: { effort_weight: EFFORT_WEIGHT },
  weight: "effort_weight",
  needs: ["place"],
  differentiable: false,
  create: ({ readouts, place, rest: action }) => new RestCost(readouts, place.seen, action),
});
