/** How often messages arrive, how evenly, and how much they are: over the newest `window` of them. */
export class Rate {
  total = 0;
  private arrivals: { readonly atNs: bigint; readonly bytes: number }[] = [];
  private reported = 0;

  constructor(private readonly window: number) {}

  add(atNs: bigint, bytes: number): void {
    this.total++;
    this.arrivals.push({ atNs, bytes });
    if (this.arrivals.length > this.window) this.arrivals.shift();
  }

  /** One line, since the last call of this function. */
  text(nowNs: bigint): string {
    const fresh = this.total - this.reported;
    this.reported = this.total;
    if (this.total === 0) return "nothing has arrived yet";
    const newest = this.arrivals.at(-1)!;
    if (fresh === 0) return `no new messages for ${(Number(nowNs - newest.atNs) / 1e9).toFixed(1)} s`;
    const gapsS = this.arrivals.slice(1).map(({ atNs }, i) => Number(atNs - this.arrivals[i]!.atNs) / 1e9);
    const bytes = this.arrivals.reduce((sum, each) => sum + each.bytes, 0) / this.arrivals.length;
    if (gapsS.length === 0) return `one message, ${size(bytes)}`;
    const mean = gapsS.reduce((sum, gap) => sum + gap, 0) / gapsS.length;
    const deviation = Math.sqrt(gapsS.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gapsS.length);
    return [
      `average rate: ${(1 / mean).toFixed(3)} Hz`,
      `min: ${Math.min(...gapsS).toFixed(3)} s`,
      `max: ${Math.max(...gapsS).toFixed(3)} s`,
      `std dev: ${deviation.toFixed(5)} s`,
      `window: ${this.arrivals.length}`,
      `message: ${size(bytes)}`,
      `${size(bytes / mean)}/s`,
    ].join("  ");
  }
}

function size(bytes: number): string {
  return bytes < 1e3 ? `${bytes.toFixed(0)} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}
