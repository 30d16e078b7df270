import type { Guardrail, ModelUncertainty } from "../../core/guardrail.js";
import { axesOf } from "../axes.js";
import { fitted, stop } from "../rule.js";

/**
 * A model that is surprised, or whose members disagree, predicts a world that differs from the real one: slow down, then stop. The fraction of full speed falls
 * evenly from 1 at `slow` to 0 at `stop`. The model that is judged reports these numbers, so they can only tighten: a number left out keeps
 * its last value, and NaN counts as the worst. Planning can't make them smaller.
 */
export const modelUncertainty: Guardrail<"model-uncertainty"> = {
  id: "model-uncertainty",
  violations: ["model-uncertainty.surprise", "model-uncertainty.uncertainty"],
  rule(robot) {
    const axes = axesOf(robot);
    const { surpriseSlow, surpriseStop, uncertaintySlow, uncertaintyStop } = robot.uncertainty;
    const causes = [
      { id: "model-uncertainty.surprise", number: "surprise", slow: surpriseSlow, stop: surpriseStop },
      { id: "model-uncertainty.uncertainty", number: "uncertainty", slow: uncertaintySlow, stop: uncertaintyStop },
    ] as const satisfies { id: string; number: keyof ModelUncertainty; slow: number; stop: number }[];
    return (command, { modelUncertainty }) => {
      let fraction = 1;
      let worst: (typeof causes)[number] = causes[0];
      for (const cause of causes) {
        const value = modelUncertainty[cause.number];
        const left = value >= cause.stop ? 0 : value <= cause.slow ? 1 : (cause.stop - value) / (cause.stop - cause.slow);
        if (left < fraction) [fraction, worst] = [left, cause];
      }
      const value = modelUncertainty[worst.number];
      if (fraction === 0) return stop(worst.id, value, worst.stop, "1");
      if (fraction === 1) return undefined;
      const ruling = fitted(worst.id, axes, command, fraction);
      return ruling && { ...ruling, slows: true, violation: { id: worst.id, value, limit: worst.slow, unit: "1" } };
    };
  },
};
