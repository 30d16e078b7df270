import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { RehearseError } from "../core/error.js";
import { PROJECT_ROOT } from "./project-path.js";

export interface ProcessSpec {
  /** As in `rehearse node <name>`. */
  readonly node: "simulation" | "guard" | "controller";
  /** Before `--ros-args`. */
  readonly flags?: readonly string[];
  /** After `--ros-args`. */
  readonly rosArgs?: readonly string[];
}

const LAST_LINES = 12;
/** From SIGINT to SIGKILL. */
const PATIENCE_MS = 4000;

/** The nodes of one robot, each in a process of its own; what they print goes to a file a node. */
export class Processes {
  private readonly children = new Map<string, ChildProcess>();
  private readonly tails = new Map<string, string[]>();
  private stopping = false;
  /** Rejects with what happened when a process ends that was not told to. */
  readonly failed: Promise<never>;
  private fail!: (error: RehearseError) => void;

  constructor(readonly logFolder: string) {
    mkdirSync(logFolder, { recursive: true });
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => {});
  }

  start({ node, flags = [], rosArgs = [] }: ProcessSpec): ChildProcess {
    const main = join(PROJECT_ROOT, "dist/cli/main.js");
    const args = [main, "node", node, ...flags, ...(rosArgs.length > 0 ? ["--ros-args", ...rosArgs] : [])];
    // A group of its own: Ctrl-C in the terminal must reach the supervisor alone, which then stops the robot in order.
    const child = spawn(process.execPath, args, { cwd: PROJECT_ROOT, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const log = createWriteStream(join(this.logFolder, `${node}.log`));
    const tail: string[] = [];
    this.tails.set(node, tail);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        log.write(chunk);
        tail.push(
          ...chunk
            .toString()
            .split("\n")
            .filter((line) => line !== ""),
        );
        tail.splice(0, tail.length - LAST_LINES);
      });
    }
    child.on("exit", (code, signal) => {
      log.end();
      if (this.stopping || this.children.get(node) !== child) return;
      this.children.delete(node);
      this.fail(
        new RehearseError(
          "RH-PROCESS-ENDED",
          `the ${node} process ended (${signal ?? `code ${code}`}). It last said:\n${tail.map((line) => `  ${line}`).join("\n")}`,
          `see ${join(this.logFolder, `${node}.log`)}`,
        ),
      );
    });
    this.children.set(node, child);
    return child;
  }

  pid(node: ProcessSpec["node"]): number | undefined {
    return this.children.get(node)?.pid;
  }

  /** Ends one process on purpose. */
  async end(node: ProcessSpec["node"], signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    const child = this.children.get(node);
    if (child === undefined) return;
    this.children.delete(node);
    await ended(child, signal);
  }

  /** Ends all: the controller first, then the guard, which stops the robot, then the world. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const node of ["controller", "guard", "simulation"] as const) await this.end(node);
  }

  /** Whatever happens to the supervisor: nothing it started stays behind. */
  kill(): void {
    for (const child of this.children.values()) child.kill("SIGKILL");
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(signal);
  });
}
