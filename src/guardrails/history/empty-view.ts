import type { BodyState } from "../../core/guardrail.js";
import type { LaserScan } from "../../core/sensors.js";
import { secondsBetween } from "../../math/seconds.js";

/** For how long scans have shown nothing at all, by their stamps: +Infinity when none ever showed anything. */
export class EmptyView {
  private scan: LaserScan | undefined;
  private seenNs: bigint | undefined;

  advance({ scan }: BodyState): number {
    if (scan === undefined) return 0;
    if (scan !== this.scan) {
      if (this.seenNs !== undefined && scan.stampNs < this.seenNs) this.seenNs = undefined;
      if (scan.rangesM.some((range) => range < Number.POSITIVE_INFINITY)) this.seenNs = scan.stampNs;
      this.scan = scan;
    }
    return this.seenNs === undefined ? Number.POSITIVE_INFINITY : secondsBetween(this.seenNs, scan.stampNs);
  }
}
