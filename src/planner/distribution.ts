import type { Candidates } from "./candidates.js";

/** `[step, action]` each: where candidates are sampled, and how widely. */
export class Distribution {
  readonly mean: Float64Array;
  readonly std: Float64Array;

  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.std = new Float64Array(size);
  }

  reset(mean: ArrayLike<number>, std: number): void {
    this.mean.set(mean);
    this.std.fill(std);
  }

  /** Moves to the best `count`. @param smoothing fraction of the old mean and standard deviation in the new */
  fit(candidates: Candidates, count: number, minStd: number, smoothing: number): void {
    const elites = candidates.finiteElites(count);
    if (elites === 0) return;
    const rows: Float32Array[] = [];
    for (let k = 0; k < elites; k++) rows.push(candidates.row(candidates.elites[k]!));
    for (let i = 0; i < this.mean.length; i++) {
      let sum = 0;
      for (let k = 0; k < elites; k++) sum += rows[k]![i]!;
      const mean = sum / elites;
      let squares = 0;
      for (let k = 0; k < elites; k++) squares += (rows[k]![i]! - mean) ** 2;
      this.mean[i] = smoothing * this.mean[i]! + (1 - smoothing) * mean;
      this.std[i] = Math.max(minStd, smoothing * this.std[i]! + (1 - smoothing) * Math.sqrt(squares / elites));
    }
  }
}
