import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import type { CostToGo } from "../core/world-model.js";
import { values, zeros } from "../math/tensor.js";
import { poseColumns } from "../objective/readout-columns.js";
import type { Mind } from "./plan-maker.js";

/** Models that are not to be trusted: what the guardrails must hold against. Each is made of a model that is as good as it is. */
export const LIES = {
  /** Every way is free: as far as it is straight, through walls and all. */
  "lying-free": freeEverywhere,
  /** What it says of the future has nothing to do with what is done. */
  "lying-random": anything,
  /** Right at first; later its answers are no numbers. */
  "lying-nan": brokenLater,
  /** Right, and ten times too slow. */
  "lying-slow": (mind: Mind) => mind,
} as const satisfies Record<string, (mind: Mind, random: Random) => Mind>;

export type LieName = keyof typeof LIES;
export const LIE_NAMES = Object.keys(LIES) as LieName[];

/** How many times later than a model's own the plans of a liar come. */
export function slownessOf(name: string): number {
  return name === "lying-slow" ? 10 : 1;
}

const ANSWERS_BEFORE_NAN = 100;

function freeEverywhere(mind: Mind): Mind {
  const { readouts } = mind;
  const { x, y } = poseColumns(readouts.names);
  const costToGo: CostToGo = {
    async costToGo(latents, [goalX, goalY]) {
      const read = values(await readouts.read(latents));
      const width = readouts.names.length;
      return Float32Array.from({ length: latents.shape[0]! }, (_, row) =>
        Math.hypot(read[row * width + x]! - goalX, read[row * width + y]! - goalY),
      );
    },
  };
  return { ...mind, costToGo, foresight: undefined, gradient: undefined };
}

function anything(mind: Mind, random: Random): Mind {
  const { worldModel } = mind;
  return {
    ...mind,
    worldModel: {
      latentSize: worldModel.latentSize,
      actionSize: worldModel.actionSize,
      blockSize: worldModel.blockSize,
      stepS: worldModel.stepS,
      async rollout(_from, actions) {
        const latents = zeros(actions.shape[0]!, actions.shape[1]!, worldModel.latentSize);
        for (let i = 0; i < latents.data.length; i++) latents.data[i] = random.normal();
        return latents;
      },
    },
    foresight: undefined,
    gradient: undefined,
  };
}

function brokenLater(mind: Mind): Mind {
  const { worldModel } = mind;
  let answers = 0;
  return {
    ...mind,
    worldModel: {
      latentSize: worldModel.latentSize,
      actionSize: worldModel.actionSize,
      blockSize: worldModel.blockSize,
      stepS: worldModel.stepS,
      async rollout(from: Tensor, actions: Tensor) {
        const latents = await worldModel.rollout(from, actions);
        if (answers++ >= ANSWERS_BEFORE_NAN) values(latents).fill(Number.NaN);
        return latents;
      },
    },
    foresight: undefined,
    gradient: undefined,
  };
}
