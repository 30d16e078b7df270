import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { SafetyGate } from "../../../src/control/gate.js";
import type { Odometry } from "../../../src/core/body.js";
import type { TwistCommand } from "../../../src/core/command.js";
import type { BodyState } from "../../../src/core/guardrail.js";
import { ackermann } from "../../../src/embodiment/ackermann.js";
import { enforceCeilings } from "../../../src/guardrails/ceilings.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { moved } from "../../../src/motion/differential-drive.js";

const ROBOT = readRobotFile("calibration/ackermann/robot.yaml");
const {
  wheelbase_m: WHEELBASE_M,
  max_steering_rad: MAX_RAD,
  steering_rate_rps: RATE_RPS,
} = ROBOT.own as Record<string, number> & {
  wheelbase_m: number;
  max_steering_rad: number;
  steering_rate_rps: number;
};
const LEAST_RADIUS_M = WHEELBASE_M / Math.tan(MAX_RAD);
const twist = (vxMps: number, yawRateRps: number): TwistCommand => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps });
const odometry = (vxMps: number, yawRateRps: number, stampNs = 0n): Odometry => ({
  stampNs,
  odomFromBase: { xM: 0, yM: 0, yawRad: 0 },
  twistInBase: { vxMps, vyMps: 0, yawRateRps },
});

describe("a base that steers like a car", () => {
  it("drives a circle of the radius that it is commanded", () => {
    const radiusM = 1.5;
    const { twist: end, pose } = moved(
      ackermann.floor!.mover(ROBOT, (Math.PI * radiusM) / 0.3),
      { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0.3, vyMps: 0, yawRateRps: 0.3 / radiusM } },
      { vxMps: 0.3, yawRateRps: 0.3 / radiusM },
    );
    // Half a circle: opposite, and the other way round.
    expect(pose.xM).toBeCloseTo(0, 4);
    expect(pose.yM).toBeCloseTo(2 * radiusM, 4);
    expect(pose.yawRad).toBeCloseTo(Math.PI, 6);
    expect(end.yawRateRps).toBeCloseTo(0.2, 9);
  });

  it("never turns in place, nor tighter than its wheels do, whatever it is commanded", () => {
    const model = ackermann.motion(ROBOT);
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 30 }), (commands) => {
        const rows = Float32Array.from(commands.flatMap(([v, w]) => [v, 0.5, w]));
        const motion = values(model.rollout(odometry(0, 0), tensor(rows, [1, commands.length, 3]), 0.05));
        for (let row = 0; row < motion.length; row += 6) {
          const [, , , v, vy, w] = motion.subarray(row, row + 6) as unknown as [number, number, number, number, number, number];
          expect(Math.abs(w)).toBeLessThanOrEqual(Math.abs(v) / LEAST_RADIUS_M + 1e-6);
          expect(vy).toBe(0);
        }
      }),
    );
    const still = moved(
      ackermann.floor!.mover(ROBOT, 1),
      { pose: { xM: 1, yM: 2, yawRad: 3 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 1 } },
      twist(0, 1),
    );
    expect(still.pose).toEqual({ xM: 1, yM: 2, yawRad: 3 });
    expect(still.twist.yawRateRps).toBe(0);
  });

  it("turns its wheels no faster than they turn", () => {
    // From one end to the other, at constant speed.
    const most = 0.3 / LEAST_RADIUS_M;
    const at = (durationS: number) =>
      moved(
        ackermann.floor!.mover(ROBOT, durationS),
        { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0.3, vyMps: 0, yawRateRps: -most } },
        twist(0.3, most),
      ).twist.yawRateRps;
    expect(at(MAX_RAD / RATE_RPS)).toBeCloseTo(0, 6);
    expect(at((1.5 * MAX_RAD) / RATE_RPS)).toBeCloseTo((0.3 * Math.tan(MAX_RAD / 2)) / WHEELBASE_M, 6);
    expect(at((2.1 * MAX_RAD) / RATE_RPS)).toBeCloseTo(most, 9);
  });

  it("brakes along its arc", () => {
    const begin = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0.6, vyMps: 0, yawRateRps: 0.6 } };
    for (const durationS of [0.1, 0.3, 0.6, 2]) {
      const { pose, twist: now } = moved(ackermann.floor!.mover(ROBOT, durationS), begin, twist(0, 0));
      expect(now.yawRateRps).toBeCloseTo(now.vxMps, 9);
      // The circle of radius 1 m around (0, 1).
      expect(Math.hypot(pose.xM, pose.yM - 1)).toBeCloseTo(1, 5);
    }
  });

  it("gets from the gate the yaw rate that its speed allows, and no more", () => {
    const state = (body: Odometry, lastOutput: TwistCommand): BodyState => ({
      nowNs: body.stampNs,
      odometry: body,
      odometryReceivedNs: body.stampNs,
      commandReceivedNs: body.stampNs,
      scan: undefined,
      scanReceivedNs: undefined,
      lastOutput,
      lastOutputNs: body.stampNs - 20_000_000n,
    });
    const robot = { ...ROBOT, scanner: undefined };
    const admitted = (proposed: TwistCommand, last: TwistCommand) =>
      new SafetyGate(robot).admit(proposed, state(odometry(last.vxMps, last.yawRateRps, 1_000_000_000n), last));
    const most = 0.4 * (Math.tan(MAX_RAD) / WHEELBASE_M);
    const straight = admitted(twist(0.4, 0.95), twist(0.4, most));
    expect(straight.command).toEqual(twist(0.4, most));
    expect(straight.kind).toBe("limited");
    const because = straight.kind === "pass" ? [] : straight.because;
    // After the limit of acceleration has taken its part.
    expect(because).toContainEqual({ id: "kinematics", value: expect.any(Number), limit: most, unit: "rad/s" });
    expect(admitted(twist(0.4, most / 2), twist(0.4, most / 2)).kind).toBe("pass");
    expect(admitted(twist(0, 0.5), twist(0, 0)).command).toEqual(twist(0, 0));
    expect(admitted(twist(-0.2, 0.9), twist(-0.2, 0.2)).command).toMatchObject({ vxMps: -0.2 });
  });

  it("has a robot file whose own numbers stay within their bounds", () => {
    for (const [key, value] of [
      ["wheelbase_m", 0.01],
      ["max_steering_rad", 1.5],
      ["steering_rate_rps", Number.NaN],
    ] as const)
      expect(() => enforceCeilings({ ...ROBOT, own: { ...ROBOT.own, [key]: value } })).toThrow(
        expect.objectContaining({ code: "RH-ROBOT-CEILING", details: expect.objectContaining({ key, found: value }) }),
      );
    const { own: _, ...without } = ROBOT;
    expect(() => enforceCeilings(without)).toThrow(
      expect.objectContaining({ code: "RH-ROBOT-CEILING", details: expect.objectContaining({ key: "wheelbase_m" }) }),
    );
  });
});
