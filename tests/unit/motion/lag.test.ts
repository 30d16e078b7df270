import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driveStep } from "../../../src/motion/differential-drive.js";
import { stoppingDistanceM } from "../../../src/motion/lag.js";

describe("restingWayM", () => {
  it("is v²/2a for a body without lag, and v·τ for one that its lag brakes", () => {
    expect(stoppingDistanceM(0.6, 1.2)).toBeCloseTo(0.15, 12);
    expect(stoppingDistanceM(0.45, 3, 0.3)).toBeCloseTo(0.135, 12);
    expect(stoppingDistanceM(0, 3, 0.3)).toBe(0);
  });

  it("is how far a body really goes that is told to stop", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (speedMps, decelerationMps2, timeConstantS) => {
          const response = { timeConstantS, maxAccelerationMps2: 1, maxDecelerationMps2: decelerationMps2, maxYawAccelerationRps2: 1 };
          const from = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: speedMps, vyMps: 0, yawRateRps: 0 } };
          const to = driveStep(from, { vxMps: 0, yawRateRps: 0 }, 12, response);
          // The integration takes a step of 12.5 ms with its mean speed.
          expect(Math.abs(to.pose.xM - stoppingDistanceM(speedMps, decelerationMps2, timeConstantS))).toBeLessThan(
            0.0065 * speedMps + 1e-4,
          );
        },
      ),
    );
  });
});
