import { describe, expect, test } from "vitest";
import type { TwistCommand } from "../../../../src/core/command.js";
import { jerkLimit } from "../../../../src/guardrails/rules/jerk-limit.js";
import { alone, MS, NOW_NS, ROOMS_ROBOT, state, twist } from "../robot.js";

/** What is let through of each command in turn, at 50 Hz. 20 m/s³ and 120 rad/s³: each tick may add 0.4 m/s² and 2.4 rad/s². */
function driven(...commands: readonly TwistCommand[]): TwistCommand[] {
  const rule = alone(jerkLimit, ROOMS_ROBOT);
  let last = twist(0);
  return commands.map((command, k) => {
    const nowNs = NOW_NS + BigInt(k) * 20n * MS;
    const now = state({ nowNs, lastOutput: last, lastOutputNs: nowNs - 20n * MS });
    const ruling = rule.check(command, now);
    expect(rule.check(command, now)).toEqual(ruling);
    last = (ruling?.allowed as TwistCommand | undefined) ?? command;
    return last;
  });
}

const speeds = (...commands: readonly number[]) =>
  driven(...commands.map((v) => twist(v))).map(({ vxMps }) => Math.round(vxMps * 1e6) / 1e6);

describe("the jerk limit", () => {
  test("acceleration begins by j·dt a tick, forward and backward, and in a turn", () => {
    expect(speeds(1, 1, 1)).toEqual([0.008, 0.024, 0.048]);
    expect(speeds(-1, -1, -1)).toEqual([-0.008, -0.024, -0.048]);
    expect(driven(twist(0, 9), twist(0, 9))[1]!.yawRateRps).toBeCloseTo(0.048 + 0.096, 9);
  });

  test("its end and braking are free; then it begins anew", () => {
    expect(speeds(1, 1, 0.024, 1)).toEqual([0.008, 0.024, 0.024, 0.032]);
    expect(speeds(1, 1, 0, 1)).toEqual([0.008, 0.024, 0, 0.008]);
    expect(speeds(1, 1, -1, -1)).toEqual([0.008, 0.024, -0.008, -0.048]);
  });

  test("says what was asked and what can be reached", () => {
    const ruling = alone(jerkLimit, ROOMS_ROBOT).check(twist(0.5), state({ lastOutputNs: NOW_NS - 20n * MS }));
    expect(ruling?.violation).toEqual({ id: "acceleration.jerk", value: 0.5, limit: expect.closeTo(0.008, 9), unit: "m/s" });
  });

  test("before the first output, and after a clock set back, nothing is known: no step, and from rest", () => {
    const rule = alone(jerkLimit, ROOMS_ROBOT);
    expect(rule.check(twist(0.1), state({ lastOutputNs: undefined }))?.allowed).toEqual(twist(0));
    rule.check(twist(1), state({ lastOutput: twist(0.1) }));
    const earlier = NOW_NS - 900n * MS;
    const now = state({ nowNs: earlier, lastOutput: twist(0.5), lastOutputNs: earlier - 20n * MS });
    expect((rule.check(twist(1), now)!.allowed as TwistCommand).vxMps).toBeCloseTo(0.508, 9);
  });

  test("forgets what is long ago", () => {
    const rule = alone(jerkLimit, ROOMS_ROBOT);
    for (let k = 0; k < 100; k++) {
      const nowNs = NOW_NS + BigInt(k) * 300n * MS;
      const now = state({ nowNs, lastOutput: twist(0.1 + (k % 2) * 0.03), lastOutputNs: nowNs - 20n * MS });
      const had = 0.1 + (k % 2) * 0.03;
      // Up by 0.03 m/s in 300 ms was 0.1 m/s².
      const gained = k % 2 === 1 ? 0.1 : 0;
      expect((rule.check(twist(1), now)!.allowed as TwistCommand).vxMps).toBeCloseTo(had + 0.02 * (gained + 0.4), 9);
    }
  });

  test("no motion breaks it: the body's lag is smoother", () => {
    expect(jerkLimit.constraint).toBeUndefined();
  });
});
