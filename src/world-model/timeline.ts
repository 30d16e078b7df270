interface Entry<T> {
  readonly stampNs: bigint;
  readonly value: T;
}

/** The most recent items by time: what the model observed, for later retrieval. */
export class Timeline<T> {
  private entries: Entry<T>[] = [];

  constructor(private readonly spanNs: bigint) {}

  /** Must come in order of time; what goes back (a clock was reset) empties the timeline first, what repeats a time is dropped. */
  push(stampNs: bigint, value: T): void {
    const newest = this.entries.at(-1);
    if (newest !== undefined && stampNs < newest.stampNs) this.clear();
    if (newest?.stampNs === stampNs) return;
    this.entries.push({ stampNs, value });
    this.entries = this.entries.filter((entry) => stampNs - entry.stampNs <= this.spanNs);
  }

  /** What is nearest to `stampNs`, if something is within `toleranceNs`. */
  nearest(stampNs: bigint, toleranceNs: bigint): Entry<T> | undefined {
    let best: Entry<T> | undefined;
    for (const entry of this.entries)
      if (distance(entry.stampNs, stampNs) <= toleranceNs && (!best || distance(entry.stampNs, stampNs) < distance(best.stampNs, stampNs)))
        best = entry;
    return best;
  }

  clear(): void {
    this.entries = [];
  }
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
