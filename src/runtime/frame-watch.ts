import type { Odometry } from "../core/body.js";
import type { CameraFrame } from "../core/sensors.js";
import { frameFault } from "../perception/frame-fault.js";

/** Motion that must change some pixel from one frame to the next, at the rates and sizes that cameras have. */
const MOVING_MPS = 0.1;
const TURNING_RPS = 0.5;

/** Keeps frames that show nothing from the controller: dark, white, or the same picture again while the body moves. It then lacks fresh frames, and stops. */
export class FrameWatch {
  private previous: CameraFrame | undefined;
  /** Frames kept back since the start, by what was wrong with them. */
  readonly faults: Record<"uniform" | "frozen", number> = { uniform: 0, frozen: 0 };

  /** @returns whether the frame may be used */
  admits(frame: CameraFrame, odometry: Odometry | undefined): boolean {
    const twist = odometry?.twistInBase;
    const moved = twist !== undefined && (Math.abs(twist.vxMps) > MOVING_MPS || Math.abs(twist.yawRateRps) > TURNING_RPS);
    const fault = frameFault(frame, this.previous, moved);
    this.previous = frame;
    if (fault !== undefined) this.faults[fault]++;
    return fault === undefined;
  }
}
