import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Odometry } from "../../../src/core/body.js";
import { MOTION_SIZE } from "../../../src/core/motion.js";
import { tensor } from "../../../src/math/tensor.js";
import { DifferentialDrive, type DriveState, driveStep } from "../../../src/motion/differential-drive.js";

/** Even over the range in steps of a thousandth; `fc.double` would be even over exponents, so nearly always close to 0. */
const within = (limit: number) => fc.integer({ min: -1000 * limit, max: 1000 * limit }).map((n) => n / 1000);

const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };
const REST: DriveState = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };

function moving(vxMps: number, yawRateRps: number): DriveState {
  return { ...REST, twist: { vxMps, vyMps: 0, yawRateRps } };
}

const speed = within(0.6);
const yawRate = within(2);

describe("driveStep", () => {
  it("drives a circle once the speed is the commanded one", () => {
    const [v, w] = [0.4, 1.5];
    for (const t of [0.1, 0.7, 2]) {
      const { pose, twist } = driveStep(moving(v, w), { vxMps: v, yawRateRps: w }, t, RESPONSE);
      expect(pose.xM).toBeCloseTo((v / w) * Math.sin(w * t), 4);
      expect(pose.yM).toBeCloseTo((v / w) * (1 - Math.cos(w * t)), 4);
      expect(pose.yawRad).toBeCloseTo(w * t, 9);
      expect(twist).toEqual({ vxMps: v, vyMps: 0, yawRateRps: w });
    }
  });

  it("answers a small command with a first-order lag", () => {
    for (const t of [0.05, 0.1, 0.3]) {
      const { twist, pose } = driveStep(REST, { vxMps: 0.05, yawRateRps: 0.2 }, t, RESPONSE);
      const share = 1 - Math.exp(-t / 0.1);
      expect(twist.vxMps).toBeCloseTo(0.05 * share, 9);
      expect(twist.yawRateRps).toBeCloseTo(0.2 * share, 9);
      // The integral of the lag: t - tau * share.
      expect(Math.hypot(pose.xM, pose.yM)).toBeCloseTo(0.05 * (t - 0.1 * share), 4);
    }
  });

  it("accelerates and brakes at the limits when asked for more", () => {
    expect(driveStep(REST, { vxMps: 0.6, yawRateRps: 0 }, 0.2, RESPONSE).twist.vxMps).toBeCloseTo(0.2, 9);
    expect(driveStep(moving(0.6, 0), { vxMps: 0, yawRateRps: 0 }, 0.2, RESPONSE).twist.vxMps).toBeCloseTo(0.36, 9);
    expect(driveStep(moving(-0.3, 0), { vxMps: 0, yawRateRps: 0 }, 0.1, RESPONSE).twist.vxMps).toBeCloseTo(-0.18, 9);
    expect(driveStep(REST, { vxMps: 0, yawRateRps: 2 }, 0.1, RESPONSE).twist.yawRateRps).toBeCloseTo(0.6, 9);
  });

  it("never changes speed faster than the limits, never passes the command", () => {
    fc.assert(
      fc.property(speed, yawRate, speed, yawRate, (v0, w0, v, w) => {
        let state = moving(v0, w0);
        for (let i = 0; i < 20; i++) {
          const next = driveStep(state, { vxMps: v, yawRateRps: w }, 0.0125, RESPONSE);
          const slowing = state.twist.vxMps * (v - state.twist.vxMps) < 0;
          const limit = (slowing ? 1.2 : 1) * 0.0125;
          expect(Math.abs(next.twist.vxMps - state.twist.vxMps)).toBeLessThanOrEqual(limit + 1e-12);
          expect(Math.abs(next.twist.yawRateRps - state.twist.yawRateRps)).toBeLessThanOrEqual(6 * 0.0125 + 1e-12);
          expect((v - next.twist.vxMps) * (v - v0)).toBeGreaterThanOrEqual(-1e-12);
          expect((w - next.twist.yawRateRps) * (w - w0)).toBeGreaterThanOrEqual(-1e-12);
          expect(next.twist.vyMps).toBe(0);
          state = next;
        }
      }),
    );
  });

  it("moves the same way from any pose", () => {
    fc.assert(
      fc.property(speed, yawRate, within(3), (v, w, yawRad) => {
        const plain = driveStep(REST, { vxMps: v, yawRateRps: w }, 0.8, RESPONSE).pose;
        const turned = driveStep({ ...REST, pose: { xM: 1, yM: -2, yawRad } }, { vxMps: v, yawRateRps: w }, 0.8, RESPONSE).pose;
        expect(turned.xM).toBeCloseTo(1 + plain.xM * Math.cos(yawRad) - plain.yM * Math.sin(yawRad), 9);
        expect(turned.yM).toBeCloseTo(-2 + plain.xM * Math.sin(yawRad) + plain.yM * Math.cos(yawRad), 9);
        expect(turned.yawRad).toBeCloseTo(yawRad + plain.yawRad, 9);
      }),
    );
  });

  it("follows the command at once without a lag and without limits in the way", () => {
    const ideal = { timeConstantS: 0, maxAccelerationMps2: 1e9, maxDecelerationMps2: 1e9, maxYawAccelerationRps2: 1e9 };
    expect(driveStep(REST, { vxMps: 0.6, yawRateRps: -2 }, 0.0125, ideal).twist).toEqual({ vxMps: 0.6, vyMps: 0, yawRateRps: -2 });
  });

  it("is the same in two halves as in one piece", () => {
    const command = { vxMps: 0.5, yawRateRps: -1.1 };
    const half = driveStep(moving(0.1, 0.3), command, 0.05, RESPONSE);
    const halves = driveStep(half, command, 0.05, RESPONSE);
    const whole = driveStep(moving(0.1, 0.3), command, 0.1, RESPONSE);
    expect(halves.pose.xM).toBeCloseTo(whole.pose.xM, 12);
    expect(halves.pose.yM).toBeCloseTo(whole.pose.yM, 12);
    expect(halves.pose.yawRad).toBeCloseTo(whole.pose.yawRad, 12);
    expect(halves.twist.vxMps).toBeCloseTo(whole.twist.vxMps, 12);
    expect(halves.twist.yawRateRps).toBeCloseTo(whole.twist.yawRateRps, 12);
  });
});

