import type { Clock } from "../core/clock.js";

/** A clock that stands still until it is set: for runs in simulated time, which repeat exactly. */
export class SimulatedClock implements Clock {
  constructor(private now = 0n) {}

  nowNs(): bigint {
    return this.now;
  }

  steadyNs(): bigint {
    return this.now;
  }

  set(nowNs: bigint): void {
    if (nowNs < this.now) throw new RangeError(`a steady clock can't go back from ${this.now} to ${nowNs}`);
    this.now = nowNs;
  }
}
