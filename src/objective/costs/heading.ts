import type { Cost, Rollout } from "../../core/objective.js";
import { values } from "../../math/tensor.js";
import { closeness } from "../closeness.js";
import { defineCost } from "../cost-definition.js";
import { poseColumns, readoutColumn } from "../readout-columns.js";

/** A heading to end with: `1 - cos(yaw error)`, 0…2, which counts the more the nearer the robot is; mean over the steps. */
export class HeadingCost implements Cost {
  readonly name = "heading";
  private readonly columns: { x: number; y: number; cos: number; sin: number };

  /**
   * @param names the model's readouts @param goal metres and radians in the odometry frame @param radiusM distance at which it begins to count
   * @throws RehearseError RH-MODEL-READOUT
   */
  constructor(
    names: readonly string[],
    private readonly goal: { readonly xM: number; readonly yM: number; readonly yawRad: number },
    private readonly radiusM = 0.4,
  ) {
    const { x, y } = poseColumns(names);
    this.columns = { x, y, cos: readoutColumn(names, "robot.yaw.cos"), sin: readoutColumn(names, "robot.yaw.sin") };
  }

  evaluate({ readouts }: Rollout): Float32Array {
    const [samples, steps, width] = readouts.shape as [number, number, number];
    const { x, y, cos, sin } = this.columns;
    const goalCos = Math.cos(this.goal.yawRad);
    const goalSin = Math.sin(this.goal.yawRad);
    const rows = values(readouts);
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      for (let step = 0; step < steps; step++) {
        const row = (n * steps + step) * width;
        const near = closeness(rows[row + x]! - this.goal.xM, rows[row + y]! - this.goal.yM, this.radiusM);
        const length = Math.hypot(rows[row + cos]!, rows[row + sin]!);
        // A head that reads out no direction at all says nothing about the error: count it as a right angle.
        const aligned = length > 1e-6 ? (rows[row + cos]! * goalCos + rows[row + sin]! * goalSin) / length : 0;
        sum += near * (1 - aligned);
      }
      result[n] = sum / steps;
    }
    return result;
  }
}

export const heading = defineCost({
  name: "heading",
  parameters: {
    heading_weight: { default: 0.3, min: 0, max: 1e9, description: "Weight of the heading error near a goal with a heading" },
  },
  weight: "heading_weight",
  needs: ["place", "heading"],
  differentiable: false,
  create: ({ readouts, place, heading: yawRad }) => new HeadingCost(readouts, { ...place.seen, yawRad }),
});
