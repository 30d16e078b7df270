import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../src/control/gate.js";
import { guardrailsFor } from "../../../src/guardrails/index.js";
import { driving, MS, NOW_NS, near, odometry, ROOMS_ROBOT, scan, state, twist } from "../guardrails/robot.js";

const gate = () => new SafetyGate(guardrailsFor(ROOMS_ROBOT), ROOMS_ROBOT);

describe("a gate", () => {
  test("passes what keeps every rule, as it is", () => {
    const proposed = twist(0.4, 0.3);
    expect(gate().admit(proposed, driving(0.4, 0.3))).toEqual({ kind: "pass", command: proposed });
  });

  test("names the rule that limited, what was asked and what is allowed", () => {
    const verdict = gate().admit(twist(0.6), state());
    expect(verdict).toEqual({
      kind: "limited",
      command: twist(0.05),
      because: [{ guardrail: "acceleration", value: 0.6, limit: 0.05, unit: "m/s" }],
    });
  });

  test("stops before a wall", () => {
    const verdict = gate().admit(twist(0.6), driving(0.6, 0, { scan: scan(0.3) }));
    expect(verdict.kind).toBe("slowdown");
    expect(verdict.command).toEqual(twist(0));
  });

  test.each([
    ["no command", undefined, state(), "proposal"],
    ["NaN", twist(Number.NaN), driving(0.6), "finite.command"],
    ["infinity", twist(0.1, Number.POSITIVE_INFINITY), driving(0.6), "finite.command"],
    ["NaN in the odometry", twist(0.6), driving(0.6, 0, { odometry: odometry(Number.NaN) }), "finite.odometry"],
    ["no odometry", twist(0.6), driving(0.6, 0, { odometry: undefined }), "freshness.odometry"],
    ["a late command", twist(0.6), driving(0.6, 0, { commandReceivedNs: NOW_NS - 151n * MS }), "freshness.command"],
    ["no scan", twist(0.6), driving(0.6, 0, { scan: undefined }), "freshness.scan"],
  ])("stops on %s", (_, proposed, now, rule) => {
    const verdict = gate().admit(proposed, now);
    expect(verdict).toMatchObject({ kind: "stop", because: [{ guardrail: rule }] });
  });

  test("brakes along the arc, at the emergency deceleration", () => {
    const verdict = gate().admit(undefined, driving(0.6, 1, { lastOutputNs: NOW_NS - 20n * MS }));
    expect(verdict.command).toEqual(near(twist(0.48, 0.8)));
  });

  test("names slowing down as such, with what is near and how near it may be", () => {
    const now = driving(0.6, 0, { scan: scan(0.4) });
    const verdict = gate().admit(twist(0.6), now);
    expect(verdict).toMatchObject({ kind: "slowdown", because: [{ guardrail: "braking-distance", limit: 0.2, unit: "m" }] });
  });

  test("after an output of another kind, a stop is zero at once", () => {
    const other = { kind: "joint-velocities", velocitiesRps: [1, 1, 1] } as const;
    expect(gate().admit(undefined, state({ lastOutput: other }))).toMatchObject({ kind: "stop", command: twist(0) });
  });

  test("doubt of the proposer slows down, then stops", () => {
    const now = driving(0.6);
    expect(gate().admit(twist(0.6), { ...now, doubt: { surprise: 12 } })).toMatchObject({
      kind: "slowdown",
      command: near(twist(0.3)),
      because: [{ guardrail: "doubt.surprise", value: 12, limit: 8 }],
    });
    expect(gate().admit(twist(0.6), { ...now, doubt: { surprise: 17 } }).kind).toBe("stop");
  });
});
