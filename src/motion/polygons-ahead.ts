import { MOTION_SIZE } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import { type FromPose, setPose } from "../math/points.js";
import { values } from "../math/tensor.js";

/** Interval between checks of the predicted motion, each of which covers the braking ahead. */
const CHECK_S = 0.1;
/** Between two poses of the braking at which distances are computed, no part of the body moves farther, unless nothing is near. */
const STEP_M = 0.03;

/** For how long the present velocity would have to last to lead to where the body comes to rest. */
export interface Ahead {
  readonly timeS: (speedMps: number) => number;
  readonly turnS: (yawRateRps: number, speedMps: number) => number;
}

/**
 * How near a body that is no disc comes to things along predicted motion: at every check it is swept ahead to where it would come to rest. No part of
 * it moves farther than its centre plus its radius times the turn, so what is far enough away needs no second question.
 * @param motion `[sample, tick, MOTION_SIZE]`, not empty @param radiusM of the body around its origin
 * @param farM what lies farther away than this does not matter @param nearsMps how fast a thing may come nearer by itself
 * @returns the distance one period before the first tick, and the least one of each sample, `farM` at most
 */
export function polygonsAhead(
  motion: Tensor,
  periodS: number,
  ahead: Ahead,
  radiusM: number,
  farM: number,
  from: FromPose,
  nearsMps = 0,
): { readonly startM: number; readonly leastM: Float32Array } {
  const [samples, ticks] = motion.shape as [number, number, number];
  const stride = Math.max(1, Math.floor(CHECK_S / periodS + 1e-9));
  const data = values(motion);
  const leastM = new Float32Array(samples).fill(farM);
  const pose = new Float64Array(5);
  const startM = distanceBefore(data, periodS, from, pose);
  for (let n = 0; n < samples; n++) {
    let least = farM;
    // What was computed last, and where and when.
    let [known, knownX, knownY, knownYaw, knownS] = [Number.NEGATIVE_INFINITY, 0, 0, 0, 0];
    for (let t = (ticks - 1) % stride; t < ticks; t += stride) {
      const row = (n * ticks + t) * MOTION_SIZE;
      const x = data[row]!;
      const y = data[row + 1]!;
      const yaw = data[row + 2]!;
      const vx = data[row + 3]!;
      const vy = data[row + 4]!;
      const yawRate = data[row + 5]!;
      const speed = vy === 0 ? Math.abs(vx) : Math.hypot(vx, vy);
      const forS = ahead.timeS(speed);
      const turnRad = yawRate * ahead.turnS(yawRate, speed);
      const lengthM = speed * forS + radiusM * Math.abs(turnRad);
      const timeS = (t + 1) * periodS;
      const moved =
        Math.sqrt((x - knownX) * (x - knownX) + (y - knownY) * (y - knownY)) +
        radiusM * Math.abs(yaw - knownYaw) +
        nearsMps * (timeS - knownS);
      if (known - moved - lengthM >= least) continue;
      const heading = yaw + turnRad / 2;
      const cos = forS * Math.cos(heading);
      const sin = forS * Math.sin(heading);
      const dx = vx * cos - vy * sin;
      const dy = vx * sin + vy * cos;
      known = from(setPose(pose, x, y, Math.cos(yaw), Math.sin(yaw), timeS));
      [knownX, knownY, knownYaw, knownS] = [x, y, yaw, timeS];
      let distance = known;
      let atM = 0;
      for (;;) {
        if (!(distance >= least)) least = distance;
        const spareM = distance - least;
        if (!(spareM < lengthM - atM)) break;
        atM = Math.min(lengthM, atM + Math.max(STEP_M, spareM));
        const share = atM / lengthM;
        const yawThen = yaw + share * turnRad;
        distance = from(setPose(pose, x + share * dx, y + share * dy, Math.cos(yawThen), Math.sin(yawThen), timeS));
      }
    }
    leastM[n] = least;
  }
  return { startM, leastM };
}

function distanceBefore(data: Float32Array, periodS: number, from: FromPose, pose: Float64Array): number {
  const yaw = data[2]! - data[5]! * periodS;
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const [vx, vy] = [data[3]! * periodS, data[4]! * periodS];
  return from(setPose(pose, data[0]! - vx * cos + vy * sin, data[1]! - vx * sin - vy * cos, cos, sin, 0));
}
