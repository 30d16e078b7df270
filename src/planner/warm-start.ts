import type { TimedPlan } from "../core/cycle.js";
import type { Tensor } from "../core/tensor.js";
import { zeros } from "../math/tensor.js";

/**
 * A previous plan as the first guess of one that starts later: each new step is the time-weighted mean of the old steps it covers.
 * (Taking the old action at the middle of each new step would never move on when plans follow each other by less than half a step.)
 * Beyond the old plan's end, and before its start, `tail` goes on: the last (first) action held, or a given action such as standing still.
 * @returns `[steps, action]`
 */
export function resamplePlan(
  plan: Pick<TimedPlan, "startNs" | "stepNs" | "actions">,
  startNs: bigint,
  steps: number,
  tail: "hold" | ArrayLike<number>,
): Tensor {
  const [oldSteps, axes] = plan.actions.shape as [number, number];
  const actions = zeros(steps, axes);
  const shift = Number(startNs - plan.startNs) / Number(plan.stepNs);
  for (let step = 0; step < steps; step++) {
    const left = Math.floor(step + shift);
    const fraction = step + shift - left;
    for (let axis = 0; axis < axes; axis++) {
      const at = (old: number) => {
        if (tail !== "hold" && (old < 0 || old >= oldSteps)) return tail[axis]!;
        return plan.actions.get(Math.min(oldSteps - 1, Math.max(0, old)), axis);
      };
      actions.set(step, axis, fraction === 0 ? at(left) : (1 - fraction) * at(left) + fraction * at(left + 1));
    }
  }
  return actions;
}

/** Whole steps that a plan has from a time on. */
export function stepsLeft(plan: Pick<TimedPlan, "startNs" | "stepNs" | "actions">, fromNs: bigint): number {
  const steps = plan.actions.shape[0]!;
  const endNs = plan.startNs + BigInt(steps) * plan.stepNs;
  return endNs > fromNs ? Math.min(steps, Number((endNs - fromNs) / plan.stepNs)) : 0;
}

/** One action throughout, such as standing still. @returns `[steps, action]` */
export function constantPlan(action: ArrayLike<number>, steps: number): Tensor {
  const actions = zeros(steps, action.length);
  for (let step = 0; step < steps; step++) for (let axis = 0; axis < action.length; axis++) actions.set(step, axis, action[axis]!);
  return actions;
}
