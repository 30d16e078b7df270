import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { splineNoise } from "../math/noise.js";
import { Candidates, firstMean } from "./candidates.js";
import { Distribution } from "./distribution.js";
import { Workspaces } from "./workspaces.js";

/** Bisections of nine powers of ten: the temperature to 2 %. */
const BISECTIONS = 10;

export interface MppiOptions {
  /** Candidates scored in one iteration. */
  readonly samples: number;
  /** Standard deviation of the first iteration, in normalised units (the bounds are ±1). */
  readonly std: number;
  /** Factor on the standard deviation from one iteration to the next; 1: constant, as in the original. */
  readonly annealing: number;
  /** Standard deviation below which annealing ends. */
  readonly minStd: number;
  /** Noise is a cubic spline through so many knots along the steps. */
  readonly knots: number;
  /** As many candidates as the weights count for: sets the temperature, whatever the scale of the energy. */
  readonly effective: number;
}

const MPPI_DEFAULTS: MppiOptions = { samples: 64, std: 0.5, annealing: 0.8, minStd: 0.03, knots: 4, effective: 5 };

/**
 * Model predictive path integral control (Williams et al. 2017): the plan becomes the mean of all candidates, weighted by
 * exp(-(cost - lowest) / temperature). Candidates that break a guardrail more than the best one weigh nothing; where all break one, how much they
 * break it takes the place of the cost.
 */
export class Mppi implements Planner {
  private readonly options: MppiOptions;
  private readonly workspaces: Workspaces<{ candidates: Candidates; distribution: Distribution; weights: Float64Array }>;

  constructor(options: Partial<MppiOptions> = {}) {
    this.options = { ...MPPI_DEFAULTS, ...options };
    const { samples, knots } = this.options;
    this.workspaces = new Workspaces((steps, axes) => ({
      candidates: new Candidates(samples, steps, axes, splineNoise(steps, Math.min(knots, steps), "cubic")),
      distribution: new Distribution(steps * axes),
      weights: new Float64Array(samples),
    }));
  }

  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    const { samples, std, minStd, annealing, effective } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const workspace = this.workspaces.borrow(steps, axes);
    try {
      const { candidates, distribution, weights } = workspace;
      const { mean } = distribution;
      candidates.restart();
      distribution.reset(firstMean(warmStart), std);
      for (let iteration = 1; ; iteration++) {
        candidates.begin(samples);
        candidates.addGuesses(mean, iteration === 1 ? guesses : []);
        candidates.sample(mean, distribution.std, random);
        await candidates.score(objective, 8);
        if (weigh(candidates, weights, effective)) average(candidates, weights, mean);
        distribution.std.fill(Math.max(minStd, distribution.std[0]! * annealing));
        yield candidates.best(iteration);
      }
    } finally {
      this.workspaces.giveBack(workspace, steps, axes);
    }
  }
}

/**
 * exp(-(energy - lowest) / temperature) of each, at the temperature at which the weights count as much as `effective` equal ones (Kish's effective
 * sample size): whatever the scale of the energy, neither one candidate alone nor all alike. @returns false where nothing is worth comparing
 */
function weigh(candidates: Candidates, weights: Float64Array, effective: number): boolean {
  const { count } = candidates;
  const best = candidates.elites[0]!;
  if (candidates.finiteElites(1) === 0) return false;
  const least = { violation: candidates.violationOf(best), cost: candidates.costOf(best) };
  const excess = weights;
  let most = 0;
  let comparable = 0;
  for (let row = 0; row < count; row++) {
    if (least.violation > 0) excess[row] = candidates.violationOf(row) - least.violation;
    else excess[row] = candidates.violationOf(row) > 0 ? Number.POSITIVE_INFINITY : candidates.costOf(row) - least.cost;
    if (!Number.isFinite(excess[row])) continue;
    comparable++;
    most = Math.max(most, excess[row]!);
  }
  const wanted = Math.min(effective, comparable / 2);
  // The hotter, the more count. Bisection by factors.
  let [cold, hot] = [1e-9 * most + Number.MIN_VALUE, 10 * most + Number.MIN_VALUE];
  for (let i = 0; i < BISECTIONS; i++) {
    const temperature = Math.sqrt(cold) * Math.sqrt(hot);
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < count; row++) {
      const weight = Math.exp(-excess[row]! / temperature);
      sum += weight;
      squares += weight * weight;
    }
    if (sum * sum > wanted * squares) hot = temperature;
    else cold = temperature;
  }
  for (let row = 0; row < count; row++) weights[row] = Math.exp(-excess[row]! / hot);
  return true;
}

function average(candidates: Candidates, weights: Float64Array, mean: Float64Array): void {
  mean.fill(0);
  let sum = 0;
  for (let row = 0; row < candidates.count; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    sum += weight;
    const actions = candidates.row(row);
    for (let i = 0; i < mean.length; i++) mean[i]! += weight * actions[i]!;
  }
  for (let i = 0; i < mean.length; i++) mean[i]! /= sum;
}
