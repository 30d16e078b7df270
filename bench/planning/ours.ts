import type { LoadedModel, Precision } from "#src/core/model.js";
import type { Planner } from "#src/core/planner.js";
import type { CostGradient, RolloutEvaluator } from "#src/core/world-model.js";
import { ActionScaling } from "#src/embodiment/action-scaling.js";
import { motionModelOf } from "#src/embodiment/index.js";
import { constraintsFor } from "#src/guardrails/index.js";
import { seededRandom } from "#src/math/random.js";
import { tensor, values } from "#src/math/tensor.js";
import { DifferentiableGoalCost } from "#src/objective/costs/goal.js";
import { RestCost } from "#src/objective/costs/rest.js";
import { SmoothnessCost } from "#src/objective/costs/smoothness.js";
import { DifferentiableEnergy } from "#src/objective/differentiable-energy.js";
import type { WeightedCost } from "#src/objective/energy.js";
import { loadModel } from "#src/onnx/model.js";
import { createPlanner, type PlannerOptions } from "#src/planner/index.js";
import { planWithin } from "#src/planner/plan-within.js";
import type { PlannerSetup } from "#src/runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "#src/runtime/system-clock.js";
import type { Problem } from "./problems.js";
import type { Trace } from "./trace.js";

/** Share of the last step in the cost, on all sides. */
export const TERMINAL = 0.25;

export interface OurSettings {
  readonly planner: keyof PlannerOptions;
  readonly options: object;
  readonly iterations: number;
  /** The runtime's whole energy: guardrails, and the terms for effort; else the remaining path alone, as the others are given it. */
  readonly whole?: boolean;
}

/** The runtime's own planners over the runtime's own energy and inference, put together as `MpcPlanner` does. */
export class Ours {
  private readonly timed: TimedRollouts;
  /** They keep their memory from plan to plan, as in the runtime. */
  private readonly planners = new Map<string, Planner>();
  private readonly scaling: ActionScaling;

  private constructor(
    private readonly setup: PlannerSetup,
    private readonly model: LoadedModel,
  ) {
    this.timed = new TimedRollouts(model.evaluator!, model.gradient!);
    this.scaling = new ActionScaling(setup.model.axes);
  }

  static async load(setup: PlannerSetup, threads: number, precision: Precision): Promise<Ours> {
    return new Ours(setup, await loadModel(setup.model, { threads, precision }));
  }

  /** What it really computes in, on this processor. */
  get precision(): Precision {
    return this.model.evaluator!.precision;
  }

  /** @returns the best plan after each iteration, and what part of the time went into rollouts */
  async plan(settings: OurSettings, problem: Problem, seed: number): Promise<Trace & { readonly rolloutMs: number }> {
    const ms: number[] = [];
    const actions: Float32Array[] = [];
    this.timed.ms = 0;
    const planner = this.planner(settings);
    const began = performance.now();
    const energy = this.energy(problem, settings.whole === true);
    const plans = planner.improve(energy, problem.warmStart, seededRandom(seed), problem.guesses);
    const noted = (async function* () {
      for await (const plan of plans) {
        ms.push(performance.now() - began);
        actions.push(values(plan.actions));
        yield plan;
      }
    })();
    await planWithin(noted, { maxIterations: settings.iterations }, SYSTEM_CLOCK);
    return { ms, actions, rolloutMs: this.timed.ms };
  }

  /** One rollout with its readouts and cost to go, timed. */
  async scoreMs(problem: Problem, samples: number): Promise<number> {
    const [steps, axes] = problem.warmStart.shape as [number, number];
    const size = steps * axes * this.setup.model.blockSize;
    const random = seededRandom(samples);
    const blocks = tensor(
      Float32Array.from({ length: samples * size }, () => 2 * random.uniform() - 1),
      [samples, steps, size / steps],
    );
    const start = performance.now();
    await this.model.evaluator!.evaluate(problem.latent, blocks, problem.goal);
    return performance.now() - start;
  }

  /** What plans cost, and by how much they break a guardrail: the judge of everybody's plans, when it computes in float32. */
  async judge(problem: Problem, plans: readonly Float32Array[]): Promise<{ cost: Float32Array; violation: Float32Array }> {
    const [steps, axes] = problem.warmStart.shape as [number, number];
    const all = new Float32Array(plans.length * steps * axes);
    plans.forEach((plan, i) => {
      all.set(plan, i * plan.length);
    });
    return this.energy(problem, false, true).score(tensor(all, [plans.length, steps, axes]));
  }

  dispose(): Promise<void> {
    return this.model.dispose();
  }

  private planner({ planner, options }: OurSettings): Planner {
    const key = JSON.stringify([planner, options]);
    const known = this.planners.get(key) ?? createPlanner(planner, options);
    this.planners.set(key, known);
    return known;
  }

  private energy(problem: Problem, effort: boolean, guarded = effort) {
    const { worldModel, readouts, costToGo } = this.model;
    const { robot, parameters: p } = this.setup;
    const costs: WeightedCost[] = [{ cost: new DifferentiableGoalCost(this.timed, problem.goal, TERMINAL), weight: 1 }];
    const [xM, yM] = problem.goal;
    if (effort)
      costs.push(
        { cost: new RestCost(readouts.names, { xM, yM }, this.scaling.restAction), weight: p.effort_weight },
        { cost: new SmoothnessCost(), weight: p.effort_weight },
      );
    return new DifferentiableEnergy(
      {
        worldModel,
        readouts,
        costToGo: costToGo!,
        evaluator: this.timed,
        motionModel: motionModelOf(robot),
        guardrails: guarded ? constraintsFor(robot) : [],
        scaling: this.scaling,
      },
      costs,
      problem,
    );
  }
}

/** Adds up the time spent in rollouts and their gradients. */
class TimedRollouts implements RolloutEvaluator, CostGradient {
  ms = 0;

  constructor(
    private readonly evaluator: RolloutEvaluator,
    private readonly gradient: CostGradient,
  ) {}

  evaluate(...args: Parameters<RolloutEvaluator["evaluate"]>) {
    return this.time(() => this.evaluator.evaluate(...args));
  }

  costGradient(...args: Parameters<CostGradient["costGradient"]>) {
    return this.time(() => this.gradient.costGradient(...args));
  }

  private async time<T>(run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await run();
    this.ms += performance.now() - start;
    return result;
  }
}
