import type { Odometry } from "../core/body.js";
import type { Mover } from "../core/embodiment.js";
import { MOTION_SIZE, type MotionModel } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import { values, zeros } from "../math/tensor.js";

/** Motion model of a body on the floor, by its integrator. A result is valid until the next call with the same number of samples. */
export class FloorMotion implements MotionModel<Odometry> {
  private readonly memories = new Map<string, Tensor>();

  /** @param mover for periods of that length */
  constructor(private readonly mover: (periodS: number) => Mover) {}

  rollout(from: Odometry, twists: Tensor, periodS: number): Tensor {
    const [samples, ticks] = twists.shape as [number, number, number];
    const commands = values(twists);
    const key = `${samples} ${ticks}`;
    const motion = this.memories.get(key) ?? zeros(samples, ticks, MOTION_SIZE);
    this.memories.set(key, motion);
    const mover = this.mover(periodS);
    for (let n = 0; n < samples; n++) {
      mover.place(from.odomFromBase, from.twistInBase);
      for (let at = n * ticks; at < (n + 1) * ticks; at++) {
        mover.advance(commands[at * 3]!, commands[at * 3 + 2]!, commands[at * 3 + 1]!);
        const row = at * MOTION_SIZE;
        motion.data[row] = mover.xM;
        motion.data[row + 1] = mover.yM;
        motion.data[row + 2] = mover.yawRad;
        motion.data[row + 3] = mover.vxMps;
        motion.data[row + 4] = mover.vyMps;
        motion.data[row + 5] = mover.yawRateRps;
      }
    }
    return motion;
  }

  bodyOf(row: ArrayLike<number>, stampNs: bigint): Odometry {
    const [xM = 0, yM = 0, yawRad = 0, vxMps = 0, vyMps = 0, yawRateRps = 0] = Array.from(row);
    return { stampNs, odomFromBase: { xM, yM, yawRad }, twistInBase: { vxMps, vyMps, yawRateRps } };
  }
}
