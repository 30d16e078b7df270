import { describe, expect, test } from "vitest";
import type { TwistCommand } from "../../../src/core/command.js";
import type { BodyState } from "../../../src/core/guardrail.js";
import { brakingDistance } from "../../../src/guardrails/rules/braking-distance.js";
import { speedLimit } from "../../../src/guardrails/rules/speed-limit.js";
import { workspace } from "../../../src/guardrails/rules/workspace.js";
import { driveStep } from "../../../src/motion/differential-drive.js";
import { OMNI } from "./arm.js";
import { alone, MS, motionOf, NOW_NS, near, scan, state, twist } from "./robot.js";

const ORIGIN = { xM: 0, yM: 0, yawRad: 0 };
/** Radius and clearance. */
const NEEDED_M = 0.26;

function moving(vxMps: number, vyMps: number, pointsM: readonly number[], parts: Partial<BodyState> = {}): BodyState {
  const odometry = { stampNs: NOW_NS, odomFromBase: ORIGIN, twistInBase: { vxMps, vyMps, yawRateRps: 0 } };
  const obstacles = { stampNs: NOW_NS, pointsM: Float32Array.from(pointsM) };
  return state({ odometry, lastOutput: twist(vxMps, 0, vyMps), scan: scan(), obstacles, ...parts });
}

describe("a base that goes sideways", () => {
  const rule = alone(brakingDistance, OMNI);

  test("brakes for what is at its side, when it goes there", () => {
    for (const side of [1, -1]) {
      // Delay and reaction at 0.5 m/s, then to rest at 1 m/s² behind a lag of 0.08 s.
      const needM = NEEDED_M + 0.1 + (0.5 ** 2 - 0.08 ** 2) / 2 + 0.08 ** 2;
      expect(rule.check(twist(0, 0, side * 0.5), moving(0, side * 0.5, [0, side * (needM + 0.003)]))).toBeUndefined();
      expect(rule.check(twist(0, 0, side * 0.5), moving(0, side * 0.5, [0, side * (needM - 0.003)]))).toBeDefined();
      expect(rule.check(twist(0.5), moving(0.5, 0, [0, side * 0.3]))).toBeUndefined();
    }
  });

  test("whatever its heading, to the millimetre", () => {
    for (const yawRad of [0, 1, Math.PI / 2, -2.5]) {
      for (const speed of [0.06, 0.5]) {
        const needM = NEEDED_M + 0.2 * speed + (speed > 0.08 ? (speed ** 2 - 0.08 ** 2) / 2 + 0.08 ** 2 : 0.08 * speed);
        const at = (m: number) => {
          const now = moving(0, speed, [-m * Math.sin(yawRad), m * Math.cos(yawRad)]);
          return { ...now, odometry: { ...now.odometry!, odomFromBase: { ...ORIGIN, yawRad } } };
        };
        expect(rule.check(twist(0, 0, speed), at(needM + 0.002))).toBeUndefined();
        expect(rule.check(twist(0, 0, speed), at(needM - 0.002))).toBeDefined();
      }
    }
  });

  test("who is too near at his side does not go there", () => {
    expect(rule.check(twist(0, 0, 0.1), moving(0, 0, [0, 0.25]))?.allowed).toEqual(twist(0));
    expect(rule.check(twist(0, 0, -0.1), moving(0, 0, [0, 0.25]))).toBeUndefined();
    expect(rule.check(twist(0, 1), moving(0, 0, [0, 0.25]))).toBeUndefined();
  });

  test("slows down in its direction", () => {
    const { vxMps, vyMps } = rule.check(twist(0.3, 0, 0.3), moving(0.3, 0.3, [0.28, 0.28]))!.allowed as TwistCommand;
    expect(vxMps).toBeLessThan(0.3);
    expect(vyMps).toBeCloseTo(vxMps, 12);
  });

  test("counts what is on its way: a push to the side that the odometry does not show yet", () => {
    const asked = twist(0, 0, 0.2);
    const pushed = alone(brakingDistance, OMNI);
    const calm = moving(0, 0, [0, 0.36]);
    const at = (agoMs: bigint, vyMps: number) =>
      moving(0, 0, [0, 0.36], {
        nowNs: NOW_NS - (agoMs - 20n) * MS,
        lastOutput: twist(0, 0, vyMps),
        lastOutputNs: NOW_NS - agoMs * MS,
      });
    for (const [agoMs, vyMps] of [
      [80n, 0.4],
      [60n, 0.4],
      [40n, 0],
    ] as const)
      pushed.check(twist(0), at(agoMs, vyMps));
    const one = rule.check(asked, calm);
    const other = pushed.check(asked, calm);
    expect(other?.violation.value ?? 1).toBeLessThan(one?.violation.value ?? 1);
  });

  test("has to see where it goes", () => {
    const view = scan();
    // Beam i looks along -π + i · 3°: 90 is to the left.
    const blindLeft = { ...view, rangesM: view.rangesM.map((range, i) => (i >= 86 && i < 94 ? Number.NaN : range)) };
    const blind = (command: TwistCommand) =>
      alone(brakingDistance, OMNI).check(command, { ...moving(0, 0, []), scan: blindLeft })?.violation.id === "braking-distance.blind";
    expect([twist(0, 0, 0.1), twist(0.1), twist(0.1, 0, -0.3), twist(0, 0, -0.1)].map(blind)).toEqual([true, true, false, false]);
  });

  test("margins look ahead to the side, for points and for bounds", () => {
    const sideways = (y: number) => motionOf([Array.from({ length: 10 }, (_, t) => [0, y + 0.02 * (t + 1), 0, 0, 0.4, 0])]);
    const point = { stampNs: NOW_NS, pointsM: Float32Array.of(0, 0.6) };
    expect(rule.margin!(sideways(-0.6), point)[0]).toBe(-1);
    expect(rule.margin!(sideways(0), point)[0]).toBeGreaterThan(0);
    const bounds = alone(workspace, { ...OMNI, workspace: { xM: [-9, 9], yM: [-9, 0.6] } });
    expect(bounds.margin!(sideways(-0.6))[0]).toBe(-1);
    expect(bounds.margin!(sideways(0.1))[0]).toBeGreaterThan(0);
  });

  test("has a limit to the side, within which all axes shrink together", () => {
    expect(alone(speedLimit, OMNI).check(twist(0.4, 0, 1), state())?.allowed).toEqual(near(twist(0.2, 0, 0.5)));
    expect(alone(speedLimit, OMNI).check(twist(0.4, 0, -1), state())?.allowed).toEqual(near(twist(0.2, 0, -0.5)));
    expect(alone(speedLimit, OMNI).check(twist(0.8, 0, -0.5), state())).toBeUndefined();
  });

  test("moves sideways by its model, and turns its way with its heading", () => {
    const response = { timeConstantS: 0, maxAccelerationMps2: 99, maxDecelerationMps2: 99, maxYawAccelerationRps2: 99, sideways: true };
    const from = { pose: { ...ORIGIN, yawRad: Math.PI / 2 }, twist: { vxMps: 0, vyMps: 0.5, yawRateRps: 0 } };
    const to = driveStep(from, { vxMps: 0, vyMps: 0.5, yawRateRps: 0 }, 1, response);
    expect(to.pose.xM).toBeCloseTo(-0.5, 9);
    expect(to.pose.yM).toBeCloseTo(0, 9);
    expect(to.twist.vyMps).toBe(0.5);
    expect(driveStep(from, { vxMps: 0, vyMps: 0.5, yawRateRps: 0 }, 1, { ...response, sideways: false }).twist.vyMps).toBe(0);
  });
});
