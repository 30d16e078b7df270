import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TwistCommand } from "../../../../src/core/command.js";
import { lateralAcceleration } from "../../../../src/guardrails/rules/lateral-acceleration.js";
import { OMNI } from "../arm.js";
import { alone, driving, motionOf, near, state, twist } from "../robot.js";

/** 0.6 m/s². */
const rule = alone(lateralAcceleration, OMNI);
const allowed = (asked: TwistCommand, now = state()) => (rule.check(asked, now)?.allowed as TwistCommand | undefined) ?? asked;

describe("lateral acceleration", () => {
  test.each([twist(0.6, 1), twist(0.8, 0.74), twist(0, 9), twist(5, 0), twist(-0.6, -1), twist(0, 1, 0.6)])("%j is within", (asked) => {
    expect(rule.check(asked, state())).toBeUndefined();
  });

  test("too much is scaled away along the curve", () => {
    const { vxMps, yawRateRps } = allowed(twist(0.8, 3));
    expect(vxMps * yawRateRps).toBeCloseTo(0.6, 6);
    expect(yawRateRps / vxMps).toBeCloseTo(3.75, 9);
    expect(rule.check(twist(0.8, 3), state())?.violation).toEqual({
      id: "lateral-acceleration",
      value: expect.closeTo(2.4, 9),
      limit: 0.6,
      unit: "m/s²",
    });
  });

  test("sideways counts as much as forward", () => {
    const { vyMps, yawRateRps } = allowed(twist(0, -3, 0.4));
    expect(vyMps * yawRateRps).toBeCloseTo(-0.6, 6);
  });

  test("a body that is still faster than its command turns as its measured speed allows", () => {
    expect(allowed(twist(0.1, 2), driving(0.8))).toEqual(near(twist(0.1, 0.75)));
    expect(allowed(twist(0.1, -2), driving(0.8))).toEqual(near(twist(0.1, -0.75)));
    expect(allowed(twist(0.1, 2), driving(0.2))).toEqual(twist(0.1, 2));
    expect(allowed(twist(0.1, 2), state({ odometry: undefined }))).toEqual(twist(0.1, 2));
  });

  test("what it allows it allows again, whatever was asked", () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, (v, u, w, measured) => {
        const now = driving(measured / 10);
        const once = allowed(twist(v, w, u), now);
        const twice = allowed(once, now);
        expect(rule.check(twice, now)).toBeUndefined();
        expect(Math.hypot(twice.vxMps, twice.vyMps) * Math.abs(twice.yawRateRps)).toBeLessThanOrEqual(0.6);
      }),
    );
  });

  test("the margin is the worst on the way, as a fraction of the limit", () => {
    const motion = motionOf([[[0, 0, 0, 0.6, 0, 1]], [[0, 0, 0, 0.6, 0, -2]], [[0, 0, 0, 0, 0, 9]], [[0, 0, 0, 0.3, 0.4, 1.2]]]);
    expect([...rule.margin!(motion)]).toEqual([0, 1, -1, 0].map((m) => expect.closeTo(m, 4)));
    expect(rule.margin!(motion)[0]).toBeLessThanOrEqual(0);
  });
});
