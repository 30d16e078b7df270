import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../../src/control/gate.js";
import type { JointVelocityCommand } from "../../../../src/core/command.js";
import { enforceCeilings } from "../../../../src/guardrails/ceilings.js";
import { finite } from "../../../../src/guardrails/rules/finite.js";
import { freshness } from "../../../../src/guardrails/rules/freshness.js";
import { jointRange } from "../../../../src/guardrails/rules/joint-range.js";
import { plausibleMotion } from "../../../../src/guardrails/rules/plausible-motion.js";
import { speedLimit } from "../../../../src/guardrails/rules/speed-limit.js";
import { tensor } from "../../../../src/math/tensor.js";
import { ARM, armState, joints } from "../arm.js";
import { alone, MS, NOW_NS, twist } from "../robot.js";

const allowed = (asked: JointVelocityCommand, now = armState()) =>
  ((alone(jointRange, ARM).check(asked, now)?.allowed as JointVelocityCommand | undefined) ?? asked).velocitiesRps;

describe("the range of joints", () => {
  test("in the middle there is nothing to say", () => {
    expect(alone(jointRange, ARM).check(joints(1, -1.5), armState())).toBeUndefined();
  });

  // The elbow: 8 rad/s², 0.06 s reaction, 0.05 s lag, from rest: v·0.11 + v²/16 is the room.
  test.each([
    [0.2, 1],
    [0.05, 0.3748],
    [0.001, 0.00905],
    [0, 0],
    [-0.3, 0],
  ])("with %d rad of room from rest, %d rad/s towards the end and full speed away", (room, fastest) => {
    const now = armState([0, 0], [0, 2.4 - room]);
    const [shoulder, elbow] = allowed(joints(1, 1), now);
    expect(shoulder).toBe(1);
    expect(elbow).toBeCloseTo(fastest, 3);
    expect(allowed(joints(0, -1.5), now)).toEqual([0, -1.5]);
    expect(elbow! * 0.11 + elbow! ** 2 / 16).toBeLessThanOrEqual(Math.max(0, room) + 1e-9);
    const mirrored = armState([0, 0], [0, -0.2 + room]);
    expect(allowed(joints(0, -1), mirrored)[1]).toBeCloseTo(-fastest, 3);
  });

  test("a joint that already moves there has less left, by its lag and by the age of what is measured", () => {
    const still = allowed(joints(0, 1.5), armState([0, 0], [0, 2.3]))[1]!;
    const moving = allowed(joints(0, 1.5), armState([0, 0.4], [0, 2.3]))[1]!;
    const late = armState([0, 0.4], [0, 2.3]);
    const later = allowed(joints(0, 1.5), { ...late, joints: { ...late.joints!, stampNs: NOW_NS - 50n * MS } })[1]!;
    expect(moving).toBeLessThan(still);
    expect(later).toBeLessThan(moving);
    expect(later).toBeGreaterThan(0);
  });

  test("what was sent between two measurements counts, though neither shows it", () => {
    const rule = alone(jointRange, ARM);
    const now = armState([0, 0], [0, 2.3]);
    const pulse = { ...now, lastOutput: joints(0, 1), lastOutputNs: NOW_NS - 40n * MS, nowNs: NOW_NS - 20n * MS };
    const before = (alone(jointRange, ARM).check(joints(0, 1.5), now)!.allowed as JointVelocityCommand).velocitiesRps[1]!;
    rule.check(joints(0, 0), pulse);
    expect((rule.check(joints(0, 1.5), now)!.allowed as JointVelocityCommand).velocitiesRps[1]).toBeLessThan(before);
  });

  test.each([
    ["0.7 s ago, where commands take 0.5 s", 0.5, 700n, 0n],
    ["just before the clock was set back by 30 ms", ARM.response.commandDelayS, 20n, 30n],
  ])("what was sent counts as long as it may act: %s", (_, commandDelayS, agoMs, backMs) => {
    const robot = { ...ARM, response: { ...ARM.response, commandDelayS }, staleness: { ...ARM.staleness, odometryS: 0.3 } };
    const late = (rule: ReturnType<typeof alone>, sent: boolean) => {
      const at = (ms: bigint, told: number) => ({
        ...armState([0, 0], [0, 2.3]),
        joints: { stampNs: NOW_NS - 250n * MS, positionsRad: [0, 2.3], velocitiesRps: [0, 0] },
        nowNs: NOW_NS - ms * MS,
        lastOutput: joints(0, told),
        lastOutputNs: NOW_NS - (ms + 20n) * MS,
      });
      if (sent) rule.check(joints(0, 0), at(agoMs - 20n - backMs, 0.3));
      for (let ms = agoMs - 40n; sent && ms > 0n; ms -= 20n) rule.check(joints(0, 0), at(ms, 0));
      return (rule.check(joints(0, 1.5), at(0n, 0))!.allowed as JointVelocityCommand).velocitiesRps[1]!;
    };
    expect(late(alone(jointRange, robot), true)).toBeLessThan(late(alone(jointRange, robot), false));
  });

  test("says what was asked and allowed; without joint states there is no command", () => {
    const ruling = alone(jointRange, ARM).check(joints(0, 1), armState([0, 0], [0, 2.4]));
    expect(ruling).toMatchObject({ slows: true, violation: { id: "joint-range", value: 1, limit: 0, unit: "rad/s" } });
    const blind = alone(jointRange, ARM).check(joints(0, 1), armState([0, 0], [0, 1], { joints: undefined }));
    expect(blind).toMatchObject({ violation: { id: "joint-range", unit: "rad" } });
    expect(blind?.allowed).toBeUndefined();
  });

  test("is continuous in the command and in the position", () => {
    const near = (value: number) => fc.double({ min: -value, max: value, noNaN: true });
    fc.assert(
      fc.property(near(3), fc.double({ min: -0.2, max: 2.4, noNaN: true }), near(1.5), near(1e-6), (asked, at, moves, step) => {
        const one = allowed(joints(0, asked), armState([0, moves], [0, at]))[1]!;
        const other = allowed(joints(0, asked + step), armState([0, moves], [0, at + step]))[1]!;
        // The steepest place is at the end of the range: 1/(r + τ), or 1/r for who is faster than he may be.
        expect(Math.abs(one - other)).toBeLessThanOrEqual(20 * Math.abs(step) + 1e-12);
      }),
    );
  });

  test("the margin is where a joint would come to rest, in spares of 0.02 rad, on either side", () => {
    const row = (q: number, v: number) => [0, q, 0, v];
    const motion = tensor(Float32Array.from([row(1, 0), row(2.4, 0), row(2.38, 0), row(-0.19, 0), row(2.2, 1)].flat()), [5, 1, 4]);
    // 1 rad/s: 0.13 s of it and 1/16 rad of braking.
    expect([...alone(jointRange, ARM).margin!(motion)]).toEqual(
      [-1, 1, 0, 0.5, (2.2 + 0.13 + 0.0625 - 2.4) / 0.02 + 1].map((m) => expect.closeTo(m, 3)),
    );
  });
});

