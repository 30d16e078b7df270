/** How late a periodic call came, over all calls since the start or the last `reset`. */
export interface JitterStatistics {
  readonly calls: number;
  /** Periods in which no call was made, because an earlier one or something else held up the thread. */
  readonly missed: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

export interface Ticker {
  statistics(): JitterStatistics;
  reset(): void;
  stop(): void;
}

/** @param nowSteadyNs when the call was made @param missed periods left out since the last call */
export type Tick = (nowSteadyNs: bigint, missed: number) => void;

/** The event loop sleeps until this long before the call is due; its timers come up to about 1.1 ms late. */
const LEAD_NS = 1_500_000n;
/** The rest is slept off the loop, but for this much, which is shorter than what the kernel wakes up in. */
const SPIN_NS = 80_000n;

/**
 * Calls `tick` each `periodNs`, on multiples of the period from now on: lateness never adds up. A call that would be late by a whole period is
 * left out and counted, never made up for by a burst. Node's own timers are good to a millisecond at best; so the last 1.5 ms before a call
 * the thread waits in the kernel, without using the processor and without taking events. Calls stop when `tick` throws.
 */
export function everyNs(periodNs: bigint, tick: Tick): Ticker {
  return new DriftFreeTicker(periodNs, tick);
}

class DriftFreeTicker implements Ticker {
  private readonly lateness = new Histogram();
  private readonly cell = new Int32Array(new SharedArrayBuffer(4));
  private dueNs: bigint;
  private missed = 0;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly periodNs: bigint,
    private readonly tick: Tick,
  ) {
    if (periodNs <= 0n) throw new RangeError(`a period of ${periodNs} ns can't be kept`);
    this.dueNs = process.hrtime.bigint() + periodNs;
    this.arm();
  }

  statistics(): JitterStatistics {
    return {
      calls: this.lateness.count,
      missed: this.missed,
      p50Us: this.lateness.quantile(0.5),
      p99Us: this.lateness.quantile(0.99),
      p999Us: this.lateness.quantile(0.999),
      maxUs: this.lateness.max,
    };
  }

  reset(): void {
    this.lateness.clear();
    this.missed = 0;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private arm(): void {
    const leftNs = this.dueNs - process.hrtime.bigint();
    // A timeout of 0 becomes 1 ms; what is due at once uses an immediate, so that pending input is taken first.
    if (leftNs > LEAD_NS + 1_000_000n) this.timer = setTimeout(() => this.arm(), Number((leftNs - LEAD_NS) / 1_000_000n));
    else setImmediate(() => this.call());
  }

  private call(): void {
    if (this.stopped) return;
    let nowNs = process.hrtime.bigint();
    while (this.dueNs - nowNs > SPIN_NS) {
      Atomics.wait(this.cell, 0, 0, Number(this.dueNs - nowNs - SPIN_NS) / 1e6);
      nowNs = process.hrtime.bigint();
    }
    while (nowNs < this.dueNs) nowNs = process.hrtime.bigint();

    const lateNs = nowNs - this.dueNs;
    const missed = Number(lateNs / this.periodNs);
    this.lateness.add(Number(lateNs) / 1e3);
    this.missed += missed;
    this.dueNs += this.periodNs * BigInt(missed + 1);
    this.tick(nowNs, missed);
    if (!this.stopped) this.arm();
  }
}

/** Counts in buckets 5 % wide, from 1 µs to about an hour: constant memory, quantiles good to 5 %. */
class Histogram {
  count = 0;
  max = 0;
  private static readonly GROWTH = Math.log(1.05);
  private readonly buckets = new Float64Array(452);

  add(value: number): void {
    this.count++;
    if (value > this.max) this.max = value;
    const bucket = value <= 1 ? 0 : Math.ceil(Math.log(value) / Histogram.GROWTH);
    const at = Math.min(bucket, this.buckets.length - 1);
    this.buckets[at] = this.buckets[at]! + 1;
  }

  /** Upper edge of the bucket that holds the quantile; 0 when there is nothing. */
  quantile(q: number): number {
    let left = Math.ceil(q * this.count);
    if (left === 0) return 0;
    for (let i = 0; i < this.buckets.length; i++) {
      left -= this.buckets[i]!;
      if (left <= 0) return Math.min(this.max, Math.exp(i * Histogram.GROWTH));
    }
    return this.max;
  }

  clear(): void {
    this.count = 0;
    this.max = 0;
    this.buckets.fill(0);
  }
}
