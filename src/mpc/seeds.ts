import type { TimedPlan } from "../core/cycle.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Plan } from "../core/planner.js";
import type { Tensor } from "../core/tensor.js";
import { tensor, values } from "../math/tensor.js";
import { constantPlan, resamplePlan, stepsLeft } from "../planner/warm-start.js";
import type { PlanWindow } from "./planning-problem.js";

/** As many of the last plan's other good candidates are tried again. */
const ALTERNATIVES = 8;

type Previous = PlanRequest["previous"];

/** Where a planner begins: the plan before, moved on in time, and action sequences that are worth a try. */
export class Seeds {
  private goalId: number | undefined;
  /** Other good candidates of the last plan. */
  private alternatives: { readonly plan: Pick<TimedPlan, "startNs" | "stepNs">; readonly actions: Tensor } | undefined;

  /** @param rest the normalised action that stands still */
  constructor(private readonly rest: readonly number[]) {}

  /** Discards candidates kept for another goal. */
  begin(goalId: number): void {
    if (goalId !== this.goalId) this.alternatives = undefined;
    this.goalId = goalId;
  }

  /** `[step, action]`: the plan before for the steps to plan, standing still beyond its end; without one, standing still */
  warmStart(previous: Previous, { firstNs, steps }: PlanWindow): Tensor {
    return previous === undefined ? constantPlan(this.rest, steps) : resamplePlan(previous, firstNs, steps, this.rest);
  }

  /** `[step, action]`, row by row: the part of the warm start that the plan before reaches; undefined: there is none */
  previousPart(previous: Previous, warmStart: Tensor, { firstNs }: PlanWindow): Float32Array | undefined {
    return previous && values(warmStart).subarray(0, stepsLeft(previous, firstNs) * this.rest.length);
  }

  /** `[step, action]` each: proposals first; then standing still, full speed in both directions along each axis, and what else was good last time */
  guesses(proposals: readonly Tensor[], previous: Previous, window: PlanWindow): Tensor[] {
    const { firstNs, stepNs, steps } = window;
    const fitted = proposals.map((actions) => resamplePlan({ startNs: firstNs, stepNs, actions }, firstNs, steps, this.rest));
    return [...fitted, ...this.constants(steps), ...(previous === undefined ? [] : this.earlier(window))];
  }

  /** Keeps a plan's other candidates for the next one. */
  keep({ alternatives }: Plan, { firstNs, stepNs }: PlanWindow): void {
    this.alternatives = alternatives && { plan: { startNs: firstNs, stepNs }, actions: alternatives };
  }

  private constants(steps: number): Tensor[] {
    const { rest } = this;
    const full = rest.flatMap((_, axis) => [-1, 1].map((speed) => rest.map((action, i) => (i === axis ? speed : action))));
    return [rest, ...full].map((action) => constantPlan(action, steps));
  }

  private earlier({ firstNs, steps }: PlanWindow): Tensor[] {
    if (this.alternatives === undefined) return [];
    const { plan, actions } = this.alternatives;
    const [count, oldSteps, axes] = actions.shape as [number, number, number];
    const size = oldSteps * axes;
    return Array.from({ length: Math.min(count, ALTERNATIVES) }, (_, i) => {
      const one = tensor(values(actions).subarray(i * size, (i + 1) * size), [oldSteps, axes]);
      return resamplePlan({ ...plan, actions: one }, firstNs, steps, this.rest);
    });
  }
}