describe("the rules that every robot has, for an arm", () => {
  test("finite: as many numbers as joints, and of the right kind", () => {
    const rule = alone(finite, ARM);
    expect(rule.check(joints(0.1, 0.1), armState())).toBeUndefined();
    for (const command of [joints(0.1), joints(0, 0, 0), joints(Number.NaN, 0), twist(0)]) {
      expect(rule.check(command, armState())?.violation.id).toBe("finite.command");
    }
    for (const now of [armState([0, Number.NaN], [0, 1]), armState([0, 0], [Number.POSITIVE_INFINITY, 1]), armState([0, 0], [0])]) {
      expect(rule.check(joints(0, 0), now)?.violation.id).toBe("finite.joints");
    }
  });

  test("freshness of joint states in place of odometry and scan", () => {
    const rule = alone(freshness, ARM);
    expect(rule.check(joints(0, 0), armState())).toBeUndefined();
    const old = { stampNs: NOW_NS - 101n * MS, positionsRad: [0, 1], velocitiesRps: [0, 0] };
    for (const parts of [{ joints: undefined }, { jointsReceivedNs: undefined }, { joints: old }]) {
      expect(rule.check(joints(0, 0), armState([0, 0], [0, 1], parts))?.violation.id).toBe("freshness.joints");
    }
  });

  test("speed: all joints shrink together; measured too fast: stop", () => {
    const ruling = alone(speedLimit, ARM).check(joints(0.5, 3), armState());
    expect((ruling!.allowed as JointVelocityCommand).velocitiesRps).toEqual([0.25, 1.5]);
    const back = alone(speedLimit, ARM).check(joints(0.5, -3), armState());
    expect((back!.allowed as JointVelocityCommand).velocitiesRps).toEqual([0.25, -1.5]);
    expect(alone(speedLimit, ARM).check(joints(0, 0), armState([2.1, 0]))?.violation.id).toBe("speed.measured");
    expect([...alone(speedLimit, ARM).margin!(tensor(Float32Array.of(0, 0, 0, 3), [1, 1, 4]))]).toEqual([expect.closeTo(1, 5)]);
  });

  test("plausible motion: a joint that does not go where its velocity says, or does not answer", () => {
    const watch = (state: (k: number) => ReturnType<typeof armState>) => {
      const rule = alone(plausibleMotion, ARM);
      for (let k = 0; k < 40; k++) {
        const nowNs = NOW_NS + BigInt(k) * 20n * MS;
        const now = state(k);
        const ruling = rule.check(joints(0, 0), { ...now, nowNs, joints: { ...now.joints!, stampNs: nowNs } });
        if (ruling !== undefined) return ruling.violation.id;
      }
      return undefined;
    };
    expect(watch((k) => armState([0.2, 0], [0.004 * k, 1]))).toBeUndefined();
    expect(watch((k) => armState([0.2, 0], [0.03 * k, 1]))).toBe("joints.angle");
    expect(watch(() => armState([0, 0], [0, 1], { lastOutput: joints(0, 1.2) }))).toBe("joints.velocity");
  });

  test("emergency stop: brakes by each joint's deceleration, resets at rest only", () => {
    const gate = new SafetyGate(ARM);
    gate.emergencyStop.set(true);
    const verdict = gate.admit(joints(1, 1), armState([1, 0.8]));
    expect(verdict).toMatchObject({ kind: "stop", because: [{ id: "emergency-stop" }] });
    // The shoulder needs longest: 5 rad/s² for 20 ms of 1 rad/s is a tenth of both.
    expect((verdict.command as JointVelocityCommand).velocitiesRps).toEqual([expect.closeTo(0.9, 9), expect.closeTo(0.72, 9)]);
    gate.emergencyStop.set(false);
    expect(gate.emergencyStop.reset(armState([0.06, 0], [0, 1], { lastOutput: joints(0, 0) }))).toBe(false);
    expect(gate.emergencyStop.reset(armState([0, 0], [0, 1], { joints: undefined }))).toBe(false);
    expect(gate.emergencyStop.reset(armState([0.04, 0], [0, 1], { lastOutput: joints(0, 0) }))).toBe(true);
    expect(gate.admit(twist(0), armState())).toMatchObject({ kind: "stop", because: [{ id: "proposal.kind" }] });
  });

  test("ceilings hold for each joint", () => {
    const [shoulder, elbow] = ARM.joints as [(typeof ARM.joints)[0], (typeof ARM.joints)[0]];
    expect(() => enforceCeilings(ARM)).not.toThrow();
    for (const part of [{ velocityRps: 3.1 }, { accelerationRps2: 21 }, { decelerationRps2: Number.NaN }, { jerkRps3: 2000 }]) {
      expect(() => enforceCeilings({ ...ARM, joints: [shoulder, { ...elbow, ...part }] })).toThrow(
        expect.objectContaining({
          code: "RH-ROBOT-CEILING",
          details: expect.objectContaining({ key: expect.stringMatching(/^joints\.1\./) }),
        }),
      );
    }
    for (const positionRad of [[-7, 1] as const, [0, Number.NaN] as const]) {
      expect(() => enforceCeilings({ ...ARM, joints: [{ ...shoulder, positionRad }] })).toThrow(
        expect.objectContaining({
          code: "RH-ROBOT-CEILING",
          details: expect.objectContaining({ key: expect.stringMatching(/^joints\.0\.position_rad/) }),
        }),
      );
    }
  });
});
