import { type ChildProcess, execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A command of Rehearse in a process of its own, compiled, as users run it. */
export class CommandProcess {
  readonly process: ChildProcess;
  output = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.process = spawn(process.execPath, [`${ROOT}dist/cli/main.js`, ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) stream!.on("data", (text) => (this.output += text));
  }

  /** How it ended, if it has. */
  get ended(): { readonly code: number | null; readonly signal: string | null } | undefined {
    const { exitCode: code, signalCode: signal } = this.process;
    return code === null && signal === null ? undefined : { code, signal };
  }

  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    if (this.ended) return;
    const exited = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill(signal);
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 8000);
    await exited;
    clearTimeout(timer);
  }
}

/** One of the nodes. */
export class NodeProcess extends CommandProcess {
  constructor(
    readonly name: "controller" | "guard" | "standby" | "simulation",
    parameters: Readonly<Record<string, string | number | boolean>> = {},
    env: NodeJS.ProcessEnv = {},
    rosArgs: readonly string[] = [],
  ) {
    // Guard and standby have to be told whose limits they keep.
    const given = name === "guard" || name === "standby" ? { robot: "calibration/rooms/robot.yaml", ...parameters } : parameters;
    const args = [...Object.entries(given).flatMap(([key, value]) => ["-p", `${key}:=${value}`]), ...rosArgs];
    super(["node", name, ...(args.length > 0 ? ["--ros-args", ...args] : [])], env);
  }
}

/** Runs one of the Python scripts beside this file. @returns what it printed @throws when it failed */
export function runPython(script: string, ...args: readonly string[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile("python", [path, ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${script}: ${stderr || error.message}`)) : resolve(stdout),
    );
  });
}
