/** Iterations that a plan should have time for before it is worth having all candidates in each: the first explores, the second refines. */
const WANTED_ITERATIONS = 2;
/** Few steps, so that a planner keeps its memory from plan to plan; and never fewer candidates than can be chosen among. */
const FRACTIONS = [1, 3 / 4, 1 / 2, 3 / 8, 1 / 4, 3 / 16, 1 / 8] as const;
/** Weight of the newest iteration in what an iteration is expected to take. */
const NEWEST = 0.2;

/** What this machine has time for, judging by the iterations so far: on a slow machine plans get coarser instead of late. */
export class ComputeBudget {
  /** Expected time of an iteration with all candidates. */
  private wholeNs: number | undefined;

  /** @param fraction of the candidates that the iteration had */
  note(durationNs: bigint, fraction: number): void {
    const wholeNs = Number(durationNs) / fraction;
    this.wholeNs = this.wholeNs === undefined ? wholeNs : (1 - NEWEST) * this.wholeNs + NEWEST * wholeNs;
  }

  /** The fraction of all candidates with which the wanted iterations fit into the time left: the largest that does, else the smallest there is. */
  fraction(leftNs: bigint): number {
    const { wholeNs } = this;
    if (wholeNs === undefined) return 1;
    return FRACTIONS.find((fraction) => fraction * wholeNs * WANTED_ITERATIONS <= Number(leftNs)) ?? FRACTIONS.at(-1)!;
  }
}
