import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { isError } from "../core/error.js";
import { GRAPHS, type GraphName, type LoadedModel, type ModelDescription, type Precision } from "../core/model.js";
import { byteProductsAreExact } from "./byte-products.js";
import { OnnxEncoder } from "./encoder.js";
import { checkGolden, readGolden } from "./golden.js";
import { OnnxCostToGo, OnnxDecoder, OnnxGradient, OnnxProposals, OnnxReadouts, OnnxRolloutEvaluator } from "./heads.js";
import { graphPorts } from "./ports.js";
import { openSession } from "./session.js";
import { OnnxWorldModel } from "./world-model.js";

export interface LoadOptions {
  /** Threads that one `run` may use; default 1. */
  readonly threads?: number;
  /** Arithmetic of the rollouts that planning makes; default int8, where the model has such a graph and this processor computes it as it should. */
  readonly precision?: Precision;
  /** Joint names of an arm, in the order of its joint states; a base has none. */
  readonly joints?: readonly string[];
}

/**
 * Opens and checks every graph that `description` names: SHA-256, inputs and outputs, golden vectors. Whatever is wrong is refused here,
 * before anything is planned with it. All of it lives in the calling thread, which `run` blocks.
 *
 * Rejects with RH-MODEL-MISSING, -HASH, -CORRUPT, -SHAPE, -ACTION, -NAN, -GOLDEN.
 */
export async function loadModel(
  description: ModelDescription,
  { threads = 1, precision = "int8", joints = [] }: LoadOptions = {},
): Promise<LoadedModel> {
  const golden = readGolden(description.folder);
  const ports = graphPorts(description);
  const sessions = new Map<GraphName, InferenceSession>();
  const dispose = async () => {
    for (const session of sessions.values()) await session.release();
    sessions.clear();
  };
  try {
    for (const name of GRAPHS) {
      const graph = description.graphs[name];
      if (!graph || (name === "outcomes_int8" && precision !== "int8")) continue;
      const session = await openSession(description.folder, name, graph, ports[name], threads);
      sessions.set(name, session);
      try {
        await checkGolden(golden, name, session, join(description.folder, graph.file), ports[name]);
      } catch (error) {
        // This processor's results differ from those at export: use float32 instead.
        if (name !== "outcomes_int8" || !isError(error, "RH-MODEL-GOLDEN")) throw error;
        sessions.delete(name);
      }
      if (name === "outcomes_int8" && !(await byteProductsAreExact())) sessions.delete(name);
      if (!sessions.has(name)) await session.release();
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  const costToGo = sessions.get("cost_to_go");
  const decoder = sessions.get("decoder");
  const gradient = sessions.get("gradient");
  const proposal = sessions.get("proposal");
  const place = sessions.get("place");
  const int8 = sessions.get("outcomes_int8");
  const outcomes = int8 ?? sessions.get("outcomes");
  return {
    description,
    encoder: new OnnxEncoder(sessions.get("encoder")!, description, joints),
    worldModel: new OnnxWorldModel(sessions.get("rollout")!, description),
    readouts: new OnnxReadouts(sessions.get("readouts")!, description),
    ...(costToGo && { costToGo: new OnnxCostToGo(costToGo) }),
    ...(place && { poseFromImage: new OnnxReadouts(place, description) }),
    ...(decoder && { decoder: new OnnxDecoder(decoder, description) }),
    ...(gradient && { gradient: new OnnxGradient(gradient) }),
    ...(outcomes && { evaluator: new OnnxRolloutEvaluator(outcomes, description, int8 ? "int8" : "float32") }),
    ...(proposal && { proposals: new OnnxProposals(proposal) }),
    dispose,
  };
}
