import type { Objective } from "../core/objective.js";
import type { Plan } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { clamp } from "../math/angle.js";
import type { NoiseShape } from "../math/noise.js";
import { tensor, values } from "../math/tensor.js";

/** As many alternatives as a plan hands on. */
const ALTERNATIVES = 8;

/**
 * The action sequences of one iteration with their scores, in memory that the next iteration (and the next plan, after `restart`) uses again:
 * `begin`, then `add` what is known and `sample` the rest, then `score`; after that `elites` are the best, ranked.
 */
export class Candidates {
  /** Rows, best first: by violation, then cost, then age; as many as `score` was called for. Valid until the next `begin`. */
  elites: Uint32Array = new Uint32Array(0);

  private readonly actions: Float32Array;
  private readonly cost: Float64Array;
  private readonly violation: Float64Array;
  private readonly normals: Float64Array;
  private readonly order: Uint32Array;
  private readonly carried: Float32Array;
  private readonly incumbent: Float32Array;
  private incumbentCost = Number.POSITIVE_INFINITY;
  private incumbentViolation = Number.POSITIVE_INFINITY;
  private hasIncumbent = false;
  private readonly size: number;
  /** Rows [0, kept) have their scores already, rows [kept, filled) are new, rows [filled, end) are still to be filled. */
  private kept = 0;
  private filled = 0;
  private end = 0;

  constructor(
    readonly capacity: number,
    private readonly steps: number,
    private readonly axes: number,
    private readonly noise: NoiseShape,
  ) {
    this.size = steps * axes;
    this.actions = new Float32Array(capacity * this.size);
    this.carried = new Float32Array(capacity * this.size);
    this.cost = new Float64Array(capacity);
    this.violation = new Float64Array(capacity);
    this.order = new Uint32Array(capacity);
    this.normals = new Float64Array(noise.inputs);
    this.incumbent = new Float32Array(this.size);
  }

  /** Forgets all: for another plan. */
  restart(): void {
    this.kept = 0;
    this.filled = 0;
    this.end = 0;
    this.elites = this.order.subarray(0, 0);
    this.hasIncumbent = false;
  }

  /** Starts an iteration of `fresh` new candidates, beside the `keep` best of the last one, which are not scored (paid for) again. */
  begin(fresh: number, keep = 0): void {
    const { elites, size } = this;
    const kept = Math.min(keep, elites.length);
    // Elites lie anywhere, and the first rows are where they go: through other memory, with their scores in the order of rank.
    const scores = Array.from(elites.subarray(0, kept), (row) => [this.cost[row]!, this.violation[row]!] as const);
    for (let i = 0; i < kept; i++) this.carried.set(this.row(elites[i]!), i * size);
    this.actions.set(this.carried.subarray(0, kept * size));
    for (let i = 0; i < kept; i++) {
      this.cost[i] = scores[i]![0];
      this.violation[i] = scores[i]![1];
    }
    this.kept = kept;
    this.filled = kept;
    this.end = kept + fresh;
    this.elites = this.order.subarray(0, 0);
  }

  /** Candidates that still fit. */
  get room(): number {
    return this.end - this.filled;
  }

  /** A candidate as given, clipped to the bounds, with 0 for NaN; not when full. @throws RangeError for another number of steps */
  add(actions: ArrayLike<number>): void {
    if (actions.length !== this.size) throw new RangeError(`a guess of ${actions.length} values where a plan has ${this.size}`);
    if (this.room <= 0) return;
    const at = this.filled++ * this.size;
    for (let i = 0; i < this.size; i++) this.actions[at + i] = clamp(actions[i]! || 0, -1, 1);
  }

  /** The warm start and the further guesses; at most half of the candidates, since a planner that is left only guesses finds nothing new. */
  addGuesses(warmStart: ArrayLike<number>, guesses: readonly Tensor[]): void {
    const most = Math.max(2, this.room / 2);
    this.add(warmStart);
    for (let i = 0; i < guesses.length && i + 1 < most; i++) this.add(values(guesses[i]!));
  }

  /**
   * Fills up with `mean ± std · noise`, `[step, action]` each, clipped to the bounds and nowhere else. In mirrored pairs (Brockhoff et al. 2010):
   * half the noise to make, and no pull to one side by chance.
   */
  sample(mean: Float64Array, std: Float64Array, random: Random): void {
    const { steps, axes, size, actions, normals } = this;
    const { inputs, basis, firsts, ends } = this.noise;
    while (this.room > 0) {
      const at = this.filled * size;
      const paired = this.room > 1;
      for (let axis = 0; axis < axes; axis++) {
        for (let j = 0; j < inputs; j++) normals[j] = random.normal();
        for (let step = 0; step < steps; step++) {
          let noise = 0;
          for (let j = firsts[step]!; j < ends[step]!; j++) noise += basis[step * inputs + j]! * normals[j]!;
          const i = step * axes + axis;
          actions[at + i] = clamp(mean[i]! + std[i]! * noise, -1, 1);
          if (paired) actions[at + size + i] = clamp(mean[i]! - std[i]! * noise, -1, 1);
        }
      }
      this.filled += paired ? 2 : 1;
    }
  }

