import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../src/control/gate.js";
import { type Command, type TwistCommand, valuesOf } from "../../../src/core/command.js";
import type { Verdict } from "../../../src/core/gate.js";
import type { CustomGuardrail, GateContext } from "../../../src/core/guardrail.js";
import { MS, NOW_NS, odometry, ROOMS_ROBOT, scan, state, twist } from "../guardrails/robot.js";

/** What a rule that obeys no interface may do; handed in as if it did. */
type Hostile = (command: Record<string, unknown> & Command, context: GateContext) => unknown;

const guardrail = (check: Hostile): CustomGuardrail => ({
  id: "custom/hostile",
  violations: [],
  rule: () => check as ReturnType<CustomGuardrail["rule"]>,
});
const FOUND = { id: "custom/hostile", value: 1, limit: 0, unit: "1" };

/** Towards a wall, with what the gate says of each tick; every tick it is asked for more. */
function drive(...checks: readonly Hostile[]): Verdict[] {
  const gate = new SafetyGate(ROOMS_ROBOT, checks.map(guardrail));
  let [lastOutput, xM]: [Command, number] = [twist(0), 0];
  return Array.from({ length: 60 }, (_, k) => {
    const nowNs = NOW_NS + BigInt(k) * 50n * MS;
    const { vxMps, yawRateRps } = lastOutput as TwistCommand;
    xM += 0.05 * vxMps;
    const seen = { odometry: odometry(vxMps, yawRateRps, { xM, yM: 0, yawRad: 0 }, nowNs), scan: scan(1.2 - xM, nowNs) };
    const arrived = { odometryReceivedNs: nowNs, scanReceivedNs: nowNs, commandReceivedNs: nowNs };
    const verdict = gate.admit(twist(0.6), state({ nowNs, ...seen, ...arrived, lastOutput, lastOutputNs: nowNs - 50n * MS }));
    lastOutput = verdict.command;
    return verdict;
  });
}

const kept: Record<string, unknown>[] = [];
const SILENT: Record<string, Hostile> = {
  "changes the command that it is shown": (command) => void Object.assign(command, { vxMps: 9, kind: "joint-velocities" }),
  "changes what is known": (_command, context) => {
    const open = context as unknown as Record<string, unknown>;
    context.scan?.rangesM.fill(Number.POSITIVE_INFINITY);
    context.obstacles?.pointsM.fill(100);
    Object.assign(context.odometry?.twistInBase ?? {}, { vxMps: 0 });
    Object.assign(context.odometry?.odomFromBase ?? {}, { xM: -5 });
    Object.assign(context.lastOutput, { vxMps: 0.6 });
    (context.outputs as unknown[]).length = 0;
    open.emergencyStopped = false;
    open.nowNs = 0n;
    return undefined;
  },
  "keeps commands, and changes them later": (command) => {
    for (const old of kept) old.vxMps = 9;
    kept.push(command);
    return undefined;
  },
};

const LOUD: Record<string, Hostile> = {
  "asks for more": () => ({ violation: FOUND, allowed: twist(9) }),
  "asks for the other way": () => ({ violation: FOUND, allowed: twist(-0.1) }),
  "asks for a turn": (command) => ({ violation: FOUND, allowed: { ...command, yawRateRps: 0.5 } }),
  "says NaN": () => ({ violation: FOUND, allowed: twist(Number.NaN) }),
  "says texts in place of numbers": () => ({ violation: FOUND, allowed: { kind: "twist", vxMps: "0", vyMps: "0", yawRateRps: "0" } }),
  throws: () => {
    throw new Error("broken");
  },
  "throws nothing": () => {
    throw undefined;
  },
  "answers later": async () => undefined,
  "answers with null": () => null,
  "answers with a text": () => "no",
  "answers with nothing in it": () => ({}),
  "answers with what breaks when read": () => ({
    get violation(): never {
      throw new Error("broken");
    },
  }),
};

describe("a guardrail of somebody's own", () => {
  const without = drive();

  test("the drive says something: it is limited, passes and is slowed down", () => {
    expect(new Set(without.map(({ kind }) => kind))).toEqual(new Set(["limited", "pass", "slowdown"]));
  });

  test.each(Object.keys(SILENT))("that %s changes nothing of what the gate says", (what) => {
    expect(drive(SILENT[what]!)).toEqual(without);
  });

  test.each(Object.keys(LOUD))("that %s stops the robot", (what) => {
    for (const verdict of drive(LOUD[what]!)) {
      expect(verdict).toMatchObject({ kind: "stop", command: twist(0) });
      expect(verdict.kind === "stop" && verdict.because.at(-1)?.id).toMatch(/^custom\/hostile(\.failed)?$/);
    }
  });

  test("can slow the robot down, and its answer is taken when it is given: what it does to it later is too late", () => {
    const answers: { vxMps: number }[] = [];
    const drives = drive((command) => {
      for (const old of answers) old.vxMps = 9;
      const allowed = { ...(command as TwistCommand), vxMps: Math.min(0.1, (command as TwistCommand).vxMps) };
      answers.push(allowed);
      return (command as TwistCommand).vxMps > 0.1 ? { violation: { ...FOUND, unit: "furlongs" }, allowed } : undefined;
    });
    expect(Math.max(...drives.map(({ command }) => (command as TwistCommand).vxMps))).toBe(0.1);
    const told = drives.flatMap((verdict) => (verdict.kind === "pass" ? [] : verdict.because)).filter(({ id }) => id === "custom/hostile");
    expect(told.length).toBeGreaterThan(10);
    expect(told[0]).toEqual({ id: "custom/hostile", value: 1, limit: 0, unit: "1" });
  });

  test("is asked after all that is built in: what it is shown keeps every other rule", () => {
    const shown: number[] = [];
    drive((command) => void shown.push(...valuesOf(command).slice(0, 1)));
    expect(shown.length).toBeGreaterThan(60);
    expect(Math.max(...shown)).toBeLessThanOrEqual(ROOMS_ROBOT.limits.forwardMps);
    expect(shown[0]).toBeCloseTo(without[0]!.kind === "limited" ? (without[0]!.command as TwistCommand).vxMps : Number.NaN, 12);
  });

  test("that has nothing to judge for this robot is not asked", () => {
    const none: CustomGuardrail = { id: "custom/none", violations: [], rule: () => undefined };
    expect(new SafetyGate(ROOMS_ROBOT, [none]).admit(twist(0), state())).toEqual({ kind: "pass", command: twist(0) });
  });

  test("that the robot file names can't be left out", () => {
    const robot = { ...ROOMS_ROBOT, guardrails: ["/somewhere/rule.mjs"] };
    expect(() => new SafetyGate(robot)).toThrow(expect.objectContaining({ code: "RH-GUARDRAIL-MISSING" }));
    expect(new SafetyGate(robot, [guardrail(() => undefined)]).admit(twist(0), state()).kind).toBe("pass");
  });
});
