import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../src/control/gate.js";
import { type Command, sameCommand, type TwistCommand } from "../../../src/core/command.js";
import type { Verdict } from "../../../src/core/gate.js";
import type { BodyState, Check, CustomGuardrail } from "../../../src/core/guardrail.js";
import type { LaserScan } from "../../../src/core/sensors.js";
import type { CustomRuleId } from "../../../src/core/violation.js";
import { NOW_NS, ROOMS_ROBOT } from "../guardrails/robot.js";

/** Cases of each property; REHEARSE_RUNS for a long search. */
const RUNS = Number(process.env.REHEARSE_RUNS ?? 1000);
/** Always the same, so that it is no matter of luck whether rare ones are among them. */
const KNOWN_CASES = { numRuns: 1000, seed: 1 };
const { limits } = ROOMS_ROBOT;
const gate = (...added: CustomGuardrail[]) => new SafetyGate(ROOMS_ROBOT, added);

const evil = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -3, max: 3, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 0.6, -0.3, 2, -2, 1e308, Number.NaN, Number.POSITIVE_INFINITY),
  },
);
const twists: fc.Arbitrary<TwistCommand> = fc
  .tuple(evil, fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: evil }), evil)
  .map(([vxMps, vyMps, yawRateRps]) => ({ kind: "twist", vxMps, vyMps, yawRateRps }));
const outputs: fc.Arbitrary<Command> = fc
  .tuple(fc.double({ min: -0.3, max: 0.6, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }))
  .map(([vxMps, yawRateRps]) => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps }));
const proposals: fc.Arbitrary<Command | undefined> = fc.oneof(
  { weight: 20, arbitrary: twists },
  { weight: 1, arbitrary: fc.constantFrom(undefined, { kind: "joint-velocities", velocitiesRps: [1] } as const) },
);
/** Mostly young, sometimes old, from the future or never. */
const times = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: NOW_NS - 100_000_000n, max: NOW_NS }) },
  { weight: 1, arbitrary: fc.bigInt({ min: NOW_NS - 2_000_000_000n, max: NOW_NS + 2_000_000_000n }) },
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) });
const mild = (min: number, max: number) =>
  fc.oneof({ weight: 30, arbitrary: fc.double({ min, max, noNaN: true }) }, { weight: 1, arbitrary: evil });

const odometries = fc.record({
  stampNs: times,
  odomFromBase: fc.record({ xM: mild(-2.5, 2.5), yM: mild(-2.5, 2.5), yawRad: mild(-4, 4) }),
  twistInBase: fc.record({ vxMps: mild(-0.4, 0.7), vyMps: mild(0, 0), yawRateRps: mild(-2.2, 2.2) }),
});
const scans: fc.Arbitrary<LaserScan> = fc
  .record({
    stampNs: times,
    rangesM: fc.array(fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0.05, max: 7 }) }, { weight: 1, arbitrary: evil }), {
      minLength: 20,
      maxLength: 60,
    }),
    near: fc.double({ min: 0.1, max: 6, noNaN: true }),
  })
  .map(({ stampNs, rangesM, near }) => ({
    stampNs,
    angleMinRad: -Math.PI,
    angleIncrementRad: (2 * Math.PI) / rangesM.length,
    rangeMinM: 0.05,
    rangeMaxM: 6,
    rangesM: Float32Array.from(rangesM, (range) => near + range / 3),
  }));
const states: fc.Arbitrary<BodyState> = fc.record({
  nowNs: fc.constant(NOW_NS),
  odometry: maybe(odometries),
  scan: maybe(scans),
  odometryReceivedNs: maybe(times),
  scanReceivedNs: maybe(times),
  commandReceivedNs: maybe(times),
  lastOutput: outputs,
  lastOutputNs: maybe(times),
});

