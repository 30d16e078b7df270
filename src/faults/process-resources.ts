import { readdirSync, readFileSync } from "node:fs";

/** Resources that a process holds (Linux). */
export interface ProcessResources {
  readonly pid: number;
  readonly residentMb: number;
  readonly files: number;
  readonly threads: number;
}

/** undefined: there is no such process, or no /proc. */
export function resourcesOf(pid: number): ProcessResources | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const number = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1]);
    return { pid, residentMb: number("VmRSS") / 1024, files: readdirSync(`/proc/${pid}/fd`).length, threads: number("Threads") };
  } catch {
    return undefined;
  }
}
