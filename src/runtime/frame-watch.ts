import type { Odometry } from "../core/body.js";
import type { CameraFrame } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";
import { frameFault } from "../perception/frame-fault.js";

/** Motion that must change some pixel, at the sizes that cameras have. */
const MOVED_M = 0.02;
const TURNED_RAD = 0.1;

/** Where the body is, and how far it has driven and turned to get there. */
interface Place {
  readonly odometry: Odometry;
  readonly wayM: number;
  readonly turnRad: number;
}

/**
 * Keeps frames that show nothing from the controller: dark, white, or the very picture that was there before the body moved. It then lacks
 * fresh frames, and stops; and stands until the picture changes, since at rest too it is the picture of another place.
 */
export class FrameWatch {
  private previous: CameraFrame | undefined;
  private now: Place | undefined;
  /** When the present picture was first there. */
  private since: Place | undefined;
  /** Frames kept back since the start, by what was wrong with them. */
  readonly faults: Record<"uniform" | "frozen", number> = { uniform: 0, frozen: 0 };

  /** @returns whether the frame may be used */
  admits(frame: CameraFrame, odometry: Odometry | undefined): boolean {
    if (odometry !== undefined) this.now = follow(this.now, odometry);
    const seen = frameFault(frame, this.previous, true);
    this.previous = frame;
    if (seen !== "frozen") this.since = this.now;
    const fault = seen === "frozen" && !moved(this.since, this.now) ? undefined : seen;
    if (fault !== undefined) this.faults[fault]++;
    return fault === undefined;
  }
}

function follow(last: Place | undefined, odometry: Odometry): Place {
  if (last === undefined) return { odometry, wayM: 0, turnRad: 0 };
  const dt = Math.max(0, Number(odometry.stampNs - last.odometry.stampNs) / 1e9);
  const { vxMps, yawRateRps } = odometry.twistInBase;
  return { odometry, wayM: last.wayM + Math.abs(vxMps) * dt, turnRad: last.turnRad + Math.abs(yawRateRps) * dt };
}

/** By both pose and twist: odometry that jumps or has frozen must not make a good camera look bad, or nothing would ever move again. */
function moved(then: Place | undefined, now: Place | undefined): boolean {
  if (then === undefined || now === undefined) return false;
  const [a, b] = [then.odometry.odomFromBase, now.odometry.odomFromBase];
  const drove = now.wayM - then.wayM > MOVED_M && Math.hypot(b.xM - a.xM, b.yM - a.yM) > MOVED_M;
  const turned = now.turnRad - then.turnRad > TURNED_RAD && Math.abs(wrapAngle(b.yawRad - a.yawRad)) > TURNED_RAD;
  return drove || turned;
}
