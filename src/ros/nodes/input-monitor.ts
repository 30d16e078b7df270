import type { RehearseError } from "../../core/error.js";

interface Input {
  received: number;
  refused: number;
  lastNs: bigint | undefined;
  lastRefusal: RehearseError | undefined;
}

/** Counts received and refused messages of each topic, for diagnostics. Times are steady. */
export class InputMonitor {
  private readonly inputs = new Map<string, Input>();
  private reportedNs: bigint | undefined;
  private reportedCounts = new Map<string, number>();

  constructor(topics: readonly string[]) {
    for (const topic of topics) this.inputs.set(topic, { received: 0, refused: 0, lastNs: undefined, lastRefusal: undefined });
  }

  received(topic: string, nowNs: bigint): void {
    const input = this.input(topic);
    input.received++;
    input.lastNs = nowNs;
  }

  refused(topic: string, error: RehearseError): void {
    const input = this.input(topic);
    input.refused++;
    input.lastRefusal = error;
  }

  hasReceived(topic: string): boolean {
    return this.input(topic).received > 0;
  }

  /** Diagnostic values: rate since the last call, age, and refusals, a topic each. */
  report(nowNs: bigint): Record<string, string | number | undefined> {
    const values: Record<string, string | number | undefined> = {};
    const sinceS = this.reportedNs === undefined ? undefined : Number(nowNs - this.reportedNs) / 1e9;
    for (const [topic, input] of this.inputs) {
      const count = input.received - (this.reportedCounts.get(topic) ?? 0);
      this.reportedCounts.set(topic, input.received);
      values[`${topic}.rate_hz`] = sinceS ? count / sinceS : undefined;
      values[`${topic}.age_ms`] = input.lastNs === undefined ? undefined : Number(nowNs - input.lastNs) / 1e6;
      if (input.refused > 0) {
        values[`${topic}.refused`] = input.refused;
        values[`${topic}.refusal`] = input.lastRefusal?.describe();
      }
    }
    this.reportedNs = nowNs;
    return values;
  }

  private input(topic: string): Input {
    const input = this.inputs.get(topic);
    if (input === undefined) throw new RangeError(`${topic} isn't watched`);
    return input;
  }
}
