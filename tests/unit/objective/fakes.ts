import type { ActionAxis } from "../../../src/core/action.js";
import type { Odometry } from "../../../src/core/body.js";
import type { PlanningConstraint } from "../../../src/core/guardrail.js";
import { MOTION_SIZE, type MotionModel } from "../../../src/core/motion.js";
import type { Cost, Rollout } from "../../../src/core/objective.js";
import type { Tensor } from "../../../src/core/tensor.js";
import type { CostToGo, Readouts, WorldModel } from "../../../src/core/world-model.js";
import { ActionScaling } from "../../../src/embodiment/action-scaling.js";
import { tensor, values, zeros } from "../../../src/math/tensor.js";
import type { EnergyParts } from "../../../src/objective/energy.js";

export const AXES: ActionAxis[] = [
  { name: "linear.x", unit: "m/s", range: [-0.25, 0.75] },
  { name: "angular.z", unit: "rad/s", range: [-2, 2] },
];
export const BLOCK = 2;

/** A point on a line in place of a latent: `[position, last action of axis 1]`. Each tick adds the first action to the position. */
export const worldModel: WorldModel & { asked: Tensor[] } = {
  latentSize: 2,
  actionSize: 2,
  blockSize: BLOCK,
  stepS: 0.2,
  asked: [],
  async rollout(from, actions) {
    this.asked.push(tensor(values(actions).slice(), actions.shape));
    const [samples, steps] = actions.shape as [number, number, number];
    const latents = zeros(samples, steps, 2);
    for (let n = 0; n < samples; n++) {
      let position = from.get(0);
      for (let step = 0; step < steps; step++) {
        for (let tick = 0; tick < BLOCK; tick++) position += actions.get(n, step, tick * 2);
        latents.set(n, step, 0, position);
        latents.set(n, step, 1, actions.get(n, step, BLOCK * 2 - 1));
      }
    }
    return latents;
  },
};

/** x is the position, y twice that, the heading its angle in radians. */
export const readouts: Readouts = {
  names: ["robot.x [m]", "robot.y [m]", "robot.yaw.cos [1]", "robot.yaw.sin [1]"],
  async read(latents) {
    const rows = latents.shape[0]!;
    const read = zeros(rows, 4);
    for (let row = 0; row < rows; row++) {
      const x = latents.get(row, 0);
      read.data.set([x, 2 * x, Math.cos(x), Math.sin(x)], row * 4);
    }
    return read;
  },
};

const costToGo: CostToGo = {
  async costToGo(latents, [x = 0, y = 0]) {
    return Float32Array.from({ length: latents.shape[0]! }, (_, row) => Math.hypot(latents.get(row, 0) - x, 2 * latents.get(row, 0) - y));
  },
};

/** Goes exactly where it is told, at once. */
export const motionModel: MotionModel<Odometry> & { asked: { from: Odometry; commands: Tensor }[] } = {
  asked: [],
  rollout(from, commands, periodS) {
    this.asked.push({ from, commands: tensor(values(commands).slice(), commands.shape) });
    const [samples, ticks] = commands.shape as [number, number, number];
    const motion = zeros(samples, ticks, MOTION_SIZE);
    for (let n = 0; n < samples; n++) {
      let { xM, yawRad } = from.odomFromBase;
      for (let tick = 0; tick < ticks; tick++) {
        const [vx, w] = [commands.get(n, tick, 0), commands.get(n, tick, 2)];
        xM += vx * periodS;
        yawRad += w * periodS;
        motion.data.set([xM, from.odomFromBase.yM, yawRad, vx, 0, w], (n * ticks + tick) * MOTION_SIZE);
      }
    }
    return motion;
  },
  bodyOf(row, stampNs) {
    const [xM = 0, yM = 0, yawRad = 0, vxMps = 0, vyMps = 0, yawRateRps = 0] = Array.from(row);
    return { stampNs, odomFromBase: { xM, yM, yawRad }, twistInBase: { vxMps, vyMps, yawRateRps } };
  },
};

export const odometry: Odometry = {
  stampNs: 5_000_000_000n,
  odomFromBase: { xM: 1, yM: -1, yawRad: 0.5 },
  twistInBase: { vxMps: 0.1, vyMps: 0, yawRateRps: 0.2 },
};

/** Broken by as much as the body gets beyond x. */
export function keepBelow(id: PlanningConstraint["id"], limitM: number): PlanningConstraint {
  return {
    id,
    margin(motion) {
      const [samples, ticks] = motion.shape as [number, number, number];
      return Float32Array.from({ length: samples }, (_, n) => {
        let worst = Number.NEGATIVE_INFINITY;
        for (let tick = 0; tick < ticks; tick++) worst = Math.max(worst, motion.get(n, tick, 0) - limitM);
        return worst;
      });
    },
  };
}

export function costOf(name: string, evaluate: (rollout: Rollout, sample: number) => number): Cost {
  return { name, evaluate: (rollout) => Float32Array.from({ length: rollout.actions.shape[0]! }, (_, n) => evaluate(rollout, n)) };
}

export function parts(guardrails: PlanningConstraint[] = []): EnergyParts {
  worldModel.asked = [];
  motionModel.asked = [];
  return { worldModel, readouts, costToGo, motionModel, guardrails, scaling: new ActionScaling(AXES) };
}

/** A rollout from readouts (and actions) alone, for costs that look at nothing else. */
export function rolloutOf(parts: {
  readouts?: Tensor;
  actions?: Tensor;
  latents?: Tensor;
  distance?: Float32Array;
  before?: ArrayLike<number> | undefined;
  motion?: Tensor;
}): Rollout {
  const none = zeros(0, 0, 0);
  return {
    readouts: parts.readouts ?? none,
    actions: parts.actions ?? none,
    before: parts.before,
    distance: parts.distance ?? new Float32Array(0),
    motion: parts.motion ?? none,
    latents: parts.latents,
  };
}
