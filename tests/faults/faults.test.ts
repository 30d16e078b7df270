import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { CampaignReport } from "../../src/faults/campaign.js";
import { FAULTS, QUICK } from "../../src/faults/index.js";
import { isMeasured } from "../../src/faults/trial.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The compiled command, as users have it. */
function faults(...args: string[]): Promise<{ code: number; stdout: string; stderr: string; wallS: number }> {
  const beganNs = process.hrtime.bigint();
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [`${ROOT}dist/cli/main.js`, "faults", ...args], { cwd: ROOT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr, wallS: Number(process.hrtime.bigint() - beganNs) / 1e9 }),
    );
  });
}

describe("the short campaign", () => {
  let report: CampaignReport;
  let result: Awaited<ReturnType<typeof faults>>;
  beforeAll(async () => {
    result = await faults("--quick", "--json");
    expect(result.stdout, result.stderr).not.toBe("");
    report = JSON.parse(result.stdout) as CampaignReport;
  }, 120_000);

  it("ends within its time and tries at least what ends or holds up the controller", () => {
    // 45 s; on a machine that does other work the last trial may end later.
    expect(result.wallS).toBeLessThan(60);
    for (const name of ["controller-blocked", "controller-stopped", "controller-killed"]) {
      expect(report.faults.find((line) => line.name === name)?.trialCount, JSON.stringify(report)).toBeGreaterThan(0);
    }
  });

  it("sees the robot touch nothing, and no command beyond the limits", () => {
    for (const line of report.faults) {
      // A guard that is gone can't keep the robot from anything.
      if (line.allowed.touches !== undefined) expect([line.name, line.touches]).toEqual([line.name, 0]);
      expect([line.name, line.beyondLimits]).toEqual([line.name, 0]);
    }
  });

  it("sees the commanded speed reach zero in the time allowed, at 0.5 m/s or more", () => {
    for (const { name, allowed, trials } of report.faults) {
      for (const { zeroMs, speedMps, observerLateMs } of trials.filter(isMeasured)) {
        expect(speedMps).toBeGreaterThanOrEqual(0.5);
        // What the measuring program itself was late is part of what it measured.
        if (allowed.zeroMs !== undefined)
          expect([name, zeroMs! - observerLateMs]).toEqual([name, expect.toSatisfy((ms) => ms <= allowed.zeroMs!)]);
      }
    }
  });

  it("sees the robot go on, and no process end by itself", () => {
    for (const { name, recovered, trialCount, deaths } of report.faults) expect([name, recovered, deaths]).toEqual([name, trialCount, []]);
  });
});

describe("the command", () => {
  it("lists every fault, and refuses others by code", async () => {
    const { stdout } = await faults("--list");
    for (const { name, what } of FAULTS) expect(stdout).toMatch(new RegExp(`^${name} +\\d+ +${what.slice(0, 10)}`, "m"));
    const { code, stderr } = await faults("--only", "no-such-fault");
    expect([code, stderr]).toEqual([1, expect.stringContaining("RH-FAULTS-NAME")]);
    expect((await faults("--repeats", "none")).stderr).toContain("RH-FAULTS-REPEATS");
  });

  it("has the names of the short campaign among them, and no name twice", () => {
    const names = FAULTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...QUICK]));
  });
});
