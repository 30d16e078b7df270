import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../src/control/gate.js";
import type { TwistCommand } from "../../../src/core/command.js";
import type { BodyState, Check, CustomGuardrail, Ruling } from "../../../src/core/guardrail.js";
import type { ObstaclePoints } from "../../../src/core/sensors.js";
import type { CustomRuleId } from "../../../src/core/violation.js";
import { driving, MS, NOW_NS, near, odometry, ROOMS_ROBOT, scan, state, twist } from "../guardrails/robot.js";

const gate = () => new SafetyGate(ROOMS_ROBOT);

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
      because: [{ id: "acceleration", value: 0.6, limit: 0.05, unit: "m/s" }],
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
    expect(verdict).toMatchObject({ kind: "stop", because: [{ id: rule }] });
  });

  test("brakes along the arc, at the emergency deceleration", () => {
    const verdict = gate().admit(undefined, driving(0.6, 1, { lastOutputNs: NOW_NS - 20n * MS }));
    expect(verdict.command).toEqual(near(twist(0.48, 0.8)));
  });

  test("names slowing down as such, with what is near and how near it may be", () => {
    const now = driving(0.6, 0, { scan: scan(0.4) });
    const verdict = gate().admit(twist(0.6), now);
    expect(verdict).toMatchObject({ kind: "slowdown", because: [{ id: "braking-distance", limit: 0.2, unit: "m" }] });
  });

  test("after an output of another kind, a stop is zero at once", () => {
    const other = { kind: "joint-velocities", velocitiesRps: [1, 1, 1] } as const;
    expect(gate().admit(undefined, state({ lastOutput: other }))).toMatchObject({ kind: "stop", command: twist(0) });
  });

  test("doubt of the proposer slows down, then stops", () => {
    const now = driving(0.6);
    expect(gate().admit(twist(0.6), { ...now, modelUncertainty: { surprise: 12 } })).toMatchObject({
      kind: "slowdown",
      command: near(twist(0.3)),
      because: [{ id: "model-uncertainty.surprise", value: 12, limit: 8 }],
    });
    expect(gate().admit(twist(0.6), { ...now, modelUncertainty: { surprise: 17 } }).kind).toBe("stop");
  });
});

/** A gate with these rules, after those that no list can leave out. */
function gateOf(...checks: readonly Check<CustomRuleId>[]) {
  return new SafetyGate(
    ROOMS_ROBOT,
    checks.map((check, i) => ({ id: `custom/rule-${i}` as const, violations: [], rule: () => check })),
  );
}

const says = (value: number, parts: Partial<Ruling> = {}): Ruling<CustomRuleId> => ({
  violation: { id: "custom/rule-0", value, limit: 0, unit: "1" },
  ...(parts as Partial<Ruling<CustomRuleId>>),
});

describe("whatever a rule answers", () => {
  test("one that throws has not said yes", () => {
    const broken = gateOf(() => {
      throw new Error("broken");
    });
    expect(broken.admit(twist(0.1), driving(0.1))).toEqual({
      kind: "stop",
      command: near(twist(0)),
      because: [{ id: "custom/rule-0.failed", value: 1, limit: 0, unit: "1" }],
    });
  });

  test("one that allows more, or another way, is broken: stop", () => {
    for (const allowed of [twist(0.2), twist(-0.05), twist(0.1, 0.1), twist(Number.NaN)])
      expect(gateOf(() => says(1, { allowed })).admit(twist(0.1), driving(0.1))).toMatchObject({ kind: "stop" });
  });

  test("the first word of each rule is told, in the order in which they were met", () => {
    let asked = 0;
    const shrinking = (command: unknown) => {
      const { vxMps } = command as TwistCommand;
      return vxMps > 0.2 ? says(++asked, { allowed: twist(vxMps / 2) }) : undefined;
    };
    const verdict = gateOf(shrinking).admit(twist(0.6), driving(0.6));
    expect(verdict).toEqual({ kind: "limited", command: twist(0.15), because: [says(1).violation] });
    expect(asked).toBe(2);
  });

  test("it is a slowdown as soon as one of them slows", () => {
    const once = (value: number, slows: boolean) => (command: unknown) =>
      (command as TwistCommand).vxMps > value ? says(value, { slows, allowed: twist(value) }) : undefined;
    expect(gateOf(once(0.4, false), once(0.2, true)).admit(twist(0.6), driving(0.6))).toMatchObject({ kind: "slowdown" });
    expect(gateOf(once(0.4, false), once(0.2, false)).admit(twist(0.6), driving(0.6))).toMatchObject({ kind: "limited" });
  });

  test("rules that need eight rounds get them, and who needs more ends in zero", () => {
    const steps = (rounds: number) => (command: unknown) => {
      const { vxMps } = command as TwistCommand;
      return vxMps > 0.6 - rounds * 0.01 + 1e-9 ? says(1, { allowed: twist(vxMps - 0.01) }) : undefined;
    };
    // The last round finds that nothing changes any more.
    expect((gateOf(steps(7)).admit(twist(0.6), driving(0.6)).command as TwistCommand).vxMps).toBeCloseTo(0.53, 9);
    expect(gateOf(steps(8)).admit(twist(0.6), driving(0.6)).command).toEqual(twist(0));
  });

  test("a proposal of NaN is braked along the ramp, one that is slower than the ramp is heeded", () => {
    const now = driving(0.6, 0, { lastOutputNs: NOW_NS - 20n * MS, scan: undefined });
    expect(gate().admit(twist(Number.NaN), now).command).toEqual(near(twist(0.48)));
    expect(gate().admit(twist(0.2), now).command).toEqual(near(twist(0.2)));
    expect(gate().admit(twist(-0.3), now).command).toEqual(twist(0));
  });

  test("what the gate itself stumbles over is a stop, and says so", () => {
    expect(gate().admit(twist(0.1), undefined as unknown as BodyState)).toEqual({
      kind: "stop",
      command: twist(0),
      because: [{ id: "gate.failed", value: 1, limit: 0, unit: "1" }],
    });
  });
});

