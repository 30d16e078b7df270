import type { BodyMeasurement } from "../core/body.js";
import { measurementOf } from "../embodiment/measurement-of.js";

/** How far past the newest sample a body may be carried on with its own velocity. */
const MAX_EXTRAPOLATION_NS = 100_000_000n;
/** A stamp this much older than the newest one means that time was set back, not that messages came out of order. */
const JUMP_BACK_NS = 500_000_000n;

/** Recent odometry or joint states by time, so that a frame can be placed where the body was when it was taken. */
export class BodyBuffer<Body extends BodyMeasurement> {
  private readonly samples: Body[] = [];

  constructor(private readonly spanNs: bigint = 2_000_000_000n) {}

  /** @returns "jumped-back" when time was set back: all older samples are then forgotten. Late samples are dropped. */
  push(body: Body): "kept" | "late" | "jumped-back" {
    const newest = this.samples.at(-1);
    if (newest !== undefined && body.stampNs <= newest.stampNs) {
      if (newest.stampNs - body.stampNs <= JUMP_BACK_NS) return "late";
      this.samples.length = 0;
      this.samples.push(body);
      return "jumped-back";
    }
    this.samples.push(body);
    while (this.samples.length > 2 && body.stampNs - this.samples[0]!.stampNs > this.spanNs) this.samples.shift();
    return "kept";
  }

  get newest(): Body | undefined {
    return this.samples.at(-1);
  }

  clear(): void {
    this.samples.length = 0;
  }

  /** The body at `stampNs`: interpolated, or carried on for at most 100 ms; undefined when the buffer does not reach that time. */
  at(stampNs: bigint): Body | undefined {
    const newest = this.samples.at(-1);
    const oldest = this.samples[0];
    if (newest === undefined || oldest === undefined || stampNs < oldest.stampNs) return undefined;
    if (stampNs >= newest.stampNs) {
      return stampNs - newest.stampNs <= MAX_EXTRAPOLATION_NS ? (measurementOf(newest).extrapolated(newest, stampNs) as Body) : undefined;
    }
    let after = this.samples.length - 1;
    while (this.samples[after - 1]!.stampNs > stampNs) after--;
    return measurementOf(newest).interpolated(this.samples[after - 1]!, this.samples[after]!, stampNs) as Body;
  }
}
