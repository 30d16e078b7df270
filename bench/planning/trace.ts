/** One plan as it came about: what it was after each iteration, and how long that had taken. */
export interface Trace {
  readonly ms: readonly number[];
  /** `step * actions` each */
  readonly actions: readonly Float32Array[];
}
