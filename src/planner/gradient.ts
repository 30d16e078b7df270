import { RehearseError } from "../core/error.js";
import type { Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { colouredNoise } from "../math/noise.js";
import { Candidates, firstMean } from "./candidates.js";
import { Descent, isDifferentiable } from "./descent.js";
import { Workspaces } from "./workspaces.js";

export interface GradientOptions {
  /** Candidates scored in the first iteration, around the warm start. */
  readonly samples: number;
  /** The best of them, which then descend side by side. */
  readonly starts: number;
  /** Standard deviation of the candidates around the warm start, in normalised units (the bounds are ±1). */
  readonly std: number;
  /** Largest change of an action in the first step, in normalised units. */
  readonly trustRadius: number;
}

const GRADIENT_DEFAULTS: GradientOptions = { samples: 64, starts: 4, std: 0.5, trustRadius: 0.2 };

/**
 * Gradient descent through the world model from several starts at once, inside the bounds. Local: what lies beyond a ridge it finds only if a start
 * does. A gradient costs a few times what a score does, so only the best few candidates of the first iteration go on.
 */
export class GradientDescent implements Planner {
  private readonly options: GradientOptions;
  private readonly workspaces: Workspaces<{ candidates: Candidates; descent: Descent }>;

  constructor(options: Partial<GradientOptions> = {}) {
    this.options = { ...GRADIENT_DEFAULTS, ...options };
    const { samples, starts, trustRadius } = this.options;
    this.workspaces = new Workspaces((steps, axes) => ({
      candidates: new Candidates(samples, steps, axes, colouredNoise(steps, 2)),
      descent: new Descent(Math.min(samples, starts), steps, axes, trustRadius),
    }));
  }

  /** @throws RehearseError RH-PLANNER-GRADIENT for an objective without a gradient */
  async *improve(objective: Objective, warmStart: Tensor, random: Random, guesses: readonly Tensor[] = []): AsyncGenerator<Plan> {
    if (!isDifferentiable(objective)) {
      throw new RehearseError(
        "RH-PLANNER-GRADIENT",
        "the gradient planner was given an objective without a gradient",
        "use a model that has a gradient graph, or another planner",
      );
    }
    const { samples, starts, std } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const workspace = this.workspaces.borrow(steps, axes);
    try {
      const { candidates, descent } = workspace;
      const mean = firstMean(warmStart);
      candidates.restart();
      candidates.begin(samples);
      candidates.addGuesses(mean, guesses);
      candidates.sample(
        mean,
        mean.map(() => std),
        random,
      );
      await candidates.score(objective, starts);
      yield candidates.best(1);

      for (let n = 0; n < descent.count; n++) descent.begin(n, candidates, candidates.elites[n]!);
      for (let iteration = 2; ; iteration++) {
        candidates.begin(descent.count);
        await descent.step(objective, candidates);
        await candidates.score(objective, descent.count);
        descent.acceptOrReject(candidates, 0);
        yield candidates.best(iteration);
      }
    } finally {
      this.workspaces.giveBack(workspace, steps, axes);
    }
  }
}
