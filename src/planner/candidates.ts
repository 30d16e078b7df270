import type { Objective } from "../core/objective.js";
import type { Plan } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import { clamp } from "../math/angle.js";
import type { NoiseShape } from "../math/noise.js";
import { tensor, values } from "../math/tensor.js";

/**
 * The action sequences of one iteration with their scores, in memory that the next iteration uses again:
 * `begin`, then `add` what is known and `sample` the rest, then `score`; after that `ranked` says which are best.
 */
export class Candidates {
  /** Rows, best first: by violation, then cost, then age. Valid until the next `begin`. */
  ranked: Uint32Array = new Uint32Array(0);

  private readonly actions: Float32Array;
  private readonly cost: Float64Array;
  private readonly violation: Float64Array;
  private readonly normals: Float64Array;
  private readonly order: Uint32Array;
  private readonly size: number;
  /** Rows [0, kept) have their scores already, rows [kept, filled) are new, rows [filled, end) are still to be filled. */
  private kept = 0;
  private filled = 0;
  private end = 0;
  private champion: { readonly cost: number; readonly violation: number; readonly actions: Float32Array } | undefined;

  constructor(
    capacity: number,
    private readonly steps: number,
    private readonly axes: number,
    private readonly noise: NoiseShape,
  ) {
    this.size = steps * axes;
    this.actions = new Float32Array(capacity * this.size);
    this.cost = new Float64Array(capacity);
    this.violation = new Float64Array(capacity);
    this.order = new Uint32Array(capacity);
    this.normals = new Float64Array(noise.inputs);
  }

  /** Starts an iteration of `fresh` new candidates, beside the `keep` best of the last one, which are not scored (paid for) again. */
  begin(fresh: number, keep = 0): void {
    const survivors = this.ranked.subarray(0, keep);
    const rows = Array.from(survivors, (row) => this.row(row).slice());
    const costs = Array.from(survivors, (row) => this.cost[row]!);
    const violations = Array.from(survivors, (row) => this.violation[row]!);
    rows.forEach((row, i) => {
      this.actions.set(row, i * this.size);
      this.cost[i] = costs[i]!;
      this.violation[i] = violations[i]!;
    });
    this.kept = rows.length;
    this.filled = rows.length;
    this.end = rows.length + fresh;
    this.ranked = this.order.subarray(0, 0);
  }

  get isFull(): boolean {
    return this.filled >= this.end;
  }

  /** A candidate as given, clipped to the bounds, with 0 for what is no number; not when full. @throws RangeError for another number of steps */
  add(actions: ArrayLike<number>): void {
    if (actions.length !== this.size) throw new RangeError(`a guess of ${actions.length} values where a plan has ${this.size}`);
    if (this.isFull) return;
    const row = this.row(this.filled++);
    for (let i = 0; i < this.size; i++) row[i] = clamp(actions[i]! || 0, -1, 1);
  }

  /** Fills up with `mean + std · noise`, `[step, action]` each, clipped to the bounds. */
  sample(mean: Float64Array, std: Float64Array, random: Random): void {
    const { inputs, basis } = this.noise;
    while (!this.isFull) {
      const row = this.row(this.filled++);
      for (let axis = 0; axis < this.axes; axis++) {
        for (let j = 0; j < inputs; j++) this.normals[j] = random.normal();
        for (let step = 0; step < this.steps; step++) {
          let noise = 0;
          for (let j = 0; j < inputs; j++) noise += basis[step * inputs + j]! * this.normals[j]!;
          const i = step * this.axes + axis;
          row[i] = clamp(mean[i]! + std[i]! * noise, -1, 1);
        }
      }
    }
  }

  /** Scores the new candidates and ranks all. What is not finite is the worst there is, never an ordinary (or a wonderful) score. */
  async score(objective: Objective): Promise<void> {
    const { kept, filled } = this;
    const scores = await objective.score(this.fresh());
    for (let i = kept; i < filled; i++) {
      this.cost[i] = worstUnlessFinite(scores.cost[i - kept]!);
      this.violation[i] = worstUnlessFinite(scores.violation[i - kept]!);
    }
    const order = this.order.subarray(0, filled);
    for (let i = 0; i < filled; i++) order[i] = i;
    this.ranked = order.sort((a, b) => this.compare(a, b));

    const first = this.ranked[0]!;
    const winner = { cost: this.cost[first]!, violation: this.violation[first]! };
    if (this.champion === undefined || isBetter(winner, this.champion)) this.champion = { ...winner, actions: this.row(first).slice() };
  }

  /** `[sample, step, action]`: the candidates that are new in this iteration, a view. */
  fresh(): Tensor {
    const { kept, filled, size } = this;
    return tensor(this.actions.subarray(kept * size, filled * size), [filled - kept, this.steps, this.axes]);
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

  /** `[step, action]` of the best `count`, best first, views; without those that no finite score speaks for, which teach nothing. */
  finite(count: number): Float32Array[] {
    const rows = this.ranked.subarray(0, count).filter((row) => Number.isFinite(this.cost[row]) && Number.isFinite(this.violation[row]));
    return Array.from(rows, (row) => this.row(row));
  }

  /** The best candidate of all iterations so far, with the `alternatives` best of this one. All copies. */
  best(iterations: number, alternatives: number): Plan {
    const { cost, violation, actions } = this.champion!;
    const others = this.ranked.subarray(0, alternatives);
    const stacked = new Float32Array(others.length * this.size);
    others.forEach((row, i) => {
      stacked.set(this.row(row), i * this.size);
    });
    return {
      actions: tensor(actions.slice(), [this.steps, this.axes]),
      cost,
      violation,
      iterations,
      alternatives: tensor(stacked, [others.length, this.steps, this.axes]),
    };
  }

  private compare(a: number, b: number): number {
    // Differences would be NaN between infinities.
    if (this.violation[a]! !== this.violation[b]!) return this.violation[a]! < this.violation[b]! ? -1 : 1;
    if (this.cost[a]! !== this.cost[b]!) return this.cost[a]! < this.cost[b]! ? -1 : 1;
    return a - b;
  }
}

/** A warm start to calculate with: inside the bounds, and 0 for what is no number. */
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
