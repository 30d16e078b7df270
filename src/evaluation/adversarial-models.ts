import type { PlanningModel } from "../core/planning-model.js";
import type { Random } from "../core/random.js";
import type { CostToGo, WorldModel } from "../core/world-model.js";
import { values, zeros } from "../math/tensor.js";
import { poseColumns } from "../objective/readout-columns.js";

/** Models that are not to be trusted: what the guardrails must hold against. Each is made of a model that is as good as it is. */
export const ADVERSARIAL_MODELS = {
  /** Claims that every path is free: the straight distance, through walls and all. */
  "lying-free": freeEverywhere,
  /** Predicts noise, whatever the actions. */
  "lying-random": anything,
  /** Right for a hundred rollouts, a little more than a second; later its answers are no numbers. */
  "lying-nan": brokenLater,
  /** Right, and ten times too slow: see `slownessOf`. */
  "lying-slow": (model: PlanningModel) => model,
} as const satisfies Record<string, (model: PlanningModel, random: Random) => PlanningModel>;

export type AdversarialModelName = keyof typeof ADVERSARIAL_MODELS;
export const ADVERSARIAL_MODEL_NAMES = Object.keys(ADVERSARIAL_MODELS) as AdversarialModelName[];

/** How many times later than usual the plans of such a model arrive, in the robot's own time. */
export function slownessOf(name: string): number {
  return name === "lying-slow" ? 10 : 1;
}

const ANSWERS_BEFORE_NAN = 100;

function freeEverywhere(model: PlanningModel): PlanningModel {
  const { readouts } = model;
  const { x, y } = poseColumns(readouts.names);
  const costToGo: CostToGo = {
    async costToGo(latents, [goalX = 0, goalY = 0]) {
      const read = values(await readouts.read(latents));
      const width = readouts.names.length;
      return Float32Array.from({ length: latents.shape[0]! }, (_, row) =>
        Math.hypot(read[row * width + x]! - goalX, read[row * width + y]! - goalY),
      );
    },
  };
  return { ...model, costToGo, evaluator: undefined, gradient: undefined };
}

function anything(model: PlanningModel, random: Random): PlanningModel {
  return withRollout(model, async (_from, actions) => {
    const latents = zeros(actions.shape[0]!, actions.shape[1]!, model.worldModel.latentSize);
    for (let i = 0; i < latents.data.length; i++) latents.data[i] = random.normal();
    return latents;
  });
}

function brokenLater(model: PlanningModel): PlanningModel {
  let answers = 0;
  return withRollout(model, async (from, actions) => {
    if (answers++ < ANSWERS_BEFORE_NAN) return model.worldModel.rollout(from, actions);
    const latents = zeros(actions.shape[0]!, actions.shape[1]!, model.worldModel.latentSize);
    latents.data.fill(Number.NaN);
    return latents;
  });
}

/** Replaces the rollout; graphs that would bypass it are left out. */
function withRollout(model: PlanningModel, rollout: WorldModel["rollout"]): PlanningModel {
  const { latentSize, actionSize, blockSize, stepS, contextFrames = 1 } = model.worldModel;
  return {
    ...model,
    worldModel: { latentSize, actionSize, blockSize, stepS, contextFrames, rollout },
    evaluator: undefined,
    gradient: undefined,
  };
}
