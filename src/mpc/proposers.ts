import { join } from "node:path";
import { RehearseError } from "../core/error.js";
import type { LoadedModel, ProposalSource } from "../core/model.js";
import type { Tensor } from "../core/tensor.js";
import type { Proposals } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";
import { type KeyOf, PlanMemory } from "../memory/plan-memory.js";
import { poseColumns } from "../objective/readout-columns.js";
import { readPlanFile } from "./plan-file.js";

/** Beside a model: the plans that a memory holds. */
const FILE = "plans.bin";
const CAPACITY = 4096;

/** Goals that are farther off than a plan reaches ask for the same plan, however far they are. */
const REACH_M = 1.2;
/** Distance between keys of problems that differ by one standard deviation of a speed [m]. */
const SPEED_WEIGHT_M = 0.15;

/**
 * What to try first, as the parameter `proposals` asks for it; undefined: nothing.
 * Rejects with RH-MODEL-PROPOSALS when the model has no head, RH-PLANS-FILE or RH-PLANS-MODEL for its file of plans.
 */
export async function proposalsFrom(source: ProposalSource, model: LoadedModel): Promise<Proposals | undefined> {
  if (source === "none") return undefined;
  const sources: Proposals[] = [];
  if (source !== "memory") {
    if (model.proposals === undefined) {
      throw new RehearseError(
        "RH-MODEL-PROPOSALS",
        `the model in ${model.description.folder} has no proposal graph, which proposals=${source} asks for`,
        "set proposals to none, or train the head: ./rehearse train hindsight for goal pictures; ./rehearse collect-plans, then ./rehearse train proposals, for places",
      );
    }
    sources.push(model.proposals);
  }
  if (source !== "head") sources.push(await memoryOf(model));
  return { propose: async (latent, goal) => (await Promise.all(sources.map((s) => s.propose(latent, goal)))).flat() };
}

async function memoryOf(model: LoadedModel): Promise<PlanMemory> {
  const { shape, rows } = readPlanFile(join(model.description.folder, FILE), model.description);
  const memory = new PlanMemory(keyBy(model), CAPACITY);
  for (const { latent, goal, actions, violation } of rows.slice(-CAPACITY))
    if (violation <= 0) await memory.remember(tensor(latent, [shape.latent]), goal, tensor(actions, [shape.steps, shape.axes]));
  return memory;
}

/** Problems are alike when the goal lies alike as the body sees it, and the body moves alike. Walls are left to the planner. */
function keyBy({ readouts, description }: Pick<LoadedModel, "readouts" | "description">): KeyOf {
  const { x, y, yaw } = poseColumns(readouts.names);
  return async (latent: Tensor, [goalX = 0, goalY = 0]) => {
    const all = values(latent);
    const read = values(await readouts.read(tensor(all, [1, all.length])));
    const [dx, dy] = [goalX - read[x]!, goalY - read[y]!];
    const [cos, sin] = yaw === undefined ? [1, 0] : [read[yaw.cos]!, read[yaw.sin]!];
    const near = Math.min(1, REACH_M / Math.max(1e-6, Math.hypot(dx, dy)));
    const speeds = Array.from(all.subarray(description.imageLatentSize), (speed) => SPEED_WEIGHT_M * speed);
    return [near * (cos * dx + sin * dy), near * (cos * dy - sin * dx), ...speeds];
  };
}
