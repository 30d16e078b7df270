import { describe, expect, test } from "vitest";
import { speedLimit } from "../../../../src/guardrails/rules/speed-limit.js";
import { alone, driving, motionOf, near, ROOMS_ROBOT, state, twist } from "../robot.js";

const rule = alone(speedLimit, ROOMS_ROBOT);

describe("the speed limit", () => {
  test.each([
    ["forward at the limit", twist(0.6, 2), undefined],
    ["reverse at the limit", twist(-0.3, -2), undefined],
    ["forward beyond it: both halved", twist(1.2, 1), twist(0.6, 0.5)],
    ["reverse beyond it: both a third", twist(-0.9, 1.5), twist(-0.3, 0.5)],
    ["yaw beyond it: both a quarter", twist(0.4, -8), twist(0.1, -2)],
    ["sideways: dropped", twist(0.4, 1, 0.2), twist(0.4, 1)],
  ])("%s", (_, asked, allowed) => {
    const found = rule.check(asked, state())?.allowed;
    expect(found).toEqual(allowed && near(allowed));
  });

  test("names the axis that is farther beyond its limit", () => {
    expect(rule.check(twist(1.2, 10), state())?.violation).toEqual({ id: "speed", value: 10, limit: 2, unit: "rad/s" });
    expect(rule.check(twist(-0.9, 3), state())?.violation).toEqual({ id: "speed", value: -0.9, limit: -0.3, unit: "m/s" });
  });

  test.each([
    ["forward", driving(1.01)],
    ["reverse", driving(-0.56)],
    ["turning", driving(0, 3.51)],
  ])("a base that is measured far too fast (%s) has no allowed command", (_, now) => {
    expect(rule.check(twist(0), now)).toMatchObject({ violation: { id: "speed.measured" } });
    expect(rule.check(twist(0), now)?.allowed).toBeUndefined();
  });

  test.each([driving(0.99), driving(-0.54), driving(0, -3.49)])("a little overspeed is left to the base", (now) => {
    expect(rule.check(twist(0), now)).toBeUndefined();
  });

  test("full speed is kept, also in single precision", () => {
    const full = motionOf([[[0, 0, 0, 0.6, 0, 2]], [[0, 0, 0, -0.3, 0, -2]]]);
    expect(rule.margin!(full).every((margin) => margin <= 0)).toBe(true);
  });

  test("the margin is the worst overspeed on the way, as a fraction of the limit", () => {
    const motion = motionOf([
      [
        [0, 0, 0, 0.3, 0, 0],
        [0, 0, 0, 0.6, 0, 0],
      ],
      [
        [0, 0, 0, 0.9, 0, 0],
        [0, 0, 0, 0.1, 0, 0],
      ],
      [
        [0, 0, 0, -0.6, 0, 0],
        [0, 0, 0, 0, 0, -2],
      ],
      [
        [0, 0, 0, 0, 0, -3],
        [0, 0, 0, 0, 0, 0],
      ],
    ]);
    expect([...rule.margin!(motion)]).toEqual([0, 0.5, 1, 0.5].map((m) => expect.closeTo(m, 6)));
  });
});
