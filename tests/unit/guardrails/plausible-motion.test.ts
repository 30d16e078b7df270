import { describe, expect, test } from "vitest";
import type { Odometry } from "../../../src/core/body.js";
import type { TwistCommand } from "../../../src/core/command.js";
import { plausibleMotion } from "../../../src/guardrails/plausible-motion.js";
import { type DriveState, driveStep } from "../../../src/motion/differential-drive.js";
import { motionOf, NOW_NS, odometry, ROOMS_ROBOT, state, twist } from "./robot.js";

const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };
const TICK_NS = 20_000_000n;

/** Drives at 50 Hz with odometry at 25 Hz, 40 ms late, through `fault`. @returns the violations with their time in seconds */
function drive(
  command: (t: number) => TwistCommand,
  fault: (odometry: Odometry, t: number) => Odometry | undefined = (o) => o,
  durationS = 3,
): (readonly [number, string])[] {
  const rule = plausibleMotion(ROOMS_ROBOT);
  const found: (readonly [number, string])[] = [];
  let body: DriveState = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  const sent: Odometry[] = [];
  for (let k = 0; k * 0.02 < durationS; k++) {
    const t = k * 0.02;
    const nowNs = NOW_NS + BigInt(k) * TICK_NS;
    if (k % 2 === 0) {
      const seen = fault({ stampNs: nowNs, odomFromBase: body.pose, twistInBase: body.twist }, t);
      if (seen !== undefined) sent.push(seen);
    }
    const arrived = sent.filter((o) => o.stampNs <= nowNs - 2n * TICK_NS).at(-1);
    const lastOutput = command(t - 0.02);
    const now = state({ nowNs, odometry: arrived, lastOutput });
    const ruling = rule.check(command(t), now);
    // Asked again in the same tick: the same answer.
    expect(rule.check(command(t), now)).toEqual(ruling);
    if (ruling !== undefined) {
      expect(ruling.allowed).toBeUndefined();
      found.push([t, ruling.violation.guardrail]);
    }
    body = driveStep(body, command(t), 0.02, RESPONSE);
  }
  return found;
}

const swerving = (t: number) => twist(t < 0 ? 0 : 0.3 + 0.3 * Math.sin(3 * t), t < 0 ? 0 : 2 * Math.sin(5 * t));
const fullSpeed = (t: number) => twist(t < 0 ? 0 : Math.min(0.6, t));
const turning = (t: number) => twist(0, t < 0 ? 0 : 2);
const shifted = (o: Odometry, dx: number, dyaw = 0): Odometry => ({
  ...o,
  odomFromBase: { xM: o.odomFromBase.xM + dx, yM: o.odomFromBase.yM, yawRad: o.odomFromBase.yawRad + dyaw },
});

