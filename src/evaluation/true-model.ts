import type { ActionAxis } from "../core/action.js";
import type { Odometry } from "../core/body.js";
import type { MotionModel } from "../core/motion.js";
import { MOTION_SIZE } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import type { NavigationWorld } from "../core/world.js";
import type { CostToGo, Encoder, Readouts, WorldModel } from "../core/world-model.js";
import { tensor, values, zeros } from "../math/tensor.js";

/** x, y, yaw, vx, vy, yaw rate: the true state in place of a latent. */
const STATE_SIZE = MOTION_SIZE;

export interface ModelShape {
  readonly axes: readonly ActionAxis[];
  readonly blockSize: number;
  readonly stepS: number;
}

/**
 * The true state, the true dynamics (but for contact) and the true shortest path in the place of a learned model: what the same planner
 * reaches when nothing has to be learned. A ceiling to measure against, for worlds whose state is known.
 */
export function trueModel(
  world: NavigationWorld,
  motion: MotionModel,
  { axes, blockSize, stepS }: ModelShape,
): { encoder: Encoder; worldModel: WorldModel; readouts: Readouts; costToGo: CostToGo } {
  const encoder: Encoder = {
    async encode(_frame, body) {
      const { odomFromBase: p, twistInBase: t } = body as Odometry;
      return tensor(Float32Array.of(p.xM, p.yM, p.yawRad, t.vxMps, t.vyMps, t.yawRateRps), [STATE_SIZE]);
    },
  };
  const columns = axes.map((axis) => ["linear.x", "linear.y", "angular.z"].indexOf(axis.name));
  const worldModel: WorldModel = {
    latentSize: STATE_SIZE,
    actionSize: axes.length,
    blockSize,
    stepS,
    async rollout(from, actions) {
      const [samples, steps] = actions.shape as [number, number, number];
      const ticks = steps * blockSize;
      const twists = zeros(samples, ticks, 3);
      values(actions).forEach((action, i) => {
        const axis = i % axes.length;
        const [low, high] = axes[axis]!.range;
        twists.data[Math.floor(i / axes.length) * 3 + columns[axis]!] = low + ((action + 1) / 2) * (high - low);
      });
      const [xM, yM, yawRad, vxMps, vyMps, yawRateRps] = values(from) as unknown as [number, number, number, number, number, number];
      const start: Odometry = { stampNs: 0n, odomFromBase: { xM, yM, yawRad }, twistInBase: { vxMps, vyMps, yawRateRps } };
      const motionOf = motion.rollout(start, twists, stepS / blockSize).data;
      const states = zeros(samples, steps, STATE_SIZE);
      for (let row = 0; row < samples * steps; row++) {
        const end = ((row + 1) * blockSize - 1) * MOTION_SIZE;
        states.data.set(motionOf.subarray(end, end + STATE_SIZE), row * STATE_SIZE);
      }
      return states;
    },
  };
  const readouts: Readouts = {
    names: ["robot.x [m]", "robot.y [m]", "robot.yaw.cos [1]", "robot.yaw.sin [1]"],
    async read(latents) {
      const rows = latents.shape[0]!;
      const state = values(latents);
      const read = zeros(rows, 4);
      for (let row = 0; row < rows; row++) {
        const yaw = state[row * STATE_SIZE + 2]!;
        read.data.set([state[row * STATE_SIZE]!, state[row * STATE_SIZE + 1]!, Math.cos(yaw), Math.sin(yaw)], row * 4);
      }
      return read;
    },
  };
  const costToGo: CostToGo = {
    async costToGo(latents: Tensor, [xM = 0, yM = 0]) {
      const state = values(latents);
      return Float32Array.from({ length: latents.shape[0]! }, (_, row) => {
        const from = { xM: state[row * STATE_SIZE]!, yM: state[row * STATE_SIZE + 1]! };
        const pathM = world.shortestPathM(from, { xM, yM });
        // Inside a wall there is no path: such a future is as bad as the arena is large.
        return Number.isFinite(pathM) ? pathM : 10 + Math.hypot(from.xM - xM, from.yM - yM);
      });
    },
  };
  return { encoder, worldModel, readouts, costToGo };
}
