import type { DifferentiableObjective, Objective } from "../core/objective.js";
import { tensor, values } from "../math/tensor.js";
import { type Candidates, isBetter } from "./candidates.js";
import { LocalSearch } from "./local-search.js";

/** Several local searches side by side, each from a candidate of its own. A step costs one gradient and one score of each. */
export class Descent {
  private readonly searches: LocalSearch[];
  private readonly trials: Float32Array;
  private readonly size: number;

  constructor(
    readonly count: number,
    private readonly steps: number,
    private readonly axes: number,
    private readonly trustRadius: number,
  ) {
    this.size = steps * axes;
    this.trials = new Float32Array(count * this.size);
    this.searches = Array.from({ length: count }, (_, n) => new LocalSearch(this.trials.subarray(n * this.size, (n + 1) * this.size)));
  }

  /** Lets search `n` begin anew from a candidate that has its score. */
  begin(n: number, candidates: Candidates, row: number): void {
    this.searches[n]!.begin(candidates.row(row), candidates.costOf(row), candidates.violationOf(row), this.trustRadius);
  }

  /** One step of each from where it is, as new rows of `candidates`, which are to be scored and then accepted or rejected. */
  async step(objective: DifferentiableObjective, candidates: Candidates): Promise<void> {
    const gradients = values(await objective.gradient(tensor(this.trials, [this.count, this.steps, this.axes])));
    for (let n = 0; n < this.count; n++) {
      const search = this.searches[n]!;
      search.step(gradients.subarray(n * this.size, (n + 1) * this.size));
      candidates.add(search.trial);
    }
  }

  /** @param row of what `step` proposed for search 0 */
  acceptOrReject(candidates: Candidates, row: number): void {
    for (let n = 0; n < this.count; n++) this.searches[n]!.acceptOrReject(candidates.costOf(row + n), candidates.violationOf(row + n));
  }

  /** Longest step that search `n` would try next; of one that has converged it gets ever shorter. */
  trustRadiusOf(n: number): number {
    return this.searches[n]!.trustRadius;
  }

  /** The search that has got least far. */
  worst(): number {
    let worst = 0;
    for (let n = 1; n < this.count; n++) if (isBetter(this.searches[worst]!, this.searches[n]!)) worst = n;
    return worst;
  }

  /** Whether a candidate is better than where search `n` has got to. */
  isBetter(candidates: Candidates, row: number, n: number): boolean {
    return isBetter({ cost: candidates.costOf(row), violation: candidates.violationOf(row) }, this.searches[n]!);
  }
}

export function isDifferentiable(objective: Objective): objective is DifferentiableObjective {
  return "gradient" in objective && typeof objective.gradient === "function";
}
