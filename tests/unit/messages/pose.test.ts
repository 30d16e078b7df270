import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quaternionFromYaw, yawFromQuaternion } from "../../../src/messages/pose.js";

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true, minExcluded: true });

describe("quaternions", () => {
  it("give their yaw back", () => {
    fc.assert(
      fc.property(angle, (yaw) => {
        expect(yawFromQuaternion(quaternionFromYaw(yaw))).toBeCloseTo(yaw, 12);
      }),
    );
  });

  it("of any length mean the same; of none they mean nothing", () => {
    expect(yawFromQuaternion({ x: 0, y: 0, z: 10, w: 10 })).toBeCloseTo(Math.PI / 2, 12);
    expect(yawFromQuaternion({ x: 0, y: 0, z: 0, w: 0 })).toBeNaN();
    expect(yawFromQuaternion({ x: Number.NaN, y: 0, z: 0, w: 1 })).toBeNaN();
    expect(yawFromQuaternion({ x: 0, y: 0, z: Number.POSITIVE_INFINITY, w: 1 })).toBeNaN();
  });

  it("that also tilt give the heading of the body's x axis", () => {
    // Roll by 0.2 after a yaw of 1: q = q_yaw * q_roll
    const [cy, sy, cr, sr] = [Math.cos(0.5), Math.sin(0.5), Math.cos(0.1), Math.sin(0.1)];
    expect(yawFromQuaternion({ w: cy * cr, x: cy * sr, y: sy * sr, z: sy * cr })).toBeCloseTo(1, 12);
  });
});
