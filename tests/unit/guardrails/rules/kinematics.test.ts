import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../../src/config/robot-file.js";
import { kinematics } from "../../../../src/guardrails/rules/kinematics.js";
import { alone, near, ROOMS_ROBOT, state, twist } from "../robot.js";

const CAR = readRobotFile("calibration/ackermann/robot.yaml");
const { wheelbase_m: wheelbaseM = Number.NaN, max_steering_rad: steeringRad = Number.NaN } = CAR.own ?? {};
/** Yaw rate at full lock and 1 m/s, from the bicycle model. */
const FULL_LOCK = Math.tan(steeringRad) / wheelbaseM;
const rule = alone(kinematics, CAR);

describe("kinematics of a base that steers like a car", () => {
  test.each([0.3, -0.3])("at %d m/s, a curve as tight as the wheels can make it passes, to either side", (vxMps) => {
    for (const side of [1, -1]) expect(rule.check(twist(vxMps, side * 0.3 * FULL_LOCK * (1 - 1e-9)), state())).toBeUndefined();
  });

  test("a tighter one becomes that one, at the same speed, and says so", () => {
    const ruling = rule.check(twist(0.2, 9), state());
    expect(ruling?.allowed).toEqual(near(twist(0.2, 0.2 * FULL_LOCK)));
    expect(ruling?.violation).toEqual({ id: "kinematics", value: 9, limit: expect.closeTo(0.2 * FULL_LOCK, 9), unit: "rad/s" });
  });

  test("no turn on the spot", () => {
    expect(rule.check(twist(0, 1), state())?.allowed).toEqual(twist(0));
  });

  test("a base that can turn as it likes is not asked, and no motion breaks it", () => {
    expect(kinematics.rule(ROOMS_ROBOT)).toBeUndefined();
    expect(kinematics.constraint).toBeUndefined();
  });
});
