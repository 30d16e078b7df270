import type { BodyMeasurement } from "../core/body.js";
import type { CameraFrame } from "../core/sensors.js";
import { measurementOf } from "../embodiment/measurement-of.js";
import { frameFault } from "./frame-fault.js";

/** Motion, of a base or of a joint, that must change some pixel, at the sizes that cameras have. */
const MOVED_M = 0.02;
const TURNED_RAD = 0.1;

/** How far the body has driven and turned so far; of an arm, its joints together. */
interface Way {
  readonly body: BodyMeasurement;
  readonly drivenM: number;
  readonly turnedRad: number;
}

/**
 * Keeps frames that show nothing from the controller: dark, white, or the very picture that was there before the body moved. It then lacks
 * fresh frames, and stops; and stands until the picture changes, since at rest too it is the picture of another place.
 */
export class FrameWatch {
  private previous: CameraFrame | undefined;
  private now: Way | undefined;
  /** When the present picture was first taken, and the way until then. */
  private sinceNs = 0n;
  private since: Way | undefined;
  /** Frames kept back since the start, by what was wrong with them. */
  readonly faults: Record<"uniform" | "frozen", number> = { uniform: 0, frozen: 0 };

  /** @returns whether the frame may be used */
  admits(frame: CameraFrame, body: BodyMeasurement | undefined): boolean {
    if (body !== undefined) this.now = follow(this.now, body);
    const seen = frameFault(frame, this.previous, true);
    this.previous = frame;
    if (seen !== "frozen") this.sinceNs = frame.stampNs;
    // A measurement may come later than the picture that it was before: what it tells of that time is no motion since.
    if (seen !== "frozen" || (this.now !== undefined && this.now.body.stampNs <= this.sinceNs)) this.since = this.now;
    const fault = seen === "frozen" && !moved(this.since, this.now) ? undefined : seen;
    if (fault !== undefined) this.faults[fault]++;
    return fault === undefined;
  }
}

/**
 * Of each step, what positions and velocities agree on: odometry that jumps, or has frozen, must not make a good camera look bad, or nothing would ever
 * move again.
 */
function follow(last: Way | undefined, body: BodyMeasurement): Way {
  if (last === undefined) return { body, drivenM: 0, turnedRad: 0 };
  const measurement = measurementOf(body);
  if (!measurement.is(last.body)) return { ...last, body };
  const { distanceM, angleRad } = measurement.travel(last.body, body);
  return { body, drivenM: last.drivenM + distanceM, turnedRad: last.turnedRad + angleRad };
}

function moved(since: Way | undefined, now: Way | undefined): boolean {
  if (since === undefined || now === undefined) return false;
  return now.drivenM - since.drivenM > MOVED_M || now.turnedRad - since.turnedRad > TURNED_RAD;
}
