import { valuesOf } from "../../core/command.js";
import type { BodyState, SentCommand } from "../../core/guardrail.js";

/** No command is pending for longer: by the ceilings 0.5 s of delay, 0.3 s since the body was measured, and 0.5 s of reaction time. */
const MEMORY_NS = 1_300_000_000n;

/**
 * Remembers what was sent, oldest first, as long as the body may still be executing it. The same moment gives the same result. A clock that is set back
 * a little erases nothing.
 */
export class RecentOutputs {
  private outputs: readonly SentCommand[] = [];

  advance({ lastOutput, lastOutputNs, nowNs }: BodyState): readonly SentCommand[] {
    const newest = this.outputs.at(-1)?.atNs;
    const kept = newest !== undefined && newest - nowNs > MEMORY_NS ? [] : this.outputs.slice();
    if (lastOutputNs === newest) kept.pop();
    if (lastOutputNs !== undefined) kept.push({ atNs: lastOutputNs, values: valuesOf(lastOutput) });
    let forgotten = 0;
    while (kept.length - forgotten > 2 && nowNs - kept[forgotten]!.atNs > MEMORY_NS) forgotten++;
    this.outputs = forgotten > 0 ? kept.slice(forgotten) : kept;
    return this.outputs;
  }
}
