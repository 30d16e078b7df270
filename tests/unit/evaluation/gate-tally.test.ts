import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/core/gate.js";
import type { Violation, ViolationId } from "../../../src/core/violation.js";
import { addCounts, countsBetween, fractionsOf, NO_TICKS, withVerdict } from "../../../src/evaluation/gate-tally.js";

const drive = { kind: "twist", vxMps: 0.5, vyMps: 0, yawRateRps: 0 } as const;
const rest = { ...drive, vxMps: 0 };
const violation = (id: ViolationId): Violation => ({ id, value: 1, limit: 0, unit: "1" });
const stoppedBy = (...rules: ViolationId[]): Verdict => ({ kind: "stop", command: rest, because: rules.map(violation) });

describe("withVerdict", () => {
  it("counts by kind, and a stop with the rule that was met last", () => {
    const verdicts: Verdict[] = [
      { kind: "pass", command: drive },
      { kind: "limited", command: drive, because: [violation("acceleration.jerk")] },
      { kind: "slowdown", command: rest, because: [violation("braking-distance")] },
      stoppedBy("acceleration", "freshness.scan"),
      stoppedBy("freshness.scan"),
    ];
    const counts = verdicts.reduce(withVerdict, NO_TICKS);
    expect(counts).toEqual({ pass: 1, limited: 1, slowdown: 1, stop: 2, stoppedBy: { "freshness.scan": 2 } });
  });

  it("takes no rest for driving that passes, so that standing still does not make stops look rare", () => {
    expect(withVerdict(NO_TICKS, { kind: "pass", command: rest })).toEqual(NO_TICKS);
    expect(withVerdict(NO_TICKS, { kind: "pass", command: { kind: "joint-velocities", velocitiesRps: [0, 0.1] } }).pass).toBe(1);
  });
});

describe("countsBetween", () => {
  it("is what the guard's own counters gained", () => {
    const before = { ticks: { pass: 10, limited: 0, slowdown: 0, stop: 1 }, stoppedBy: { "freshness.scan": 1 } };
    const after = { ticks: { pass: 13, limited: 4, slowdown: 0, stop: 3 }, stoppedBy: { "freshness.scan": 1, "finite.command": 2 } };
    expect(countsBetween(before, after)).toEqual({ pass: 3, limited: 4, slowdown: 0, stop: 2, stoppedBy: { "finite.command": 2 } });
  });
});

describe("sharesOf", () => {
  it("adds up to one, and names the most frequent rule first", () => {
    const one = { pass: 90, limited: 5, slowdown: 2, stop: 3, stoppedBy: { a: 1, b: 2 } };
    const shares = fractionsOf(addCounts(one, { ...NO_TICKS, stop: 100, stoppedBy: { b: 60, c: 40 } }));
    expect(shares).toEqual({ ticks: 200, pass: 0.45, limited: 0.025, slowdown: 0.01, stop: 0.515, stoppedBy: { b: 62, c: 40, a: 1 } });
    expect(Object.keys(shares.stoppedBy)).toEqual(["b", "c", "a"]);
  });

  it("has none without a tick", () => {
    expect(fractionsOf(NO_TICKS)).toEqual({ ticks: 0, pass: null, limited: null, slowdown: null, stop: null, stoppedBy: {} });
  });
});
