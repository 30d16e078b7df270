import type { JointState } from "../core/body.js";
import type { MotionModel } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import { values, zeros } from "../math/tensor.js";
import { type AxisResponse, approach, MAX_STEP_S } from "./lag.js";

/**
 * Motion model of an arm with commanded joint velocities: each joint by itself, with a first-order lag under its acceleration limits. Ends of
 * ranges are not known here. A result is valid until the next call with the same number of samples.
 */
export class JointVelocities implements MotionModel<JointState> {
  private readonly memories = new Map<string, Tensor>();

  /** @param responses one a joint, in radians @param maxStepS longest step of the integration */
  constructor(
    private readonly responses: readonly AxisResponse[],
    private readonly maxStepS = MAX_STEP_S,
  ) {}

  /** @returns `[sample, tick, (positions…, velocities…)]` */
  rollout({ positionsRad, velocitiesRps }: JointState, commands: Tensor, periodS: number): Tensor {
    const [samples, ticks, joints] = commands.shape as [number, number, number];
    const commanded = values(commands);
    const key = `${samples} ${ticks}`;
    const motion = this.memories.get(key) ?? zeros(samples, ticks, 2 * joints);
    this.memories.set(key, motion);
    const steps = Math.max(1, Math.ceil(periodS / this.maxStepS - 1e-9));
    const stepS = periodS / steps;
    for (let joint = 0; joint < joints; joint++) {
      const { timeConstantS, accelerationPerS2, decelerationPerS2 } = this.responses[joint]!;
      const fraction = timeConstantS > 0 ? -Math.expm1(-stepS / timeConstantS) : 1;
      for (let n = 0; n < samples; n++) {
        let q = positionsRad[joint]!;
        let v = velocitiesRps[joint]!;
        for (let at = n * ticks; at < (n + 1) * ticks; at++) {
          const command = commanded[at * joints + joint]!;
          for (let i = 0; i < steps; i++) {
            const v1 = approach(v, command, fraction, accelerationPerS2 * stepS, decelerationPerS2 * stepS);
            q += ((v + v1) / 2) * stepS;
            v = v1;
          }
          motion.data[at * 2 * joints + joint] = q;
          motion.data[(at * 2 + 1) * joints + joint] = v;
        }
      }
    }
    return motion;
  }

  bodyOf(row: ArrayLike<number>, stampNs: bigint): JointState {
    const numbers = Array.from(row);
    const joints = numbers.length / 2;
    return { stampNs, positionsRad: numbers.slice(0, joints), velocitiesRps: numbers.slice(joints) };
  }
}
