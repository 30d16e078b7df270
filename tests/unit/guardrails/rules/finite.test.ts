import { describe, expect, test } from "vitest";
import type { TwistCommand } from "../../../../src/core/command.js";
import { finite } from "../../../../src/guardrails/rules/finite.js";
import { alone, motionOf, odometry, ROOMS_ROBOT, scan, state, twist } from "../robot.js";

const rule = alone(finite, ROOMS_ROBOT);
const BAD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

describe("finiteness", () => {
  test.each(BAD.flatMap((bad) => [twist(bad), twist(0, bad), twist(0, 0, bad)]))("refuses the command %j", (command) => {
    expect(rule.check(command, state())).toEqual({ violation: { id: "finite.command", value: 1, limit: 0, unit: "1" } });
  });

  test("refuses other kinds of commands, and what is none", () => {
    expect(rule.check({ kind: "joint-velocities", velocitiesRps: [0] }, state())?.violation.id).toBe("finite.command");
    expect(rule.check({ kind: "twist", vxMps: "1", vyMps: 0, yawRateRps: 0 } as unknown as TwistCommand, state())).toBeDefined();
  });

  test.each(BAD)("refuses %d anywhere in the odometry", (bad) => {
    for (const pose of [
      { xM: bad, yM: 0, yawRad: 0 },
      { xM: 0, yM: bad, yawRad: 0 },
      { xM: 0, yM: 0, yawRad: bad },
    ]) {
      expect(rule.check(twist(0), state({ odometry: odometry(0, 0, pose) }))?.violation.id).toBe("finite.odometry");
    }
    for (const part of ["vxMps", "vyMps", "yawRateRps"]) {
      const twistInBase = { vxMps: 0, vyMps: 0, yawRateRps: 0, [part]: bad };
      expect(rule.check(twist(0), state({ odometry: { ...odometry(), twistInBase } }))?.violation.id).toBe("finite.odometry");
    }
  });

  test.each(["angleMinRad", "angleIncrementRad", "rangeMinM", "rangeMaxM"])("refuses a scan whose %s is not a number", (part) => {
    expect(rule.check(twist(0), state({ scan: { ...scan(), [part]: Number.NaN } }))?.violation.id).toBe("finite.scan");
  });

  test("refuses a place so far from where odometry began that scan points blur: 4096 m", () => {
    for (const part of ["xM", "yM"]) {
      const at = (far: number) => state({ odometry: odometry(0, 0, { xM: 0, yM: 0, yawRad: 0, [part]: far }) });
      for (const far of [4096, -4096]) expect(rule.check(twist(0), at(far))).toBeUndefined();
      for (const far of [4096.1, -4e6])
        expect(rule.check(twist(0), at(far))?.violation).toEqual({
          id: "finite.position",
          value: Math.abs(far),
          limit: 4096,
          unit: "1",
        });
    }
  });

  test("has nothing against the rest: huge, tiny and negative zero are numbers, and ranges may be infinite or NaN", () => {
    const ranges = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1);
    for (const command of [twist(Number.MAX_VALUE), twist(Number.MIN_VALUE), twist(-0)]) {
      expect(rule.check(command, state({ scan: { ...scan(), rangesM: ranges } }))).toBeUndefined();
    }
    expect(rule.check(twist(0), state({ odometry: undefined, scan: undefined }))).toBeUndefined();
  });

  test("the first value of a motion counts, too", () => {
    expect([...rule.margin!(motionOf([[[Number.NaN, 0, 0, 0, 0, 0]]]))]).toEqual([Number.POSITIVE_INFINITY]);
  });

  test("motion with a value that is not a number is broken beyond measure; its neighbours are not", () => {
    const motion = motionOf([
      [[0, 0, 0, 0, 0, 0]],
      [[0, 0, 0, Number.NaN, 0, 0]],
      [[0, 0, 0, 0, 0, 0]],
      [[Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0]],
    ]);
    expect([...rule.margin!(motion)]).toEqual([-1, Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY]);
  });
});
