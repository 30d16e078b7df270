import type { Odometry, Pose2, Twist2 } from "../core/body.js";
import { MOTION_SIZE, type MotionModel } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import { clamp } from "../math/angle.js";
import { values, zeros } from "../math/tensor.js";

/** How a differential-drive base answers a velocity command: first-order lag under acceleration limits. */
export interface DifferentialDriveResponse {
  readonly timeConstantS: number;
  readonly maxAccelerationMps2: number;
  readonly maxDecelerationMps2: number;
  readonly maxYawAccelerationRps2: number;
}

export interface DriveState {
  readonly pose: Pose2;
  readonly twist: Twist2;
}

/** Longest step of the integration; the lag is integrated exactly for a constant command, the arc with the mean velocity of the step. */
const MAX_STEP_S = 0.0125;

/** The state `durationS` later under one constant command. `vy` is always 0. */
export function driveStep(
  state: DriveState,
  command: Pick<Twist2, "vxMps" | "yawRateRps">,
  durationS: number,
  response: DifferentialDriveResponse,
): DriveState {
  const steps = Math.max(1, Math.ceil(durationS / MAX_STEP_S - 1e-9));
  const dt = durationS / steps;
  let { xM, yM, yawRad } = state.pose;
  let v = state.twist.vxMps;
  let w = state.twist.yawRateRps;
  for (let i = 0; i < steps; i++) {
    const v1 = approach(v, command.vxMps, dt, response.timeConstantS, response.maxAccelerationMps2, response.maxDecelerationMps2);
    const w1 = approach(
      w,
      command.yawRateRps,
      dt,
      response.timeConstantS,
      response.maxYawAccelerationRps2,
      response.maxYawAccelerationRps2,
    );
    const turn = ((w + w1) / 2) * dt;
    const way = ((v + v1) / 2) * dt;
    xM += way * Math.cos(yawRad + turn / 2);
    yM += way * Math.sin(yawRad + turn / 2);
    yawRad += turn;
    v = v1;
    w = w1;
  }
  return { pose: { xM, yM, yawRad }, twist: { vxMps: v, vyMps: 0, yawRateRps: w } };
}

/** Motion model of a differential-drive base; commanded `vy` is ignored. */
export class DifferentialDrive implements MotionModel {
  constructor(private readonly response: DifferentialDriveResponse) {}

  rollout(from: Odometry, twists: Tensor, periodS: number): Tensor {
    const [samples, ticks] = twists.shape as [number, number, number];
    const commands = values(twists);
    const motion = zeros(samples, ticks, MOTION_SIZE);
    for (let n = 0; n < samples; n++) {
      let state: DriveState = { pose: from.odomFromBase, twist: from.twistInBase };
      for (let t = 0; t < ticks; t++) {
        const at = n * ticks + t;
        state = driveStep(state, { vxMps: commands[at * 3]!, yawRateRps: commands[at * 3 + 2]! }, periodS, this.response);
        const row = at * MOTION_SIZE;
        motion.data[row] = state.pose.xM;
        motion.data[row + 1] = state.pose.yM;
        motion.data[row + 2] = state.pose.yawRad;
        motion.data[row + 3] = state.twist.vxMps;
        motion.data[row + 4] = 0;
        motion.data[row + 5] = state.twist.yawRateRps;
      }
    }
    return motion;
  }
}

function approach(from: number, to: number, dt: number, timeConstantS: number, maxGain: number, maxLoss: number): number {
  const wanted = timeConstantS > 0 ? (to - from) * -Math.expm1(-dt / timeConstantS) : to - from;
  // Slowing down is a change against the present direction.
  const slowing = from * wanted < 0;
  const limit = (slowing ? maxLoss : maxGain) * dt;
  return from + clamp(wanted, -limit, limit);
}
