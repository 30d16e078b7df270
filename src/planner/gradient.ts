import { RehearseError } from "../core/error.js";
import type { DifferentiableObjective, Objective } from "../core/objective.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { colouredNoise } from "../math/noise.js";
import { values } from "../math/tensor.js";
import { Candidates, firstMean } from "./candidates.js";

export interface GradientOptions {
  /** Starts that descend side by side. */
  readonly samples: number;
  /** Standard deviation of the starts around the warm start, in normalised units (the bounds are ±1). */
  readonly std: number;
  /** Way that an action goes in one iteration while its slope keeps its sign, in normalised units. */
  readonly rate: number;
}

const GRADIENT_DEFAULTS: GradientOptions = { samples: 16, std: 0.5, rate: 0.1 };

/**
 * Gradient descent through the world model from several starts at once: Adam (Kingma & Ba 2015), projected on the bounds after each step.
 * Local: what lies beyond a ridge it finds only if a start does.
 */
export class GradientDescent implements Planner {
  private readonly options: GradientOptions;

  constructor(options: Partial<GradientOptions> = {}) {
    this.options = { ...GRADIENT_DEFAULTS, ...options };
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
    const { samples, std, rate } = this.options;
    const [steps, axes] = warmStart.shape as [number, number];
    const starts = new Candidates(samples, steps, axes, colouredNoise(steps, 2));
    const adam = new Adam(samples * steps * axes, rate);

    starts.begin(samples);
    starts.add(firstMean(warmStart));
    for (const guess of guesses) starts.add(values(guess));
    starts.sample(firstMean(warmStart), new Float64Array(steps * axes).fill(std), random);
    for (let iteration = 1; ; iteration++) {
      await starts.score(objective);
      yield starts.best(iteration, samples);
      const descended = adam.step(values(starts.fresh()), values(await objective.gradient(starts.fresh())));
      starts.begin(samples);
      for (let n = 0; n < samples; n++) starts.add(descended.subarray(n * steps * axes, (n + 1) * steps * axes));
    }
  }
}

/** Steps whose size does not depend on the scale of the slope. */
class Adam {
  private readonly mean: Float64Array;
  private readonly square: Float64Array;
  private readonly moved: Float32Array;
  private steps = 0;

  constructor(
    size: number,
    private readonly rate: number,
  ) {
    this.mean = new Float64Array(size);
    this.square = new Float64Array(size);
    this.moved = new Float32Array(size);
  }

  /** @returns the points one step on, in memory that the next step uses again; a slope that is no number moves nothing */
  step(points: Float32Array, gradient: Float32Array): Float32Array {
    this.steps++;
    const [fade, fadeSquare] = [0.9, 0.99];
    for (let i = 0; i < points.length; i++) {
      const slope = Number.isFinite(gradient[i]) ? gradient[i]! : 0;
      this.mean[i] = fade * this.mean[i]! + (1 - fade) * slope;
      this.square[i] = fadeSquare * this.square[i]! + (1 - fadeSquare) * slope * slope;
      const mean = this.mean[i]! / (1 - fade ** this.steps);
      const size = Math.sqrt(this.square[i]! / (1 - fadeSquare ** this.steps));
      this.moved[i] = points[i]! - (size > 0 ? (this.rate * mean) / size : 0);
    }
    return this.moved;
  }
}

function isDifferentiable(objective: Objective): objective is DifferentiableObjective {
  return "gradient" in objective && typeof objective.gradient === "function";
}
