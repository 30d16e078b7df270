import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { splineNoise } from "../math/noise.js";
import { values } from "../math/tensor.js";
import { Candidates, firstMean } from "./candidates.js";

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
  /** Rank at which a candidate weighs 1/e of the best: sets the temperature, whatever the scale of the energy. */
  readonly effective: number;
}

const MPPI_DEFAULTS: MppiOptions = { samples: 128, std: 0.5, annealing: 0.7, minStd: 0.03, knots: 4, effective: 3 };

/**
 * Model predictive path integral control (Williams et al. 2017): the plan becomes the mean of all candidates, weighted by
 * exp(-(cost - lowest) / temperature). Candidates that break a guardrail more than the best one weigh nothing; where all break one, how much they
 * break it takes the place of the cost.
 */
export class Mppi implements Planner {
  private readonly options: MppiOptions;

  constructor(options: Partial<MppiOptions> = {}) {
    this.options = { ...MPPI_DEFAULTS, ...options };
  }

  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    const { samples, annealing, minStd, knots, effective } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const mean = firstMean(warmStart);
    const std = new Float64Array(mean.length).fill(this.options.std);
    const candidates = new Candidates(samples, steps, axes, splineNoise(steps, Math.min(knots, steps), "cubic"));

    for (let iteration = 1; ; iteration++) {
      candidates.begin(samples);
      candidates.add(mean);
      if (iteration === 1) for (const guess of guesses) candidates.add(values(guess));
      candidates.sample(mean, std, random);
      await candidates.score(objective);
      average(mean, candidates, effective);
      std.fill(Math.max(minStd, std[0]! * annealing));
      yield candidates.best(iteration, effective);
    }
  }
}

/** Moves the mean to the weighted mean of the candidates. */
function average(mean: Float64Array, candidates: Candidates, effective: number): void {
  const { ranked } = candidates;
  const best = ranked[0]!;
  const feasible = candidates.violationOf(best) === 0;
  const energy = (row: number) => {
    if (!feasible) return candidates.violationOf(row);
    return candidates.violationOf(row) === 0 ? candidates.costOf(row) : Number.POSITIVE_INFINITY;
  };
  const lowest = energy(best);
  if (!Number.isFinite(lowest)) return;
  const atRank = energy(ranked[Math.min(effective, ranked.length - 1)]!);
  // Where too few candidates are comparable, only the best counts.
  const temperature = Number.isFinite(atRank) ? Math.max(atRank - lowest, Number.MIN_VALUE) : Number.MIN_VALUE;

  let sum = 0;
  const weighted = new Float64Array(mean.length);
  for (const row of ranked) {
    const weight = Math.exp(-(energy(row) - lowest) / temperature);
    if (!(weight > 0)) break;
    sum += weight;
    const actions = candidates.row(row);
    for (let i = 0; i < mean.length; i++) weighted[i]! += weight * actions[i]!;
  }
  for (let i = 0; i < mean.length; i++) mean[i] = weighted[i]! / sum;
}
