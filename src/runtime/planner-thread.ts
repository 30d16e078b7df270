import { Worker } from "node:worker_threads";
import type { TimedPlan } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { CameraFrame } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { ParameterTable } from "../parameters/parameter.js";
import { type FromPlanner, type PackedError, packRequest, packTensor, type ToPlanner, unpackPlan } from "./planner-messages.js";
import type { PlannerSetup } from "./planner-setup.js";

/** An inference takes milliseconds: a thread that has not ended after this time hangs elsewhere. */
const QUIT_MS = 1000;

interface Waiting {
  resolve(message: FromPlanner): void;
  reject(error: Error): void;
}

/** The thread in which the model and the planner live, seen from the thread that ticks. Nothing here waits; every answer is a promise. */
export class PlannerThread {
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private worker: Worker | undefined;
  private planning = false;
  private own: ParameterTable = {};

  private constructor(private setup: PlannerSetup) {}

  /** Rejects with the RehearseError that refused the model. */
  static async start(setup: PlannerSetup): Promise<PlannerThread> {
    const thread = new PlannerThread(setup);
    await thread.spawn();
    return thread;
  }

  /** Whether a plan is being made; a second request would only wait behind it. */
  get busy(): boolean {
    return this.planning;
  }

  /** Parameters that the modules of its planner and costs declare. */
  get declared(): ParameterTable {
    return this.own;
  }

  get alive(): boolean {
    return this.worker !== undefined;
  }

  /** Rejects when planning fails or the thread dies; the thread is then started anew by `restart`. */
  async plan(request: PlanRequest): Promise<TimedPlan> {
    this.planning = true;
    try {
      const answer = await this.ask((id) => ({ kind: "plan", id, request: packRequest(request) }));
      if (answer.kind !== "planned") throw new Error(`the planner thread answered '${answer.kind}' to a request for a plan`);
      return unpackPlan(answer.plan);
    } finally {
      this.planning = false;
    }
  }

  /** @param latents `[row, latent]` @returns no frames when the model has no decoder */
  async imagine(latents: Tensor, stampNs: bigint): Promise<readonly CameraFrame[]> {
    const answer = await this.ask((id) => ({ kind: "imagine", id, latents: packTensor(latents), stampNs }));
    return answer.kind === "imagined" ? answer.frames : [];
  }

  /** Plans with other parameters from the next request on; the model stays loaded. Rejects with what is wrong with them; the old ones then hold. */
  async adjust(setup: PlannerSetup): Promise<void> {
    const answer = await this.ask((id) => ({ kind: "adjust", id, setup }));
    if (answer.kind === "adjusted") this.own = answer.declared;
    this.setup = setup;
  }

  /** Starts the thread anew after it died, or when it hangs. */
  async restart(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    if (worker !== undefined) await quit(worker);
    this.drop(new Error("the planner thread was restarted"));
    await this.spawn();
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    if (worker !== undefined) await quit(worker);
  }

  private spawn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./planner-worker.js", import.meta.url), { workerData: this.setup });
      this.worker = worker;
      worker.on("message", (message: FromPlanner) => {
        if (message.kind === "ready") {
          this.own = message.declared;
          resolve();
        } else if (message.kind === "failed" && message.id === undefined) reject(unpackError(message.error));
        else this.settle(message);
      });
      worker.on("error", (error: Error) => {
        reject(error);
        this.drop(error);
      });
      worker.on("exit", (code) => {
        if (this.worker === worker) this.worker = undefined;
        const error = new Error(`the planner thread ended with code ${code}`);
        reject(error);
        this.drop(error);
      });
    });
  }

  private ask(message: (id: number) => ToPlanner): Promise<FromPlanner> {
    const { worker } = this;
    if (worker === undefined) return Promise.reject(new Error("the planner thread is not running"));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage(message(id));
    });
  }

  private settle(message: Exclude<FromPlanner, { kind: "ready" }>): void {
    const waiting = this.waiting.get(message.id ?? -1);
    this.waiting.delete(message.id ?? -1);
    if (message.kind === "failed") waiting?.reject(unpackError(message.error));
    else waiting?.resolve(message);
  }

  private drop(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

/**
 * Asks the thread to end itself, and ends it from outside only when it doesn't: a thread that is ended in the middle of an inference takes the
 * whole process down with it.
 */
async function quit(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.postMessage({ kind: "close" } satisfies ToPlanner);
  const timer = setTimeout(() => void worker.terminate(), QUIT_MS);
  await ended;
  clearTimeout(timer);
}

function unpackError({ code, message, fix, details }: PackedError): Error {
  return code === undefined ? new Error(message) : RehearseError.received({ code, message, fix, details });
}
