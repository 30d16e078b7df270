import type { BodyMeasurement } from "../core/body.js";
import { REST, type Travel } from "../core/embodiment.js";
import { RehearseError } from "../core/error.js";
import type { CameraFrame } from "../core/sensors.js";
import { measurementOf, poseOf } from "../embodiment/measurement-of.js";
import { type FrameFault, frameFault } from "./frame-fault.js";

/** Motion, of a base or of a joint, that must change some pixel, at the sizes that cameras have. */
const MOVED_M = 0.02;
const TURNED_RAD = 0.1;
/** At rest for so long, a robot may go on with the picture it has; each further time with the same picture takes twice as long. */
const REST_NS = 3_000_000_000n;
const LONGEST_REST_NS = 60_000_000_000n;

/** How far the body has driven and turned so far; for an arm, the sum of its joints. */
interface Travelled extends Travel {
  readonly body: BodyMeasurement;
}

/**
 * Holds frames back that the model can't take, and those that show nothing: dark, white, or the very picture that was there before the body moved.
 * The controller then lacks fresh frames, and stops. At rest the picture of a sound camera stays the same, too, and at a low resolution a short motion may have changed no pixel: so
 * after a rest the same picture is admitted again, and held back once more if it survives the next motion. A camera that is frozen for good lets a robot
 * creep by centimetres, at longer and longer intervals.
 */
export class FrameWatch {
  private previous: CameraFrame | undefined;
  private now: Travelled | undefined;
  /** When the present picture was first taken, and the travel until then. */
  private sinceNs = 0n;
  private since: Travelled | undefined;
  private restSinceNs: bigint | undefined;
  private patienceNs = REST_NS;
  private newestFault: { readonly kind: FrameFault; readonly error: RehearseError } | undefined;
  /** Frames held back since the start, by what was wrong with them. */
  readonly counts: Record<FrameFault, number> = { size: 0, uniform: 0, frozen: 0 };

  /** @param misfit why the model can't take a frame, if it can't */
  constructor(private readonly misfit: (frame: CameraFrame) => RehearseError | undefined = () => undefined) {}

  /** Why the newest frame was held back; undefined: it was not. */
  get fault(): RehearseError | undefined {
    return this.newestFault?.error;
  }

  /** @param body the newest measurement @returns whether the frame may be used */
  admits(frame: CameraFrame, body: BodyMeasurement | undefined): boolean {
    if (body !== undefined) this.follow(body);
    const misfit = this.misfit(frame);
    if (misfit !== undefined) {
      this.counts.size++;
      this.newestFault = { kind: "size", error: misfit };
      return false;
    }
    const seen = frameFault(frame, this.previous, true);
    this.previous = frame;
    if (seen !== "frozen") {
      this.sinceNs = frame.stampNs;
      this.patienceNs = REST_NS;
    }
    // A measurement may arrive after a picture taken later: motion before the picture is no motion since.
    if (seen !== "frozen" || (this.now !== undefined && this.now.body.stampNs <= this.sinceNs)) this.since = this.now;
    if (seen === "frozen" && hasMoved(this.since, this.now) && this.hasRested()) {
      this.since = this.now;
      this.patienceNs = 2n * this.patienceNs < LONGEST_REST_NS ? 2n * this.patienceNs : LONGEST_REST_NS;
    }
    const fault = seen === "frozen" && !hasMoved(this.since, this.now) ? undefined : seen;
    if (fault !== undefined) this.counts[fault]++;
    if (fault !== this.newestFault?.kind) this.newestFault = fault && { kind: fault, error: errorOf(fault) };
    return fault === undefined;
  }

  /** Time was set back: earlier pictures belong to another time. */
  forget(): void {
    this.previous = this.now = this.since = this.restSinceNs = this.newestFault = undefined;
    this.sinceNs = 0n;
    this.patienceNs = REST_NS;
  }

  private follow(body: BodyMeasurement): void {
    this.now = travelled(this.now, body);
    if (!stands(body)) this.restSinceNs = undefined;
    else this.restSinceNs ??= body.stampNs;
  }

  private hasRested(): boolean {
    return this.restSinceNs !== undefined && this.now !== undefined && this.now.body.stampNs - this.restSinceNs >= this.patienceNs;
  }
}

function travelled(last: Travelled | undefined, body: BodyMeasurement): Travelled {
  if (last === undefined) return { body, distanceM: 0, angleRad: 0 };
  const measurement = measurementOf(body);
  if (!measurement.is(last.body)) return { ...last, body };
  const { distanceM, angleRad } = measurement.travel(last.body, body);
  return { body, distanceM: last.distanceM + distanceM, angleRad: last.angleRad + angleRad };
}

function hasMoved(since: Travelled | undefined, now: Travelled | undefined): boolean {
  if (since === undefined || now === undefined) return false;
  return now.distanceM - since.distanceM > MOVED_M || now.angleRad - since.angleRad > TURNED_RAD;
}

function stands(body: BodyMeasurement): boolean {
  const linear = poseOf(body) === undefined ? 0 : 2;
  return measurementOf(body)
    .velocity(body)
    .every((speed, axis) => Math.abs(speed) <= (axis < linear ? REST["m/s"] : REST["rad/s"]));
}

function errorOf(fault: Exclude<FrameFault, "size">): RehearseError {
  return fault === "uniform"
    ? new RehearseError(
        "RH-FRAME-UNIFORM",
        "frames are held back: they are of one colour",
        "check the camera's picture: is its lens covered, its light off, its exposure wrong?",
      )
    : new RehearseError(
        "RH-FRAME-FROZEN",
        "frames are held back: the picture stayed the same, bit for bit, while the robot moved",
        "restart the camera's driver if it repeats one picture; a robot that stands for some seconds goes on with the picture it has",
      );
}
