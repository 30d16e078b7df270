import { RehearseError } from "../../core/error.js";
import { visible, visibleLine } from "../../core/visible-text.js";
import type { RclLogger } from "./rclnodejs.js";

const PERIOD_NS = 1_000_000_000n;
/** Of one error, in logs and diagnostics. */
const MOST_CHARACTERS = 2000;

/** Errors of one node: each logged at most once a second for its code or place, and unexpected ones counted. */
export class ErrorLog {
  /** Errors that would have ended the process, had nothing caught them. */
  contained = 0;
  private lastContained: string | undefined;
  private readonly lastLoggedNs = new Map<string, bigint>();

  constructor(private readonly log: RclLogger) {}

  /** For what a message, a request or a library did wrong, where nobody else would catch it. */
  contain(error: unknown, where: string): void {
    this.contained++;
    this.lastContained = shown(`${where}: ${error instanceof RehearseError ? error.describe() : String(error)}`);
    this.report(error, where);
  }

  report(error: unknown, where: string): void {
    const known = error instanceof RehearseError;
    const key = known ? error.code : where;
    const nowNs = process.hrtime.bigint();
    const lastNs = this.lastLoggedNs.get(key);
    if (lastNs !== undefined && nowNs - lastNs < PERIOD_NS) return;
    this.lastLoggedNs.set(key, nowNs);
    if (known) this.log.warn(shown(`${where}: ${error.describe()}`));
    else this.log.error(visible(`${where}: ${(error instanceof Error && error.stack) || String(error)}`).slice(0, MOST_CHARACTERS));
  }

  /** Diagnostic values. */
  values(): Record<string, string | number> {
    return this.contained === 0 ? {} : { "errors.contained": this.contained, "errors.last": this.lastContained ?? "" };
  }
}

function shown(text: string): string {
  return visibleLine(text.slice(0, MOST_CHARACTERS));
}
