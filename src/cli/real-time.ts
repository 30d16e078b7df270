import { execFileSync } from "node:child_process";

const CHRT_MS = 2000;

/** Asks for real-time priority for all threads of this process, by `chrt` of util-linux: Node.js itself can't. @returns why not, in one line; undefined: it was granted */
export function askForRealTime(priority: number): string | undefined {
  try {
    const all = ["--fifo", "--all-tasks", "--pid", String(priority), String(process.pid)];
    execFileSync("chrt", all, { timeout: CHRT_MS, stdio: ["ignore", "ignore", "pipe"] });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    return (stderr?.toString().trim() || message).split("\n")[0];
  }
}
