import { spawn } from "node:child_process";

/** Runs another program in the terminal of this one, and ends as it ends. */
export function handOver(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): void {
  const child = spawn(program, args, { stdio: "inherit", env: environment });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}