describe("what is seen", () => {
  /** What the rules are shown of it. */
  function watching(robot = ROOMS_ROBOT) {
    let shown: ObstaclePoints | undefined;
    const watch: CustomGuardrail = {
      id: "custom/watch",
      violations: [],
      rule: () => (_, context) => {
        shown = context.obstacles;
        return undefined;
      },
    };
    const judge = new SafetyGate(robot, [watch]);
    return (ms: number, view: BodyState["scan"], xM: number, odometryMs = ms) => {
      const at = (t: number) => NOW_NS + BigInt(t) * MS;
      const pose = { xM, yM: 0, yawRad: 0 };
      judge.admit(twist(0), state({ nowNs: at(ms), scan: view, odometry: odometry(0, 0, pose, at(odometryMs)) }));
      return shown;
    };
  }
  const wallAt = ({ pointsM = new Float32Array() }: Partial<ObstaclePoints> = {}) => Math.min(...pointsM.filter((_, i) => i % 2 === 0));
  const seenAt = (ms: number, wallM = 1) => scan(wallM, NOW_NS + BigInt(ms) * MS);

  test("is placed by the odometry of its own time, and better once there is some on both sides of it", () => {
    const see = watching();
    see(0, undefined, 0);
    see(0, scan(), 0);
    const view = seenAt(50);
    // Carried on: it stood. Then it is known to have moved 0.2 m in 100 ms.
    expect(wallAt(see(60, view, 0, 0))).toBeCloseTo(1, 5);
    expect(wallAt(see(100, view, 0.2))).toBeCloseTo(1.1, 5);
    expect(wallAt(see(150, view, 0.5))).toBeCloseTo(1.1, 5);
  });

  test("of a time before all that is known, or long after it, it is not placed", () => {
    const see = watching();
    expect(see(0, seenAt(-10), 0)).toBeUndefined();
    expect(see(200, seenAt(200), 0, 50)).toBeUndefined();
    expect(see(210, seenAt(200), 0)).toBeDefined();
  });

  test("nothing is known any more when time was set back, even by a little", () => {
    const see = watching();
    for (const ms of [0, 100]) see(ms, seenAt(ms), ms / 1000);
    expect(see(99, seenAt(50), 0.1, 99)).toBeUndefined();
    expect(see(120, seenAt(99), 0.1, 120)).toBeDefined();
  });

  test("what moves is known by the scan before, not by the same one placed again, nor lost with one that can't be placed", () => {
    const post = (ms: number, xM: number) => {
      const view = scan(undefined, NOW_NS + BigInt(ms) * MS, 360);
      return { ...view, rangesM: view.rangesM.map((range, i) => (Math.abs(i - 180) <= 5 ? xM : range)) };
    };
    for (const unplaced of [false, true]) {
      const see = watching();
      let view = post(0, 2);
      for (let k = 0; k <= 4; k++) {
        view = post(100 * k, 2 - 0.08 * k);
        see(100 * k, view, 0);
        see(100 * k + 50, view, 0);
        if (unplaced && k < 4) see(100 * k + 60, { ...view, stampNs: NOW_NS - 9_000n * MS }, 0);
      }
      const moving = see(490, view, 0)?.moving ?? [];
      expect(moving.length, `${unplaced}`).toBe(44);
      expect(moving[2]).toBeCloseTo(-0.8, 2);
    }
  });

  test("without a scanner nothing is placed, and nothing missed", () => {
    const robot = { ...ROOMS_ROBOT, scanner: undefined };
    expect(watching(robot)(0, seenAt(0), 0)).toBeUndefined();
    expect(new SafetyGate(robot).admit(twist(0.1), driving(0.1))).toEqual({ kind: "pass", command: twist(0.1) });
  });
});
