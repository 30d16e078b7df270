import type { Pose2 } from "../core/body.js";
import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import type { LaserScan } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { wrapAngle } from "../math/angle.js";
import { allKept } from "./all-kept.js";

/** No view stays the same to the last bit over this much of a way, or over this much of a turn. */
const MOVED_M = 0.05;
const TURNED_RAD = 0.1;

/** A scan that is fresh by its stamps but shows the same ranges, to the last bit, though the robot has moved: a driver that repeats itself. */
export class PlausibleScan implements Guardrail {
  readonly name = "scan";
  private newest: LaserScan | undefined;
  private since: { readonly rangesM: Float32Array; readonly pose: Pose2 } | undefined;

  /** Planning can't make a scan better. */
  margin(motion: Tensor): Float32Array {
    return allKept(motion);
  }

  check(_command: Command, { odometry, scan }: BodyState): Ruling | undefined {
    if (odometry === undefined || scan === undefined) return undefined;
    const pose = odometry.odomFromBase;
    const isNew = scan !== this.newest;
    this.newest = scan;
    if (this.since === undefined || (isNew && !shows(scan, this.since.rangesM))) {
      this.since = { rangesM: scan.rangesM, pose };
      return undefined;
    }
    const movedM = Math.hypot(pose.xM - this.since.pose.xM, pose.yM - this.since.pose.yM);
    if (movedM > MOVED_M) return { violation: { guardrail: "scan.frozen", value: movedM, limit: MOVED_M, unit: "m" } };
    const turnedRad = Math.abs(wrapAngle(pose.yawRad - this.since.pose.yawRad));
    if (turnedRad > TURNED_RAD) return { violation: { guardrail: "scan.frozen", value: turnedRad, limit: TURNED_RAD, unit: "rad" } };
    return undefined;
  }
}

/** The same ranges again. A view of nothing at all says nothing: it looks the same from everywhere. */
function shows({ rangesM }: LaserScan, before: Float32Array): boolean {
  return rangesM.length === before.length && rangesM.every((range, i) => Object.is(range, before[i])) && rangesM.some(Number.isFinite);
}
