import type { Odometry } from "../core/body.js";
import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling, Violation } from "../core/guardrail.js";
import type { LaserScan } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { wrapAngle } from "../math/angle.js";
import { allKept } from "./all-kept.js";
import { REST_SPEED_MPS, REST_YAW_RATE_RPS } from "./rest.js";
import { secondsBetween } from "./seconds.js";

/** No view stays the same to the last bit over this much of a way, or over this much of a turn. */
const MOVED_M = 0.05;
const TURNED_RAD = 0.1;

/**
 * A scan that is fresh by its stamps but shows the same ranges, to the last bit, though the robot has moved: a driver that repeats itself.
 * Motion is what pose and twist agree on; a pose that jumps at rest must not make a scanner without noise look broken for ever.
 */
export class PlausibleScan implements Guardrail {
  readonly name = "scan";
  private odometry: Odometry | undefined;
  /** Since the present view was first seen. */
  private drivenM = 0;
  private turnedRad = 0;
  private newest: LaserScan | undefined;
  private violation: Violation | undefined;

  /** Planning can't make a scan better. */
  margin(motion: Tensor): Float32Array {
    return allKept(motion);
  }

  check(_command: Command, { odometry, scan }: BodyState): Ruling | undefined {
    if (odometry === undefined || scan === undefined) return undefined;
    this.follow(odometry);
    // Between two scans the robot may go as far as it likes: only a view that came again says something.
    if (scan !== this.newest) this.violation = this.judge(scan);
    this.newest = scan;
    return this.violation && { violation: this.violation };
  }

  private follow(odometry: Odometry): void {
    const last = this.odometry;
    this.odometry = odometry;
    if (last === undefined || odometry === last) return;
    const dt = Math.max(0, secondsBetween(last.stampNs, odometry.stampNs));
    const { odomFromBase: a } = last;
    const { odomFromBase: b, twistInBase: twist } = odometry;
    // Noise at rest adds up to nothing, however long the rest: a robot that waits has to be able to go on.
    const speedMps = Math.abs(twist.vxMps);
    if (speedMps > REST_SPEED_MPS) this.drivenM += Math.min(Math.hypot(b.xM - a.xM, b.yM - a.yM), speedMps * dt);
    const rateRps = Math.abs(twist.yawRateRps);
    if (rateRps > REST_YAW_RATE_RPS) this.turnedRad += Math.min(Math.abs(wrapAngle(b.yawRad - a.yawRad)), rateRps * dt);
  }

  private judge(scan: LaserScan): Violation | undefined {
    if (this.newest === undefined || !shows(scan, this.newest.rangesM)) {
      this.drivenM = 0;
      this.turnedRad = 0;
      return undefined;
    }
    if (this.drivenM > MOVED_M) return { guardrail: "scan.frozen", value: this.drivenM, limit: MOVED_M, unit: "m" };
    if (this.turnedRad > TURNED_RAD) return { guardrail: "scan.frozen", value: this.turnedRad, limit: TURNED_RAD, unit: "rad" };
    return undefined;
  }
}

/** The same ranges again. A view of nothing at all says nothing: it looks the same from everywhere. */
function shows({ rangesM }: LaserScan, before: Float32Array): boolean {
  return rangesM.length === before.length && rangesM.every((range, i) => Object.is(range, before[i])) && rangesM.some(Number.isFinite);
}
