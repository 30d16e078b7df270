import { type BodyMeasurement, isOdometry, type JointState, type Odometry } from "../core/body.js";
import { wrapAngle } from "../math/angle.js";

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
      return stampNs - newest.stampNs <= MAX_EXTRAPOLATION_NS ? (carriedOn(newest, stampNs) as Body) : undefined;
    }
    let after = this.samples.length - 1;
    while (this.samples[after - 1]!.stampNs > stampNs) after--;
    return interpolated(this.samples[after - 1]!, this.samples[after]!, stampNs) as Body;
  }
}

/** From a sample to a later time with constant velocities: a base's along the arc of its twist. */
function carriedOn(from: BodyMeasurement, stampNs: bigint): BodyMeasurement {
  const dt = Number(stampNs - from.stampNs) / 1e9;
  if (!isOdometry(from)) {
    const { velocitiesRps } = from;
    return { stampNs, positionsRad: from.positionsRad.map((q, i) => q + velocitiesRps[i]! * dt), velocitiesRps };
  }
  const { vxMps, vyMps, yawRateRps } = from.twistInBase;
  const middle = from.odomFromBase.yawRad + (yawRateRps * dt) / 2;
  return {
    stampNs,
    odomFromBase: {
      xM: from.odomFromBase.xM + (vxMps * Math.cos(middle) - vyMps * Math.sin(middle)) * dt,
      yM: from.odomFromBase.yM + (vxMps * Math.sin(middle) + vyMps * Math.cos(middle)) * dt,
      yawRad: from.odomFromBase.yawRad + yawRateRps * dt,
    },
    twistInBase: from.twistInBase,
  };
}

/** Of two of one kind. */
function interpolated(a: BodyMeasurement, b: BodyMeasurement, stampNs: bigint): BodyMeasurement {
  const w = Number(stampNs - a.stampNs) / Number(b.stampNs - a.stampNs);
  const mix = (from: number, to: number) => from + w * (to - from);
  return isOdometry(a) ? mixedOdometry(a, b as Odometry, w, mix, stampNs) : mixedJoints(a, b as JointState, mix, stampNs);
}

type Mix = (from: number, to: number) => number;

function mixedJoints(a: JointState, b: JointState, mix: Mix, stampNs: bigint): JointState {
  return {
    stampNs,
    positionsRad: a.positionsRad.map((q, i) => mix(q, b.positionsRad[i]!)),
    velocitiesRps: a.velocitiesRps.map((v, i) => mix(v, b.velocitiesRps[i]!)),
  };
}

function mixedOdometry(a: Odometry, b: Odometry, w: number, mix: Mix, stampNs: bigint): Odometry {
  return {
    stampNs,
    odomFromBase: {
      xM: mix(a.odomFromBase.xM, b.odomFromBase.xM),
      yM: mix(a.odomFromBase.yM, b.odomFromBase.yM),
      yawRad: a.odomFromBase.yawRad + w * wrapAngle(b.odomFromBase.yawRad - a.odomFromBase.yawRad),
    },
    twistInBase: {
      vxMps: mix(a.twistInBase.vxMps, b.twistInBase.vxMps),
      vyMps: mix(a.twistInBase.vyMps, b.twistInBase.vyMps),
      yawRateRps: mix(a.twistInBase.yawRateRps, b.twistInBase.yawRateRps),
    },
  };
}
