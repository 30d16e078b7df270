import type { Tensor } from "../core/tensor.js";

interface Entry {
  readonly stampNs: bigint;
  readonly latent: Tensor;
}

/** The last latents by time: what the model saw, to be looked up again when it is known what came of it. */
export class Context {
  private entries: Entry[] = [];

  constructor(private readonly spanNs: bigint) {}

  /** Latents must come in order of time; one that goes back (a clock was reset) empties the context first, a repeated one is dropped. */
  push(stampNs: bigint, latent: Tensor): void {
    const newest = this.entries.at(-1);
    if (newest !== undefined && stampNs < newest.stampNs) this.clear();
    if (newest?.stampNs === stampNs) return;
    this.entries.push({ stampNs, latent });
    this.entries = this.entries.filter((entry) => stampNs - entry.stampNs <= this.spanNs);
  }

  /** The latent nearest to `stampNs`, if one is within `toleranceNs`. */
  nearest(stampNs: bigint, toleranceNs: bigint): Entry | undefined {
    let best: Entry | undefined;
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
