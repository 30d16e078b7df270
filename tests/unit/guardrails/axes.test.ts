import { describe, expect, test } from "vitest";
import { sameCommand, slower, type TwistCommand } from "../../../src/core/command.js";
import { axesOf, braked } from "../../../src/guardrails/axes.js";
import { joints } from "./arm.js";
import { MS, NOW_NS, near, ROOMS_ROBOT, state, twist } from "./robot.js";

/** The next command of a stop, this long after the last output. */
function next(lastOutput: TwistCommand, stepS: number): TwistCommand {
  const lastOutputNs = NOW_NS - BigInt(Math.round(stepS * 1e9));
  return braked(state({ lastOutput, lastOutputNs }), axesOf(ROOMS_ROBOT)) as TwistCommand;
}

describe("the braking ramp", () => {
  // 6 m/s² and 20 rad/s².
  test.each([
    ["straight", twist(0.6), 0.02, twist(0.48)],
    ["backward", twist(-0.3), 0.02, twist(-0.18)],
    ["in place", twist(0, -2), 0.02, twist(0, -1.6)],
    ["on an arc, by the way", twist(0.6, 1), 0.05, twist(0.3, 0.5)],
    ["on an arc, by the turn", twist(0.06, 2), 0.05, twist(0.03, 1)],
    ["to rest", twist(0.3), 0.05, twist(0)],
    ["not through it", twist(0.1), 0.05, twist(0)],
    ["at rest", twist(0), 0.02, twist(0)],
    ["by a clock that stands still", twist(0.6), 0, twist(0.54)],
    ["by a clock set back", twist(0.6), -5, twist(0.54)],
    ["after a pause", twist(1.2), 7, twist(0.6)],
  ])("%s", (_, last, stepS, expected) => {
    expect(next(last, stepS)).toEqual(near(expected));
  });

  test("is never slower than the braking that was counted on", () => {
    const limits = { ...ROOMS_ROBOT.limits, decelerationMps2: 4, emergencyDecelerationMps2: 2 };
    const axes = axesOf({ ...ROOMS_ROBOT, limits });
    expect(braked(state({ lastOutput: twist(0.6), lastOutputNs: NOW_NS - 20n * MS }), axes)).toEqual(near(twist(0.52)));
  });

  test("is at rest after 0.1 s from full speed, at 50 Hz", () => {
    let command = twist(0.6, 2);
    for (let tick = 0; tick < 5; tick++) command = next(command, 0.02);
    expect(command).toEqual(near(twist(0)));
  });
});

describe("commands", () => {
  test("are the same when kind and every number are", () => {
    expect(sameCommand(twist(0.1, 0.2), twist(0.1, 0.2))).toBe(true);
    expect(sameCommand(twist(0.1, 0.2), twist(0.1, 0.3))).toBe(false);
    expect(sameCommand(twist(0), joints(0, 0, 0))).toBe(false);
    expect(sameCommand(joints(0), joints(0, 0))).toBe(false);
    expect(sameCommand(joints(0, 0), joints(0))).toBe(false);
  });

  test("the slower of two: by axis, zero where they disagree in sign or kind or one is not a number", () => {
    expect(slower(twist(0.1, -2), twist(0.3, -1))).toEqual(twist(0.1, -1));
    expect(slower(twist(-0.1, 1), twist(0.3, -1))).toEqual(twist(0));
    expect(slower(twist(Number.NaN, 1), twist(0.3, 1))).toEqual(twist(0, 1));
    expect(slower(joints(0.1, 0.1, 0.1), twist(0.3, 1))).toEqual(twist(0));
  });
});
