import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { RehearseError } from "../core/error.js";
import { PROJECT_ROOT } from "../runtime/project-path.js";
import { enclaveArguments } from "./security/environment.js";

export interface ProcessSpec {
  /** As in `rehearse node <name>`. */
  readonly node: "simulation" | "guard" | "standby" | "controller";
  /** What it goes by here, and its log; two of one kind need different ones. Default: the node's. */
  readonly name?: string;
  /** A module that Node.js loads first, into the process and into each of its threads. */
  readonly preload?: string;
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
  /** Rejects with the cause when a process ends unexpectedly. */
  readonly failed: Promise<never>;
  private fail!: (error: RehearseError) => void;

  /** @param secured each with the enclave of its node: the environment names a keystore */
  constructor(
    readonly logFolder: string,
    private readonly secured = false,
  ) {
    mkdirSync(logFolder, { recursive: true });
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => {});
  }

  start({ node, name = node, preload, flags = [], rosArgs = [] }: ProcessSpec): ChildProcess {
    const main = join(PROJECT_ROOT, "dist/cli/main.js");
    const first = preload === undefined ? [] : ["--import", pathToFileURL(preload).href];
    const ros = [...rosArgs, ...(this.secured ? enclaveArguments(node) : [])];
    const args = [...first, main, "node", node, ...flags, ...(ros.length > 0 ? ["--ros-args", ...ros] : [])];
    // A group of its own: Ctrl-C in the terminal must reach the supervisor alone, which then stops the robot in order.
    const child = spawn(process.execPath, args, {
      cwd: PROJECT_ROOT,
      // What is kept of an emergency stop is kept for this run: the next one has another world.
      env: { ...process.env, XDG_STATE_HOME: join(this.logFolder, "state") },
      // Over the channel a child notices the end of its supervisor, even by SIGKILL.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    const file = join(this.logFolder, `${name}.log`);
    const log = createWriteStream(file, { flags: "a" });
    const tail: string[] = [];
    this.tails.set(name, tail);
    for (const stream of [child.stdout!, child.stderr!]) {
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
      if (this.stopping || this.children.get(name) !== child) return;
      this.children.delete(name);
      this.fail(
        new RehearseError(
          "RH-PROCESS-ENDED",
          `the ${name} process ended (${signal ?? `code ${code}`}). It last said:\n${tail.map((line) => `  ${line}`).join("\n")}`,
          `see ${file}`,
        ),
      );
    });
    this.children.set(name, child);
    return child;
  }

  pid(name: string): number | undefined {
    return this.children.get(name)?.pid;
  }

  /** Ends one process on purpose. */
  async end(name: string, signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    const child = this.children.get(name);
    if (child === undefined) return;
    this.children.delete(name);
    await ended(child, signal);
  }

  /** Ends all: controllers first, then the guard, which stops the robot, then the world. */
  async stop(): Promise<void> {
    this.stopping = true;
    const last = ["guard", "standby", "simulation"];
    for (const name of [...this.children.keys()].filter((each) => !last.includes(each)).concat(last)) await this.end(name);
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