  /** Scores the new candidates and finds the best `eliteCount` of all. What is not finite is the worst there is, never an ordinary (or a wonderful) score. */
  async score(objective: Objective, eliteCount: number): Promise<void> {
    const { kept, filled } = this;
    if (filled > kept) {
      const scores = await objective.score(this.fresh());
      for (let i = kept; i < filled; i++) {
        this.cost[i] = worstUnlessFinite(scores.cost[i - kept]!);
        this.violation[i] = worstUnlessFinite(scores.violation[i - kept]!);
      }
    }
    this.rank(eliteCount);
  }

  /** Ranks the best `eliteCount` of all, and updates the incumbent: the best of all iterations. */
  private rank(eliteCount: number): void {
    const { order, filled } = this;
    const wanted = Math.min(eliteCount, filled);
    // An insertion into a short sorted list: most candidates are worse than its last, and cost one comparison.
    let found = 0;
    for (let row = 0; row < filled; row++) {
      if (found === wanted && !this.isBefore(row, order[found - 1]!)) continue;
      let at = found < wanted ? found++ : found - 1;
      for (; at > 0 && this.isBefore(row, order[at - 1]!); at--) order[at] = order[at - 1]!;
      order[at] = row;
    }
    this.elites = order.subarray(0, found);
    this.updateIncumbent(order[0]!);
  }

  /** `[sample, step, action]`: the candidates that are new in this iteration, a view. */
  fresh(): Tensor {
    const { kept, filled, size } = this;
    return tensor(this.actions.subarray(kept * size, filled * size), [filled - kept, this.steps, this.axes]);
  }

  get count(): number {
    return this.filled;
  }

  /** `[step, action]` of one candidate: a view. */
  row(row: number): Float32Array {
    return this.actions.subarray(row * this.size, (row + 1) * this.size);
  }

  costOf(row: number): number {
    return this.cost[row]!;
  }

  violationOf(row: number): number {
    return this.violation[row]!;
  }

  /** How many of the best `count` have finite scores: the others carry no information. */
  finiteElites(count: number): number {
    const { elites } = this;
    let finite = Math.min(count, elites.length);
    while (finite > 0 && !(Number.isFinite(this.cost[elites[finite - 1]!]!) && Number.isFinite(this.violation[elites[finite - 1]!]!)))
      finite--;
    return finite;
  }

  /** The best candidate of all iterations so far, with the best of this one. All copies. */
  best(iterations: number): Plan {
    const { size } = this;
    const others = this.elites.subarray(0, ALTERNATIVES);
    const stacked = new Float32Array(others.length * size);
    for (let i = 0; i < others.length; i++) stacked.set(this.row(others[i]!), i * size);
    return {
      actions: tensor(this.incumbent.slice(), [this.steps, this.axes]),
      cost: this.incumbentCost,
      violation: this.incumbentViolation,
      iterations,
      alternatives: tensor(stacked, [others.length, this.steps, this.axes]),
    };
  }

  private updateIncumbent(row: number): void {
    const winner = { cost: this.cost[row]!, violation: this.violation[row]! };
    if (this.hasIncumbent && !isBetter(winner, { cost: this.incumbentCost, violation: this.incumbentViolation })) return;
    this.hasIncumbent = true;
    this.incumbentCost = winner.cost;
    this.incumbentViolation = winner.violation;
    this.incumbent.set(this.row(row));
  }

  private isBefore(a: number, b: number): boolean {
    if (this.violation[a]! !== this.violation[b]!) return this.violation[a]! < this.violation[b]!;
    if (this.cost[a]! !== this.cost[b]!) return this.cost[a]! < this.cost[b]!;
    return a < b;
  }
}

/** A warm start to calculate with: inside the bounds, and 0 for NaN. */
export function firstMean(warmStart: Tensor): Float64Array {
  return Float64Array.from(values(warmStart), (action) => clamp(action || 0, -1, 1));
}

/** Lexicographic: no cost, however low, makes up for a larger violation. Equal is not better. */
export function isBetter(a: Pick<Plan, "cost" | "violation">, b: Pick<Plan, "cost" | "violation">): boolean {
  return a.violation < b.violation || (a.violation === b.violation && a.cost < b.cost);
}

function worstUnlessFinite(value: number): number {
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}
