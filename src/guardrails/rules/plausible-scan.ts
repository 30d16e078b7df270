import type { Odometry } from "../../core/body.js";
import type { Ruling } from "../../core/guardrail.js";
import type { LaserScan } from "../../core/sensors.js";
import { wrapAngle } from "../../math/angle.js";
import { secondsBetween } from "../../math/seconds.js";
import { REST } from "../axes.js";
import { rule, stop } from "../rule.js";

/** No view stays the same to the last bit over this much of a way, or over this much of a turn. */
const MOVED_M = 0.05;
const TURNED_RAD = 0.1;

/**
 * A scan that is fresh by its stamps but shows the same ranges, to the last bit, though the robot has moved: a driver that repeats itself.
 * Motion is what pose and twist agree on; a pose that jumps at rest must not make a scanner without noise look broken for ever.
 */
export function plausibleScan() {
  let last: Odometry | undefined;
  let newest: LaserScan | undefined;
  let ruling: Ruling | undefined;
  // Since the present view was first seen.
  let drivenM = 0;
  let turnedRad = 0;

  function follow({ stampNs, odomFromBase: b, twistInBase: twist }: Odometry, { stampNs: lastNs, odomFromBase: a }: Odometry): void {
    const dt = Math.max(0, secondsBetween(lastNs, stampNs));
    const speedMps = Math.hypot(twist.vxMps, twist.vyMps);
    const rateRps = Math.abs(twist.yawRateRps);
    // Noise at rest adds up to nothing, however long the rest: a robot that waits has to be able to go on.
    if (speedMps > REST["m/s"]) drivenM += Math.min(Math.hypot(b.xM - a.xM, b.yM - a.yM), speedMps * dt);
    if (rateRps > REST["rad/s"]) turnedRad += Math.min(Math.abs(wrapAngle(b.yawRad - a.yawRad)), rateRps * dt);
  }

  function judge(scan: LaserScan): Ruling | undefined {
    if (newest === undefined || !shows(scan, newest.rangesM)) [drivenM, turnedRad] = [0, 0];
    if (drivenM > MOVED_M) return stop("scan.frozen", drivenM, MOVED_M, "m");
    return turnedRad > TURNED_RAD ? stop("scan.frozen", turnedRad, TURNED_RAD, "rad") : undefined;
  }

  return rule("scan", (_command, { odometry, scan }) => {
    if (odometry === undefined || scan === undefined) return undefined;
    if (last !== undefined && odometry !== last) follow(odometry, last);
    // Between two scans the robot may go as far as it likes: only a view that came again says something.
    if (scan !== newest) ruling = judge(scan);
    [last, newest] = [odometry, scan];
    return ruling;
  });
}

/** The same ranges again. A view of nothing at all says nothing: it looks the same from everywhere. */
function shows({ rangesM }: LaserScan, before: Float32Array): boolean {
  return rangesM.length === before.length && rangesM.every((range, i) => Object.is(range, before[i])) && rangesM.some(Number.isFinite);
}
