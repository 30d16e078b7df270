import type { Odometry } from "../../core/body.js";
import type { BodyState, GateContext } from "../../core/guardrail.js";
import type { LaserScan } from "../../core/sensors.js";
import { wrapAngle } from "../../math/angle.js";
import { secondsBetween } from "../../math/seconds.js";
import { REST } from "../axes.js";

const NOT_MOVED: GateContext["movedInView"] = { distanceM: 0, turnRad: 0 };

/**
 * How far the robot has moved while its scans show the same ranges, to the last bit. Motion is what pose and twist agree on; a pose that jumps at
 * rest must not make a scanner without noise count as broken for ever.
 */
export class UnchangedView {
  private last: Odometry | undefined;
  private newest: LaserScan | undefined;
  /** Since the present view was first seen. */
  private moved = NOT_MOVED;
  private atNewest = NOT_MOVED;

  advance({ odometry, scan }: BodyState): GateContext["movedInView"] {
    if (odometry === undefined || scan === undefined) return this.atNewest;
    if (this.last !== undefined && odometry !== this.last) this.follow(odometry, this.last);
    // Between two scans the robot may go as far as it likes: only a repeated view is evidence.
    if (scan !== this.newest) {
      if (this.newest === undefined || !shows(scan, this.newest.rangesM)) this.moved = NOT_MOVED;
      this.atNewest = this.moved;
    }
    [this.last, this.newest] = [odometry, scan];
    return this.atNewest;
  }

  private follow({ stampNs, odomFromBase: b, twistInBase: twist }: Odometry, { stampNs: lastNs, odomFromBase: a }: Odometry): void {
    const dt = Math.max(0, secondsBetween(lastNs, stampNs));
    const speedMps = Math.hypot(twist.vxMps, twist.vyMps);
    const rateRps = Math.abs(twist.yawRateRps);
    let { distanceM, turnRad } = this.moved;
    // Noise at rest adds up to nothing, however long the rest: a robot that waits has to be able to go on.
    if (speedMps > REST["m/s"]) distanceM += Math.min(Math.hypot(b.xM - a.xM, b.yM - a.yM), speedMps * dt);
    if (rateRps > REST["rad/s"]) turnRad += Math.min(Math.abs(wrapAngle(b.yawRad - a.yawRad)), rateRps * dt);
    this.moved = { distanceM, turnRad };
  }
}

/** The same ranges again. An empty view is no evidence: it is the same from everywhere. */
function shows({ rangesM }: LaserScan, before: Float32Array): boolean {
  return rangesM.length === before.length && rangesM.every((range, i) => Object.is(range, before[i])) && rangesM.some(Number.isFinite);
}