describe("plausible odometry", () => {
  test.each([
    ["swerving", swerving],
    ["full speed", fullSpeed],
    ["turning", turning],
    ["stopping hard", (t: number) => twist(t < 0 || t > 1 ? 0 : 0.6, t > 1 ? 0 : 2)],
    ["reversing", (t: number) => twist(t < 0 ? 0 : t < 1 ? 0.6 : -0.3, t < 1 ? 2 : -2)],
  ])("true odometry passes, %s", (_, command) => {
    expect(drive(command)).toEqual([]);
  });

  test("noise passes", () => {
    let k = 0;
    const noisy = (o: Odometry) => ({
      ...shifted(o, 0.005 * Math.sin(++k), 0.01 * Math.sin(7 * k)),
      twistInBase: { ...o.twistInBase, vxMps: o.twistInBase.vxMps + 0.02 * Math.cos(3 * k) },
    });
    expect(drive(swerving, noisy)).toEqual([]);
  });

  test("a base that is a fifth slower than told passes", () => {
    const slow = (o: Odometry) => ({
      ...o,
      odomFromBase: { ...o.odomFromBase, xM: 0.8 * o.odomFromBase.xM },
      twistInBase: { ...o.twistInBase, vxMps: 0.8 * o.twistInBase.vxMps },
    });
    expect(drive(fullSpeed, slow)).toEqual([]);
  });

  test.each([
    ["a jump of the position", fullSpeed, (o: Odometry, t: number) => (t >= 1 ? shifted(o, 0.2) : o), "odometry.position"],
    ["a jump of the heading back", turning, (o: Odometry, t: number) => (t >= 1 ? shifted(o, 0, -0.3) : o), "odometry.angle"],
    ["a jump of the heading", turning, (o: Odometry, t: number) => (t >= 1 ? shifted(o, 0, 0.3) : o), "odometry.angle"],
  ])("%s stops for half a second", (_, command, fault, rule) => {
    const found = drive(command, fault);
    expect(found[0]?.[0]).toBeCloseTo(1.04, 9);
    expect(found.at(-1)?.[0]).toBeCloseTo(1.04 + 0.48, 9);
    expect(new Set(found.map(([, name]) => name))).toEqual(new Set([rule]));
  });

  test("a heading that wraps is no jump", () => {
    const wrapped = (o: Odometry) => ({
      ...o,
      odomFromBase: { ...o.odomFromBase, yawRad: ((o.odomFromBase.yawRad + 3 + Math.PI) % (2 * Math.PI)) - Math.PI },
    });
    expect(drive(turning, wrapped)).toEqual([]);
  });

  test("a pose that drifts faster than 0.17 m/s against its twist", () => {
    expect(drive(fullSpeed, (o, t) => shifted(o, 0.1 * t))).toEqual([]);
    expect(drive(fullSpeed, (o, t) => shifted(o, 0.25 * t))[0]?.[1]).toBe("odometry.position");
  });

  test("frozen at rest while driven off: in time", () => {
    const frozen = drive(fullSpeed, (o) => odometry(0, 0, undefined, o.stampNs));
    expect(frozen[0]?.[1]).toBe("odometry.vx");
    expect(frozen[0]?.[0]).toBeLessThan(0.7);
  });

  test("frozen at rest while turned: in time", () => {
    const frozen = drive(turning, (o) => odometry(0, 0, undefined, o.stampNs));
    expect(frozen[0]?.[1]).toBe("odometry.yaw-rate");
    expect(frozen[0]?.[0]).toBeLessThan(0.55);
  });

  test("moving without being told to", () => {
    const found = drive(
      () => twist(0),
      (o, t) => ({ ...odometry(t > 1 ? 0.2 : 0, 0, { xM: t > 1 ? 0.2 * (t - 1) : 0, yM: 0, yawRad: 0 }, o.stampNs) }),
    );
    expect(found[0]?.[1]).toBe("odometry.vx");
    expect(found[0]?.[0]).toBeCloseTo(1.06, 1);
  });

  test("time set back begins anew", () => {
    const rule = plausibleMotion(ROOMS_ROBOT);
    expect(rule.check(twist(0), state())).toBeUndefined();
    const earlier = NOW_NS - 5_000_000_000n;
    const elsewhere = odometry(0.6, 0, { xM: 7, yM: 7, yawRad: 1 }, earlier);
    expect(rule.check(twist(0), state({ nowNs: earlier, odometry: elsewhere }))).toBeUndefined();
  });

  test("has nothing to say without odometry or without a twist as last output", () => {
    const rule = plausibleMotion(ROOMS_ROBOT);
    expect(rule.check(twist(0), state({ odometry: undefined }))).toBeUndefined();
    expect(rule.check(twist(0), state())).toBeUndefined();
    const other = state({ nowNs: NOW_NS + TICK_NS, lastOutput: { kind: "joint-velocities", velocitiesRps: [] } });
    expect(rule.check(twist(0), other)).toBeUndefined();
  });

  test("no motion breaks it", () => {
    expect([...plausibleMotion(ROOMS_ROBOT).margin(motionOf([[[0, 0, 0, 9, 9, 9]]]))]).toEqual([-1]);
  });
});
