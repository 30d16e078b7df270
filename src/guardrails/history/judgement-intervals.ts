import type { BodyState } from "../../core/guardrail.js";
import { secondsBetween } from "../../math/seconds.js";

/** How long an interval counts. */
const MEMORY_NS = 5_000_000_000n;

/**
 * The longest time that passed between one judgement and the next within the last five seconds. On a busy machine a judge is held up, and does not know for how long it
 * will be the next time: at least as long as lately has to be expected.
 */
export class JudgementIntervals {
  /** The longest, then those that are shorter and newer: what counts when it is forgotten. */
  private longest: { readonly endNs: bigint; readonly intervalS: number }[] = [];

  advance({ lastOutputNs, nowNs }: BodyState): number {
    if (lastOutputNs !== undefined && nowNs > lastOutputNs) {
      const intervalS = secondsBetween(lastOutputNs, nowNs);
      while (this.longest.length > 0 && this.longest.at(-1)!.intervalS <= intervalS) this.longest.pop();
      this.longest.push({ endNs: nowNs, intervalS });
    }
    // Of a clock that was set back nothing is kept.
    this.longest = this.longest.filter(({ endNs }) => nowNs - endNs <= MEMORY_NS && endNs <= nowNs);
    return this.longest[0]?.intervalS ?? 0;
  }
}
