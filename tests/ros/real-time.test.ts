import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { NodeProcess } from "./processes/node-process.js";
import { eventually } from "./support.js";

const PRIORITIES = [
  ["guard", 10],
  ["standby", 11],
] as const;
/** Whether this machine allows it to whoever runs the tests. */
const allowed = spawnSync("chrt", ["--fifo", "11", "true"]).status === 0;

/** As `chrt` has it, one for each thread: `SCHED_FIFO 10`. */
function scheduling(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const said = execFileSync("chrt", ["--pid", thread], { encoding: "utf8" });
    return [...said.matchAll(/: (\S+)$/gm)].map(([, value]) => value).join(" ");
  });
}

describe("priority", () => {
  let node: NodeProcess | undefined;
  afterEach(() => node?.stop());
  const started = async (name: "guard" | "standby", env: NodeJS.ProcessEnv = {}) => {
    node = new NodeProcess(name, {}, env);
    return eventually(() => /runs at .*/.exec(node!.output)?.[0], "its line in the log", 30_000);
  };

  it.each(PRIORITIES)(
    "the %s has all of its threads at real-time priority %d where that is allowed, else says why not",
    async (name, priority) => {
      const line = await started(name);
      const threads = scheduling(node!.process.pid!);
      expect(threads.length).toBeGreaterThan(3);
      if (allowed) {
        expect(line).toBe(`runs at real-time priority ${priority} (SCHED_FIFO)`);
        expect(new Set(threads)).toEqual(new Set([`SCHED_FIFO ${priority}`]));
      } else {
        expect(line).toMatch(
          new RegExp(
            `^runs at (niceness -10|ordinary priority); real time was refused \\(.+\\): systemd's LimitRTPRIO=${priority} allows it`,
          ),
        );
        expect(new Set(threads)).toEqual(new Set(["SCHED_OTHER 0"]));
      }
    },
  );

  it.each(PRIORITIES)("the %s runs all the same where there is no chrt, and says so", async (name, priority) => {
    const line = await started(name, { PATH: "/nowhere" });
    expect(line).toMatch(/^runs at (niceness -10|ordinary priority); real time was refused \(spawnSync chrt ENOENT\)/);
    expect(line).toContain(`LimitRTPRIO=${priority}`);
    expect(new Set(scheduling(node!.process.pid!))).toEqual(new Set(["SCHED_OTHER 0"]));
    expect(node!.ended).toBeUndefined();
  });
});
