import { MOTION_SIZE } from "../../core/motion.js";
import type { Cost, Rollout } from "../../core/objective.js";
import { values } from "../../math/tensor.js";
import { defineCost } from "../cost-definition.js";
import { poseColumns } from "../readout-columns.js";

/**
 * Metres between where the world model imagines the body and where the body's own analytic motion takes it, mean over the steps. A planner finds
 * the actions for which a learned model errs in its favour: a body at rest that is imagined to slide to its goal. With a weight of 1
 * the energy of a future is, by the triangle inequality, no less than what the body's own motion would leave of the straight distance to the goal.
 */
export class DisagreementCost implements Cost {
  readonly name = "disagreement";
  private readonly columns: { readonly x: number; readonly y: number };

  /** @param names the model's readouts @param bias how far they are off at present, metres @throws RehearseError RH-MODEL-READOUT */
  constructor(
    names: readonly string[],
    private readonly bias: { readonly xM: number; readonly yM: number },
  ) {
    this.columns = poseColumns(names);
  }

  evaluate({ actions, readouts, motion }: Rollout): Float32Array {
    const [samples, steps] = actions.shape as [number, number, number];
    const motionSteps = motion.shape[1]!;
    // The first step may be a partial one, and then has fewer of them than the others.
    const perStep = Math.ceil(motionSteps / steps);
    const width = readouts.shape[2]!;
    const read = values(readouts);
    const moved = values(motion);
    const { x, y } = this.columns;
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      for (let step = 0; step < steps; step++) {
        const end = motionSteps - 1 - (steps - 1 - step) * perStep;
        const seen = (n * steps + step) * width;
        const body = (n * motionSteps + end) * MOTION_SIZE;
        const dx = read[seen + x]! - this.bias.xM - moved[body]!;
        const dy = read[seen + y]! - this.bias.yM - moved[body + 1]!;
        sum += Math.sqrt(dx * dx + dy * dy);
      }
      result[n] = sum / steps;
    }
    return result;
  }
}

export const disagreement = defineCost({
  name: "disagreement",
  parameters: {
    disagreement_weight: {
      default: 0.5,
      min: 0,
      max: 1e9,
      unit: "1/m",
      description: "Weight of the distance between the body's position as the world model predicts it and as its motion model does",
    },
  },
  weight: "disagreement_weight",
  needs: ["place"],
  differentiable: false,
  create: ({ readouts, place }) => new DisagreementCost(readouts, place.bias),
});
