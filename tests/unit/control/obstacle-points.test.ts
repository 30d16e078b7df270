import { describe, expect, it } from "vitest";
import { obstaclePointsOf } from "../../../src/control/obstacle-points.js";
import type { LaserScan } from "../../../src/core/sensors.js";

const scan = (...rangesM: number[]): LaserScan => ({
  stampNs: 7n,
  angleMinRad: 0.4,
  angleIncrementRad: 0.3,
  rangeMinM: 0.1,
  rangeMaxM: 3,
  rangesM: Float32Array.from(rangesM),
});

describe("obstaclePointsOf", () => {
  it("places each hit by where the scanner stands on the body, and the body in the odometry frame", () => {
    // Body at (2, -1), turned by 0.5 rad; scanner 0.3 m ahead and 0.2 m to the left on it, turned by 0.25 rad.
    const { pointsM, stampNs } = obstaclePointsOf(scan(1, 2), { xM: 2, yM: -1, yawRad: 0.5 }, { xM: 0.3, yM: 0.2, yawRad: 0.25 });
    const origin = [2 + 0.3 * Math.cos(0.5) - 0.2 * Math.sin(0.5), -1 + 0.3 * Math.sin(0.5) + 0.2 * Math.cos(0.5)];
    // Directions: 0.5 + 0.25 + 0.4 = 1.15 rad, and 0.3 more.
    const expected = [
      origin[0]! + Math.cos(1.15),
      origin[1]! + Math.sin(1.15),
      origin[0]! + 2 * Math.cos(1.45),
      origin[1]! + 2 * Math.sin(1.45),
    ];
    expect(stampNs).toBe(7n);
    expect(pointsM).toHaveLength(4);
    for (const [i, value] of expected.entries()) expect(pointsM[i]).toBeCloseTo(value, 5);
  });

  it("leaves out what is no hit, and takes what is nearer than the scanner measures well where it was measured", () => {
    const here = { xM: 0, yM: 0, yawRad: 0 };
    const lengths = (...rangesM: number[]) => {
      const { pointsM } = obstaclePointsOf(scan(...rangesM), here, here);
      return Array.from({ length: pointsM.length / 2 }, (_, i) => Math.hypot(pointsM[2 * i]!, pointsM[2 * i + 1]!));
    };
    expect(lengths(Number.NaN, Number.POSITIVE_INFINITY, 3.5)).toEqual([]);
    expect(lengths(0.0625, 0)).toEqual([expect.closeTo(0.0625, 6), 0]);
    // As numbers of single precision that are exact: the greatest range counts.
    const exact = { ...scan(0.5, 2), rangeMaxM: 2 };
    expect(obstaclePointsOf(exact, here, here).pointsM).toHaveLength(4);
    expect(lengths(1, 2)[1]).toBeCloseTo(2, 6);
  });
});
