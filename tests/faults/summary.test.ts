import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/faults/fault.js";
import { summarise } from "../../src/faults/summary.js";
import { tableMarkdown, tableText } from "../../src/faults/table.js";
import type { Trial } from "../../src/faults/trial.js";

const fault: Fault = {
  name: "broken",
  what: "something breaks",
  allowed: { zeroMs: 300, restMs: 1200, touches: 0 },
  holdMs: 1000,
  after: "resumes",
  inject() {},
};
const good: Trial = {
  speedMps: 0.55,
  yawRateRps: 0,
  zeroMs: 200,
  restMs: 800,
  stoppedBy: "freshness.command",
  touches: 0,
  beyondLimits: 0,
  recoveryMs: 900,
  deaths: [],
  objections: [],
  resources: {
    guard: { pid: 7, residentMb: 100, files: 30, threads: 12 },
    controller: { pid: 8, residentMb: 200, files: 40, threads: 20 },
  },
  observerLateMs: 3,
};
const without = (key: keyof Trial): Trial => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key)) as unknown as Trial;

describe("summarise", () => {
  it("objects to nothing when all is as it is allowed to be", () => {
    const line = summarise(fault, [good, { ...good, zeroMs: 300 }]);
    expect(line.objections).toEqual([]);
    expect(line.zeroMs).toEqual({ p50: 250, p99: 299, max: 300 });
    expect(line).toMatchObject({ repeats: 2, zeros: 2, rests: 2, recovered: 2, touches: 0, stoppedBy: ["freshness.command"] });
  });

  it.each<[string, Trial, string]>([
    ["a touch", { ...good, touches: 1 }, "1 touches"],
    ["a late zero", { ...good, zeroMs: 301 }, "zero took up to 301 ms, allowed are 300 ms"],
    ["no zero", without("zeroMs"), "zero did not come 1 times of 2"],
    ["no rest", without("restMs"), "rest did not come 1 times of 2"],
    ["a robot that stays", without("recoveryMs"), "the robot did not go on 1 times of 2"],
    ["a command beyond the limits", { ...good, beyondLimits: 2 }, "2 commands beyond the limits"],
    ["a process that ended", { ...good, deaths: ["guard"] }, "ended by itself: guard"],
    ["what only this fault knows of", { ...good, objections: ["the recorder did not end"] }, "the recorder did not end"],
  ])("objects to %s in one trial of many", (_, bad, objection) => {
    expect(summarise(fault, [good, bad]).objections).toEqual([objection]);
  });

  it("only counts what nothing could have prevented, and asks for no stop where the robot may go on", () => {
    expect(summarise({ ...fault, allowed: {} }, [{ ...without("zeroMs"), touches: 3 }])).toMatchObject({ touches: 3, objections: [] });
  });

  it("takes no times, but touches, from a trial in which the measuring program was held up", () => {
    const heldUp = { ...good, zeroMs: 2000, restMs: 3000, touches: 1, observerLateMs: 1500 };
    const line = summarise(fault, [good, heldUp]);
    expect(line).toMatchObject({ trialCount: 2, repeats: 1, zeroMs: { max: 200 }, objections: ["1 touches"] });
    expect(summarise(fault, [{ ...heldUp, touches: 0 }]).objections).toEqual(["no time could be measured: the machine was held up"]);
  });

  it("measures what processes gained that lived through all trials", () => {
    const later = {
      guard: { pid: 7, residentMb: 101, files: 33, threads: 12 },
      controller: { pid: 9, residentMb: 900, files: 99, threads: 99 },
    };
    expect(summarise(fault, [good, { ...good, resources: later }]).growth).toEqual({ guard: { residentMb: 1, files: 3, threads: 0 } });
    expect(summarise(fault, [good]).growth).toEqual({});
  });

  it("counts what could leave something behind between the first trial's end and the last one's", () => {
    expect(summarise({ ...fault, cycles: 50 }, [good, good, good]).cycles).toBe(100);
  });

  it("says why there was no trial", () => {
    expect(summarise(fault, [], "it never drove").objections).toEqual(["not tried further: it never drove"]);
  });
});

describe("the tables", () => {
  const report = {
    schema: "rehearse.faults/1",
    ok: false,
    faults: [summarise(fault, [good]), summarise({ ...fault, name: "worse", allowed: {} }, [without("zeroMs")])],
    leftOut: ["other"],
    seed: 0,
    wallS: 12,
    machine: { processors: 2, load: 0.5, node: "v20.20.2" },
    observerLateMs: 3,
  } as const;

  it("have a line a fault, and say what was left out", () => {
    const lines = tableText(report).split("\n");
    expect(lines[1]).toMatch(
      /^broken +1 +0 +200 \/ 200 \/ 200 +300 +800 \/ 800 \/ 800 +1 of 1 +900 \/ 900 \/ 900 +freshness\.command +ok$/,
    );
    expect(lines[2]).toMatch(/^worse +1 +0 \(counted only\) +– +may go on/);
    expect(lines.join("\n")).toContain("no time was left for: other");
  });

  it("say what was gained, and of how much a cycle, where processes lived through it", () => {
    const grown = {
      controller: { pid: 8, residentMb: 201, files: 40, threads: 19 },
      guard: { pid: 9, residentMb: 500, files: 90, threads: 90 },
    };
    const storm = { ...fault, name: "storm", cycles: 64 };
    const stormy = { ...report, faults: [summarise(storm, [good, { ...good, resources: grown }]), summarise(fault, [good])] };
    const gained = /^storm +2 +64 +\+1\.0 MB, \+0 files, -1 threads \(\+16\.0 kB a cycle\) +–$/;
    expect(
      tableText(stormy)
        .split("\n")
        .filter((line) => gained.test(line)),
    ).toHaveLength(1);
    expect(tableMarkdown(stormy)).toContain("| `storm` | 2 | 64 | +1.0 MB, +0 files, -1 threads (+16.0 kB a cycle) | – |");
    expect(tableText(report)).not.toContain("gained");
  });

  it("are one Markdown table with as many cells in each row", () => {
    const rows = tableMarkdown(report)
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(4);
    expect(new Set(rows.map((row) => row.split(" | ").length)).size).toBe(1);
    expect(rows[2]).toContain("something breaks");
  });
});