/** Places the scan first: the gate does it with odometry that it has been shown. */
function primed(state: BodyState, ...added: CustomGuardrail[]): SafetyGate {
  const judge = gate(...added);
  const { odometry, scan } = state;
  if (odometry !== undefined && scan !== undefined) {
    const stampNs = scan.stampNs < odometry.stampNs ? scan.stampNs : odometry.stampNs - 1n;
    judge.admit(undefined, { ...state, nowNs: NOW_NS - 1n, odometry: { ...odometry, stampNs } });
  }
  return judge;
}

function holds(
  property: (proposed: Command | undefined, state: BodyState, verdict: Verdict, judge: SafetyGate) => void,
  parameters: { numRuns: number; seed?: number } = { numRuns: RUNS },
): void {
  fc.assert(
    fc.property(proposals, states, (proposed, state) => {
      const judge = primed(state);
      property(proposed, state, judge.admit(proposed, state), judge);
    }),
    parameters,
  );
}

const twistOf = (verdict: Verdict) => verdict.command as TwistCommand;

describe("whatever is proposed, whatever is known, the gate's output", () => {
  test.skipIf(RUNS < 1000)("the cases reach every kind of verdict and every rule", () => {
    const seen = new Set<string>();
    holds((_proposed, _state, verdict) => {
      seen.add(verdict.kind);
      if (verdict.kind !== "pass") for (const { id } of verdict.because) seen.add(id);
    }, KNOWN_CASES);
    for (const rule of [
      "pass",
      "limited",
      "stop",
      "proposal",
      "finite.command",
      "finite.odometry",
      "freshness.command",
      "freshness.odometry",
    ]) {
      expect([...seen]).toContain(rule);
    }
    for (const rule of ["freshness.scan", "speed", "acceleration", "workspace", "braking-distance", "braking-distance.blind"]) {
      expect([...seen]).toContain(rule);
    }
  });

  test("is finite and within the limits", () => {
    holds((_proposed, _state, verdict) => {
      const { kind, vxMps, vyMps, yawRateRps } = twistOf(verdict);
      expect(kind).toBe("twist");
      expect(vxMps >= -limits.reverseMps && vxMps <= limits.forwardMps).toBe(true);
      expect(vyMps === 0).toBe(true);
      expect(Math.abs(yawRateRps) <= limits.yawRateRps).toBe(true);
    });
  });

  test("is the same when admitted once more", () => {
    holds((_proposed, state, verdict, judge) => {
      const again = judge.admit(verdict.command, state);
      expect(sameCommand(twistOf(again), twistOf(verdict))).toBe(true);
      if (verdict.kind !== "stop") expect(again.kind).toBe("pass");
    });
  });

  test("is never faster than what was proposed, on any axis, nor in another direction", () => {
    holds((proposed, _state, verdict) => {
      if (proposed?.kind !== "twist" || !Number.isFinite(proposed.vxMps + proposed.vyMps + proposed.yawRateRps)) return;
      const out = twistOf(verdict);
      for (const axis of ["vxMps", "vyMps", "yawRateRps"] as const) {
        expect(Math.abs(out[axis])).toBeLessThanOrEqual(Math.abs(proposed[axis]));
        expect(out[axis] * proposed[axis]).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test("gains no more speed than the acceleration allows", () => {
    holds((_proposed, state, verdict) => {
      const last = state.lastOutput as TwistCommand;
      const out = twistOf(verdict);
      const dt = state.lastOutputNs === undefined ? 0 : Math.min(0.1, Math.max(0, Number(state.nowNs - state.lastOutputNs) / 1e9));
      expect(Math.abs(out.vxMps)).toBeLessThanOrEqual(Math.abs(last.vxMps) + limits.accelerationMps2 * dt + 1e-12);
      expect(Math.abs(out.yawRateRps)).toBeLessThanOrEqual(Math.abs(last.yawRateRps) + limits.yawAccelerationRps2 * dt + 1e-12);
    });
  });

  test("is what was proposed if it passed, and has a reason if it didn't", () => {
    holds((proposed, _state, verdict) => {
      if (verdict.kind === "pass") expect(verdict.command).toBe(proposed);
      else expect(verdict.because.length).toBeGreaterThan(0);
      if (verdict.kind === "limited") expect(verdict.command).not.toEqual(proposed);
    });
  });

  test("is zero for zero", () => {
    fc.assert(
      fc.property(states, (state) => {
        const { vxMps, vyMps, yawRateRps } = twistOf(primed(state).admit({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 }, state));
        expect(Math.abs(vxMps) + Math.abs(vyMps) + Math.abs(yawRateRps)).toBe(0);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });

  test("reaches zero within 0.12 s of silence, at 50 Hz", () => {
    fc.assert(
      fc.property(states, (start) => {
        const judge = primed(start);
        let state = { ...start, lastOutputNs: NOW_NS - 20_000_000n };
        for (let tick = 0; tick < 6; tick++) {
          const { command } = judge.admit(undefined, state);
          state = { ...state, nowNs: state.nowNs + 20_000_000n, lastOutput: command, lastOutputNs: state.nowNs };
        }
        expect(state.lastOutput).toEqual({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 });
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });
});

describe("whatever a rule does", () => {
  const anything = fc.anything({ withBigInt: true, withNullPrototype: true });
  const FOUND = { id: "custom/hostile", value: 0, limit: 0, unit: "1" } as const;
  const HOSTILE: Record<string, () => Check<CustomRuleId>> = {
    "throws an error": () => () => {
      throw new Error("broken rule");
    },
    "throws what is no error": () => () => {
      throw undefined;
    },
    "allows more than was asked": () => () => ({
      violation: FOUND,
      allowed: { kind: "twist", vxMps: 9, vyMps: 0, yawRateRps: 0 },
    }),
    "allows NaN": () => () => ({
      violation: FOUND,
      allowed: { kind: "twist", vxMps: Number.NaN, vyMps: 0, yawRateRps: 0 },
    }),
    "allows another kind": () => () => ({
      violation: FOUND,
      allowed: { kind: "joint-velocities", velocitiesRps: [9] },
    }),
    "never settles": () => {
      let calls = 0;
      return (command) => {
        const { vxMps, yawRateRps } = command as TwistCommand;
        const part = 1 - 0.01 / ++calls;
        return {
          violation: FOUND,
          allowed: { kind: "twist", vxMps: vxMps * part, vyMps: 0, yawRateRps: yawRateRps * part },
        };
      };
    },
  };

  test.each(Object.keys(HOSTILE))("a rule that %s: no faster than without it, within limits, and the gate does not throw", (what) => {
    fc.assert(
      fc.property(twists, states, (proposed, state) => {
        const rule: CustomGuardrail = { id: "custom/hostile", violations: [], rule: HOSTILE[what]! };
        const without = twistOf(primed(state).admit(proposed, state));
        const out = twistOf(primed(state, rule).admit(proposed, state));
        expect(Number.isFinite(out.vxMps) && Number.isFinite(out.yawRateRps)).toBe(true);
        const braking = Math.max(Math.abs(without.vxMps), Math.abs((state.lastOutput as TwistCommand).vxMps));
        expect(Math.abs(out.vxMps)).toBeLessThanOrEqual(braking);
        const finite = Number.isFinite(proposed.vxMps + proposed.vyMps + proposed.yawRateRps);
        expect(Math.abs(out.vxMps)).toBeLessThanOrEqual(finite ? Math.abs(proposed.vxMps) : braking);
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });

  test("garbage in place of commands and states gives a finite stop, never an exception", () => {
    fc.assert(
      fc.property(
        anything,
        anything,
        states,
        fc.constantFrom(...Object.keys({ odometry: 0, scan: 0, lastOutput: 0, nowNs: 0, lastOutputNs: 0 })),
        (proposed, junk, state, key) => {
          for (const now of [junk, { ...state, [key]: junk }]) {
            const { command } = gate().admit(proposed as Command, now as BodyState);
            const { kind, vxMps, vyMps, yawRateRps } = command as TwistCommand;
            expect(kind).toBe("twist");
            expect(Number.isFinite(vxMps + vyMps + yawRateRps)).toBe(true);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
