import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { colouredNoise, splineNoise } from "../math/noise.js";
import { Candidates, firstMean } from "./candidates.js";
import { Distribution } from "./distribution.js";
import { Workspaces } from "./workspaces.js";

export interface CemOptions {
  /** Candidates scored in one iteration. */
  readonly samples: number;
  /** Best candidates that the next distribution is fitted to; at most a quarter of the samples. */
  readonly elites: number;
  /** Elites that stay candidates in the next iteration, with the score they have. */
  readonly keepElites: number;
  /** Standard deviation of the first iteration, in normalised units (the bounds are ±1). */
  readonly initialStd: number;
  /** Standard deviation that no later iteration goes below. */
  readonly minStd: number;
  /** Fraction of the old mean and standard deviation in the new: 0 follows the elites at once. */
  readonly smoothing: number;
  /** Colour of the noise along the steps: power falls as frequency^-colour; 0 white, 2 red. Not used with `knots`. */
  readonly colour: number;
  /** Draw noise as a cubic spline through so many knots instead. */
  readonly knots?: number;
  /** Each iteration draws this many times fewer samples than the one before, down to twice the elites; 1: always the same. */
  readonly decay: number;
}

const CEM_DEFAULTS: CemOptions = {
  samples: 64,
  elites: 8,
  keepElites: 4,
  initialStd: 0.6,
  minStd: 0.05,
  smoothing: 0,
  colour: 2.5,
  decay: 1,
};

/**
 * The cross-entropy method (Rubinstein 1999; for control: Chua et al. 2018; kept elites and coloured noise: Pinneri et al. 2020).
 * Candidates are clipped at the bounds of the actions and nowhere else: the motion model accounts for what the body can't follow.
 */
export class Cem implements Planner {
  private readonly options: CemOptions;
  private readonly workspaces: Workspaces<{ candidates: Candidates; distribution: Distribution }>;

  constructor(options: Partial<CemOptions> = {}) {
    const requested = { ...CEM_DEFAULTS, ...options };
    // Elites that are not fewer than the samples would choose nothing.
    const elites = Math.max(1, Math.min(requested.elites, Math.floor(requested.samples / 4)));
    this.options = { ...requested, elites, keepElites: Math.min(requested.keepElites, elites) };
    const { samples, keepElites, knots, colour } = this.options;
    this.workspaces = new Workspaces((steps, axes) => ({
      candidates: new Candidates(
        samples + keepElites,
        steps,
        axes,
        knots === undefined ? colouredNoise(steps, colour) : splineNoise(steps, Math.min(knots, steps), "cubic"),
      ),
      distribution: new Distribution(steps * axes),
    }));
  }

  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    const { elites, keepElites, initialStd, minStd, smoothing } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const workspace = this.workspaces.borrow(steps, axes);
    try {
      const { candidates, distribution } = workspace;
      candidates.restart();
      distribution.reset(firstMean(warmStart), initialStd);
      for (let iteration = 1; ; iteration++) {
        candidates.begin(this.population(iteration), keepElites);
        candidates.addGuesses(distribution.mean, iteration === 1 ? guesses : []);
        candidates.sample(distribution.mean, distribution.std, random);
        await candidates.score(objective, elites);
        distribution.fit(candidates, elites, minStd, smoothing);
        yield candidates.best(iteration);
      }
    } finally {
      this.workspaces.giveBack(workspace, steps, axes);
    }
  }

  private population(iteration: number): number {
    const { samples, elites, decay } = this.options;
    return Math.min(samples, Math.max(2 * elites, Math.round(samples * decay ** (1 - iteration))));
  }
}
