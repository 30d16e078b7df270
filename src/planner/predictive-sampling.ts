import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { splineNoise } from "../math/noise.js";
import { values } from "../math/tensor.js";
import { Candidates, firstMean } from "./candidates.js";

export interface PredictiveSamplingOptions {
  /** Candidates scored in one iteration. */
  readonly samples: number;
  /** Standard deviation of the noise, in normalised units (the bounds are ±1). */
  readonly std: number;
  /** Factor on the standard deviation from one iteration to the next; 1: constant, as in the original. */
  readonly annealing: number;
  /** Standard deviation below which annealing ends. */
  readonly minStd: number;
  /** Noise is a cubic spline through so many knots along the steps. */
  readonly knots: number;
}

const PREDICTIVE_SAMPLING_DEFAULTS: PredictiveSamplingOptions = { samples: 128, std: 0.4, annealing: 0.7, minStd: 0.03, knots: 4 };

/** Predictive sampling (Howell et al. 2022): noise around the best plan so far, keep the best of all. The simplest planner that works. */
export class PredictiveSampling implements Planner {
  private readonly options: PredictiveSamplingOptions;

  constructor(options: Partial<PredictiveSamplingOptions> = {}) {
    this.options = { ...PREDICTIVE_SAMPLING_DEFAULTS, ...options };
  }

  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    const { samples, annealing, minStd, knots } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const nominal = firstMean(warmStart);
    const std = new Float64Array(nominal.length).fill(this.options.std);
    const candidates = new Candidates(samples, steps, axes, splineNoise(steps, Math.min(knots, steps), "cubic"));

    for (let iteration = 1; ; iteration++) {
      candidates.begin(samples);
      candidates.add(nominal);
      if (iteration === 1) for (const guess of guesses) candidates.add(values(guess));
      candidates.sample(nominal, std, random);
      await candidates.score(objective);
      nominal.set(candidates.row(candidates.ranked[0]!));
      std.fill(Math.max(minStd, std[0]! * annealing));
      yield candidates.best(iteration, 8);
    }
  }
}
