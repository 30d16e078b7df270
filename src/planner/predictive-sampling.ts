import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { splineNoise } from "../math/noise.js";
import { Candidates, firstMean } from "./candidates.js";
import { Distribution } from "./distribution.js";
import { Workspaces } from "./workspaces.js";

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

const PREDICTIVE_SAMPLING_DEFAULTS: PredictiveSamplingOptions = { samples: 64, std: 0.4, annealing: 0.85, minStd: 0.03, knots: 4 };

/** Predictive sampling (Howell et al. 2022): noise around the best plan so far, keep the best of all. The simplest planner that works. */
export class PredictiveSampling implements Planner {
  private readonly options: PredictiveSamplingOptions;
  private readonly workspaces: Workspaces<{ candidates: Candidates; distribution: Distribution }>;

  constructor(options: Partial<PredictiveSamplingOptions> = {}) {
    this.options = { ...PREDICTIVE_SAMPLING_DEFAULTS, ...options };
    const { samples, knots } = this.options;
    this.workspaces = new Workspaces((steps, axes) => ({
      candidates: new Candidates(samples + 1, steps, axes, splineNoise(steps, Math.min(knots, steps), "cubic")),
      distribution: new Distribution(steps * axes),
    }));
  }

  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    const { samples, annealing, std, minStd } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const workspace = this.workspaces.borrow(steps, axes);
    try {
      const { candidates, distribution } = workspace;
      candidates.restart();
      distribution.reset(firstMean(warmStart), std);
      for (let iteration = 1; ; iteration++) {
        candidates.begin(samples, 1);
        if (iteration === 1) candidates.addGuesses(distribution.mean, guesses);
        candidates.sample(distribution.mean, distribution.std, random);
        await candidates.score(objective, 8);
        distribution.mean.set(candidates.row(candidates.elites[0]!));
        distribution.std.fill(Math.max(minStd, distribution.std[0]! * annealing));
        yield candidates.best(iteration);
      }
    } finally {
      this.workspaces.giveBack(workspace, steps, axes);
    }
  }
}
