import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PROJECT_ROOT } from "#src/runtime/project-path.js";
import { PEER_PYTHON } from "./peer-environment.js";
import type { PeerProblem } from "./problems.js";

export interface Gflops {
  readonly median: number;
  readonly best: number;
  readonly n: number;
}

interface Answers {
  readonly load: { readonly versions: Readonly<Record<string, string>>; readonly flops: number; readonly hidden: number };
  readonly plan: { readonly ms: readonly number[]; readonly actions: readonly (readonly number[])[] };
  readonly cost: { readonly cost: readonly number[] };
  readonly score: { readonly ms: number };
  readonly gemm: { readonly gflops: Readonly<Record<string, Gflops>> };
}

/** A Python process that plans with other people's planners; it sleeps while nobody asks. Times are taken there, without the way to and fro. */
export class Peer {
  private readonly child;
  private readonly lines: AsyncIterator<string>;

  constructor(readonly threads: number) {
    const number = String(threads);
    this.child = spawn(PEER_PYTHON, ["-m", "peers", number], {
      cwd: PROJECT_ROOT,
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        ...process.env,
        PYTHONPATH: "bench:training",
        PYTHONWARNINGS: "ignore",
        OMP_NUM_THREADS: number,
        MKL_NUM_THREADS: number,
        OPENBLAS_NUM_THREADS: number,
      },
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  load(model: string, problems: readonly PeerProblem[], block: number, terminal: number): Promise<Answers["load"]> {
    return this.ask("load", { model, problems, block, terminal });
  }

  plan(planner: string, settings: object, problem: number, seed: number): Promise<Answers["plan"]> {
    return this.ask("plan", { planner, settings, problem, seed });
  }

  /** @param actions `[sample, step, action]` */
  async cost(problem: number, actions: readonly number[]): Promise<readonly number[]> {
    return (await this.ask("cost", { problem, actions })).cost;
  }

  async scoreMs(problem: number, samples: number): Promise<number> {
    return (await this.ask("score", { problem, samples })).ms;
  }

  async gemm(rows: number, size: number, seconds: number): Promise<Answers["gemm"]["gflops"]> {
    return (await this.ask("gemm", { rows, size, seconds })).gflops;
  }

  end(): void {
    this.child.stdin.end();
  }

  private async ask<Kind extends keyof Answers>(kind: Kind, request: object): Promise<Answers[Kind]> {
    this.child.stdin.write(`${JSON.stringify({ do: kind, ...request })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the Python process of the other planners has ended");
    const answer = JSON.parse(value) as Answers[Kind] & { error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}
