import { parentPort, workerData } from "node:worker_threads";
import { RehearseError } from "../core/error.js";
import { type FromPlanner, type PackedError, packPlan, type ToPlanner, unpackRequest, unpackTensor } from "./planner-messages.js";
import { buildPlanner, type PlannerSetup } from "./planner-setup.js";

/** The entry of the planner thread: requests are answered one after the other, in order. */
const port = parentPort!;
const post = (message: FromPlanner) => port.postMessage(message);

try {
  const built = await buildPlanner(workerData as PlannerSetup);
  let queue = Promise.resolve();
  port.on("message", (message: ToPlanner) => {
    queue = queue.then(() => answer(message, built));
  });
  post({ kind: "ready", declared: built.declared });
} catch (error) {
  post({ kind: "failed", id: undefined, error: packError(error) });
  port.close();
}

async function answer(message: ToPlanner, built: Awaited<ReturnType<typeof buildPlanner>>): Promise<void> {
  if (message.kind === "close") {
    await built.model.dispose();
    process.exit(0); // ends this thread only
  }
  try {
    if (message.kind === "adjust") {
      await built.adjust(message.setup);
      post({ kind: "adjusted", id: message.id, declared: built.declared });
    } else if (message.kind === "plan") {
      post({ kind: "planned", id: message.id, plan: packPlan(await built.mpc.plan(unpackRequest(message.request))) });
    } else {
      const frames = await (built.model.decoder?.decode(unpackTensor(message.latents), message.stampNs) ?? []);
      post({ kind: "imagined", id: message.id, frames });
    }
  } catch (error) {
    post({ kind: "failed", id: message.id, error: packError(error) });
  }
}

function packError(error: unknown): PackedError {
  if (error instanceof RehearseError) return error.toJSON();
  return { code: undefined, message: error instanceof Error ? (error.stack ?? error.message) : String(error), fix: "" };
}
