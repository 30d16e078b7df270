import { describe, expect, test } from "vitest";
import type { RobotDescription } from "../../../src/core/robot-description.js";
import { heldTimeS, plannedHoldS } from "../../../src/guardrails/held-time.js";
import { JudgementIntervals } from "../../../src/guardrails/history/judgement-intervals.js";
import { brakingDistance } from "../../../src/guardrails/rules/braking-distance.js";
import { jointRange } from "../../../src/guardrails/rules/joint-range.js";
import { ARM, armState, joints } from "./arm.js";
import { alone, driving, MS, NOW_NS, ROOMS_ROBOT, scan, state, twist } from "./robot.js";

const held = (commandTimeoutS: number | undefined, holdSafe = true) => ({ ...ROOMS_ROBOT, base: { commandTimeoutS, holdSafe } });

describe("how long a command counts", () => {
  test.each([
    ["the base's timeout, where it may be held", held(0.5), 0, 0.5],
    ["the reaction time, where it may not", held(0.5, false), 0, 0.1],
    ["the reaction time, where the timeout is shorter or not known", held(undefined), 0, 0.1],
    ["the worst interval lately, in whole steps", held(0.2), 0.31, 0.325],
    ["never more than half a second for being late", held(0.2), 7, 0.5],
    ["a timeout longer than that, as it is", held(0.8), 7, 0.8],
  ])("%s", (_, robot, worstIntervalS, expected) => {
    expect(heldTimeS(robot, { worstIntervalS })).toBeCloseTo(expected, 9);
  });

  test("planning counts on the timeout, not on lateness", () => {
    expect([plannedHoldS(held(0.5)), plannedHoldS(held(0.5, false)), plannedHoldS(held(0.05))]).toEqual([0.5, 0.1, 0.1]);
  });
});

describe("a wall ahead", () => {
  const speed = 0.6;
  /** Room for braking from full speed after so long. */
  const roomM = (heldS: number) => {
    const { limits, response, footprint, clearanceM } = ROOMS_ROBOT;
    const [d, tau] = [limits.decelerationMps2, response.timeConstantS];
    return (
      footprint.radiusM + clearanceM + speed * (response.commandDelayS + heldS) + (speed ** 2 - (d * tau) ** 2) / (2 * d) + d * tau ** 2
    );
  };
  const passes = (robot: RobotDescription, wallM: number, lastMs = 50) => {
    const now = driving(speed, 0, { scan: scan(wallM), lastOutputNs: NOW_NS - BigInt(lastMs) * MS });
    return alone(brakingDistance, robot).check(twist(speed), now) === undefined;
  };

  test.each([
    ["held for the base's timeout", held(0.5), 50, 0.5],
    ["held for a shorter one", held(0.25), 50, 0.25],
    ["not held", held(0.5, false), 50, 0.1],
    ["not held, but judged 0.3 s after the last time", held(0.5, false), 300, 0.3],
  ])("%s: is passed towards at full speed only while so much more of it would still end before it", (_, robot, lastMs, heldS) => {
    expect(passes(robot, roomM(heldS) + 0.003, lastMs)).toBe(true);
    expect(passes(robot, roomM(heldS) - 0.003, lastMs)).toBe(false);
  });

  test("that is nearer than a held command may come: away from it and along it the robot goes on, towards it not", () => {
    const rule = alone(brakingDistance, held(0.5));
    const near = state({ scan: scan(0.21) });
    expect(rule.check(twist(-0.2), near)).toBeUndefined();
    expect(rule.check(twist(0, 1), near)).toBeUndefined();
    expect(rule.check(twist(0.2), near)).toBeDefined();
  });
});

describe("a joint near the end of its range", () => {
  const { decelerationRps2: d, positionRad } = ARM.joints[0]!;
  const roomRad = 0.2;
  const fastestRps = (heldS: number) => {
    const forS = heldS + ARM.response.timeConstantS;
    return Math.sqrt((d * forS) ** 2 + 2 * d * roomRad) - d * forS;
  };

  test.each([
    ["whose controller has no timeout that is known", ARM.base, ARM.response.reactionS],
    ["whose controller holds a command for half a second", { commandTimeoutS: 0.5, holdSafe: true }, 0.5],
  ])("%s", (_, base, heldS) => {
    const rule = alone(jointRange, { ...ARM, base });
    const resting = armState([0, 0], [positionRad[1] - roomRad, 1]);
    const fastest = fastestRps(heldS);
    expect(rule.check(joints(fastest - 1e-6, 0), resting)).toBeUndefined();
    expect(rule.check(joints(fastest + 1e-3, 0), resting)).toMatchObject({ allowed: joints(expect.closeTo(fastest, 6), 0) });
  });
});

describe("JudgementIntervals", () => {
  const at = (lastMs: number | undefined, nowMs: number) =>
    ({ lastOutputNs: lastMs === undefined ? undefined : NOW_NS + BigInt(lastMs) * MS, nowNs: NOW_NS + BigInt(nowMs) * MS }) as never;

  test("keeps the longest of the last five seconds, and then the next longest", () => {
    const intervals = new JudgementIntervals();
    expect(intervals.advance(at(undefined, 0))).toBe(0);
    expect(intervals.advance(at(0, 20))).toBeCloseTo(0.02, 9);
    expect(intervals.advance(at(20, 320))).toBeCloseTo(0.3, 9);
    expect(intervals.advance(at(320, 340))).toBeCloseTo(0.3, 9);
    expect(intervals.advance(at(340, 460))).toBeCloseTo(0.3, 9);
    expect(intervals.advance(at(5300, 5320))).toBeCloseTo(0.3, 9);
    expect(intervals.advance(at(5320, 5340))).toBeCloseTo(0.12, 9);
    expect(intervals.advance(at(11_000, 11_020))).toBeCloseTo(0.02, 9);
  });

  test("a clock that was set back leaves nothing behind", () => {
    const intervals = new JudgementIntervals();
    intervals.advance(at(0, 400));
    expect(intervals.advance(at(100, 120))).toBeCloseTo(0.02, 9);
  });
});
