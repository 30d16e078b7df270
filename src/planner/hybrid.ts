import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { colouredNoise } from "../math/noise.js";
import { Candidates, firstMean } from "./candidates.js";
import { Descent, isDifferentiable } from "./descent.js";
import { Distribution } from "./distribution.js";
import { Workspaces } from "./workspaces.js";

export interface HybridOptions {
  /** Candidates scored in the first iteration. */
  readonly samples: number;
  /** Best candidates that the next distribution is fitted to; at most a quarter of the samples. */
  readonly elites: number;
  /** Candidates that descend, the best of the first iteration to begin with. */
  readonly starts: number;
  /** Fraction of `samples` that a later iteration draws anew, beside one step of each start. */
  readonly fresh: number;
  /** Standard deviation of the first iteration, in normalised units (the bounds are ±1). */
  readonly initialStd: number;
  /** Standard deviation that no later iteration goes below. */
  readonly minStd: number;
  /** Largest change of an action in the first step of a descent, in normalised units. */
  readonly trustRadius: number;
}

const HYBRID_DEFAULTS: HybridOptions = { samples: 64, elites: 8, starts: 3, fresh: 0.25, initialStd: 0.6, minStd: 0.05, trustRadius: 0.2 };

/**
 * Sampling finds the valley, descent its bottom. The first iteration is one of the cross-entropy method; each later one lets the best candidates go one
 * step downhill and draws a few more, all scored in one batch. A drawn candidate that is better than the worst of those that descend takes its place.
 * Without a gradient it is the cross-entropy method alone.
 */
export class Hybrid implements Planner {
  private readonly options: HybridOptions;
  private readonly workspaces: Workspaces<{ candidates: Candidates; distribution: Distribution; descent: Descent }>;

  constructor(options: Partial<HybridOptions> = {}) {
    const requested = { ...HYBRID_DEFAULTS, ...options };
    const elites = Math.max(1, Math.min(requested.elites, Math.floor(requested.samples / 4)));
    this.options = { ...requested, elites, starts: Math.min(requested.starts, elites) };
    const { samples, starts, trustRadius } = this.options;
    this.workspaces = new Workspaces((steps, axes) => ({
      candidates: new Candidates(samples + elites, steps, axes, colouredNoise(steps, 2)),
      distribution: new Distribution(steps * axes),
      descent: new Descent(starts, steps, axes, trustRadius),
    }));
  }

  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    const { samples, elites, starts, fresh, initialStd, minStd } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const workspace = this.workspaces.borrow(steps, axes);
    try {
      const { candidates, distribution, descent } = workspace;
      candidates.restart();
      distribution.reset(firstMean(warmStart), initialStd);
      for (let iteration = 1; ; iteration++) {
        if (iteration === 1 || !isDifferentiable(objective)) {
          candidates.begin(samples, elites);
          candidates.addGuesses(distribution.mean, iteration === 1 ? guesses : []);
          candidates.sample(distribution.mean, distribution.std, random);
          await candidates.score(objective, elites);
          if (iteration === 1) for (let n = 0; n < starts; n++) descent.begin(n, candidates, candidates.elites[n]!);
        } else {
          candidates.begin(Math.min(samples, starts + Math.round(fresh * samples)), elites);
          const first = candidates.count;
          await descent.step(objective, candidates);
          const drawn = candidates.count;
          candidates.add(distribution.mean);
          candidates.sample(distribution.mean, distribution.std, random);
          await candidates.score(objective, elites);
          descent.acceptOrReject(candidates, first);
          const best = candidates.elites.find((row) => row >= drawn);
          const worst = descent.worst();
          if (best !== undefined && descent.isBetter(candidates, best, worst)) descent.begin(worst, candidates, best);
        }
        distribution.fit(candidates, elites, minStd, 0);
        yield candidates.best(iteration);
      }
    } finally {
      this.workspaces.giveBack(workspace, steps, axes);
    }
  }
}
