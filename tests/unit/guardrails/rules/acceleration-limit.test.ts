import { describe, expect, test } from "vitest";
import { accelerationLimit } from "../../../../src/guardrails/rules/acceleration-limit.js";
import { alone, driving, MS, NOW_NS, near, odometry, ROOMS_ROBOT, state, twist } from "../robot.js";

const rule = alone(accelerationLimit, ROOMS_ROBOT);
const allowed = (asked: ReturnType<typeof twist>, now: ReturnType<typeof state>) => {
  const ruling = rule.check(asked, now);
  return ruling === undefined ? asked : (ruling.allowed as typeof asked);
};

describe("the acceleration limit", () => {
  // 1.0 m/s² and 6 rad/s² for 50 ms: 0.05 m/s, 0.3 rad/s.
  test.each([
    ["speeding up forward", 0.2, 0.6, 0.25],
    ["speeding up backward", -0.1, -0.3, -0.15],
    ["within reach", 0.2, 0.24, 0.24],
    ["slowing down, however much", 0.6, 0.1, 0.1],
    ["stopping", 0.6, 0, 0],
    ["from forward to backward, through zero", 0.6, -0.3, -0.05],
    ["from backward to forward, through zero", -0.3, 0.6, 0.05],
  ])("%s: last %d, asked %d → %d m/s", (_, last, asked, expected) => {
    expect(allowed(twist(asked), driving(last)).vxMps).toBeCloseTo(expected, 12);
  });

  test.each([
    ["left", 1, 2, 1.3],
    ["right", -1, -2, -1.3],
    ["from left to right", 1, -2, -0.3],
  ])("turning %s: last %d, asked %d → %d rad/s", (_, last, asked, expected) => {
    expect(allowed(twist(0, asked), driving(0, last)).yawRateRps).toBeCloseTo(expected, 12);
  });

  test("each axis by itself: a turn that must wait does not slow the way", () => {
    expect(allowed(twist(0.4, 2), driving(0.4, 0))).toEqual(near(twist(0.4, 0.3)));
  });

  test.each([
    ["never sent anything", undefined, 0],
    ["20 ms ago", NOW_NS - 20n * MS, 0.02],
    ["a second ago: no larger step", NOW_NS - 1000n * MS, 0.1],
    ["in the future (a clock set back)", NOW_NS + 1000n * MS, 0],
  ])("last output %s", (_, lastOutputNs, expected) => {
    expect(allowed(twist(0.6), state({ lastOutputNs })).vxMps).toBeCloseTo(expected, 12);
  });

  test("the command can't run away from a body that is held back", () => {
    // a · (dt + 2τ + delay + age) = 1 · (0.05 + 0.2 + 0.02 + 0.03) = 0.3
    const held = driving(0.6, 0, { odometry: odometry(0, 0, undefined, NOW_NS - 30n * MS) });
    expect(allowed(twist(0.6), held).vxMps).toBeCloseTo(0.3, 12);
    const heldBack = driving(-0.3, 0, { odometry: odometry(0.2) });
    expect(allowed(twist(-0.3), heldBack).vxMps).toBeCloseTo(-0.27, 12);
  });

  test("says what was asked and what can be reached", () => {
    expect(rule.check(twist(0.6, 2), driving(0.2, 2))?.violation).toEqual({
      id: "acceleration",
      value: 0.6,
      limit: 0.25,
      unit: "m/s",
    });
    expect(rule.check(twist(0.2, 2), driving(0.2, 1))?.violation).toEqual({
      id: "acceleration",
      value: 2,
      limit: 1.3,
      unit: "rad/s",
    });
  });

  test("predicted motion keeps it by construction", () => {
    expect(accelerationLimit.constraint).toBeUndefined();
  });
});