describe("DifferentialDrive", () => {
  it("rolls out every sample as repeated steps do, without vy", () => {
    const twists = Float32Array.from([0.3, 9, 0.5, 0.6, 9, -1, -0.2, 0, 2, 0, 0, 0]);
    const from: Odometry = {
      stampNs: 0n,
      odomFromBase: { xM: 0.5, yM: -0.5, yawRad: 1 },
      twistInBase: { vxMps: 0.2, vyMps: 0, yawRateRps: -0.3 },
    };
    const motion = new DifferentialDrive(RESPONSE).rollout(from, tensor(twists, [2, 2, 3]), 0.05);
    expect(motion.shape).toEqual([2, 2, MOTION_SIZE]);
    for (let n = 0; n < 2; n++) {
      let state: DriveState = { pose: from.odomFromBase, twist: from.twistInBase };
      for (let t = 0; t < 2; t++) {
        const at = (n * 2 + t) * 3;
        state = driveStep(state, { vxMps: twists[at]!, yawRateRps: twists[at + 2]! }, 0.05, RESPONSE);
        const expected = [state.pose.xM, state.pose.yM, state.pose.yawRad, state.twist.vxMps, 0, state.twist.yawRateRps];
        expected.forEach((value, column) => {
          expect(motion.get(n, t, column)).toBeCloseTo(value, 6);
        });
      }
    }
  });

  it("leaves its inputs alone", () => {
    const twists = tensor(Float32Array.of(0.3, 0, 0.5), [1, 1, 3]);
    const from: Odometry = { stampNs: 0n, odomFromBase: REST.pose, twistInBase: REST.twist };
    new DifferentialDrive(RESPONSE).rollout(from, twists, 0.05);
    expect(Array.from(twists.data)).toEqual(Array.from(Float32Array.of(0.3, 0, 0.5)));
    expect(from.odomFromBase).toEqual({ xM: 0, yM: 0, yawRad: 0 });
  });
});
