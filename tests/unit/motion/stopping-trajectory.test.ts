import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DifferentialDriveResponse, Drive, type DriveState } from "../../../src/motion/differential-drive.js";
import { StoppingTrajectory } from "../../../src/motion/stopping-trajectory.js";

const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };

function stoppingWay(response: DifferentialDriveResponse, reactionS: number): StoppingTrajectory {
  const { timeConstantS, maxDecelerationMps2: decelerationMps2 } = response;
  const trajectory = new StoppingTrajectory((durationS) => new Drive(durationS, response), { timeConstantS, decelerationMps2 });
  trajectory.hold(reactionS);
  return trajectory;
}

function moving(vxMps: number, yawRateRps = 0, vyMps = 0, yawRad = 0): DriveState {
  return { pose: { xM: 1, yM: 2, yawRad }, twist: { vxMps, vyMps, yawRateRps } };
}

function placesOf({ path, timesS, count: places }: StoppingTrajectory) {
  return Array.from({ length: places }, (_, k) => ({ xM: path[2 * k]!, yM: path[2 * k + 1]!, t: timesS[k]! }));
}

describe("StoppingWay", () => {
  it("goes on for the reaction time, then brakes with the deceleration, and lags", () => {
    const way = placesOf(stoppingWay(RESPONSE, 0.1).follow(moving(0.6), [0.6, 0, 0]));
    expect(way[0]).toEqual({ xM: 1, yM: 2, t: 0 });
    expect(way.slice(1, 5).map(({ xM, t }) => [xM, t])).toEqual(
      [1, 2, 3, 4].map((k) => [expect.closeTo(1 + 0.015 * k, 9), expect.closeTo(0.025 * k, 9)]),
    );
    const [d, tau] = [1.2, 0.1];
    expect(way.at(-1)!.xM).toBeCloseTo(1 + 0.6 * 0.1 + (0.6 ** 2 - (d * tau) ** 2) / (2 * d) + d * tau ** 2, 3);
    expect(new Set(way.map(({ yM }) => yM))).toEqual(new Set([2]));
  });

  it("obeys a command for no longer than the reaction time, however that divides into steps", () => {
    // Without lag, at 1 m/s² from rest: 1/2·r², then the speed r is braked away at 1.2 m/s².
    const r = 0.0625;
    const way = placesOf(stoppingWay({ ...RESPONSE, timeConstantS: 0 }, r).follow(moving(0), [1, 0, 0]));
    expect(way.slice(0, 4).map(({ t }) => t)).toEqual([0, 0.025, 0.05, r].map((t) => expect.closeTo(t, 12)));
    expect(way[3]!.xM).toBeCloseTo(1 + r ** 2 / 2, 9);
    expect(way.at(-1)!.xM).toBeCloseTo(1 + r ** 2 / 2 + r ** 2 / 2.4, 3);
  });

  it("coasts out in the direction in which the body then looks, sideways too", () => {
    const slow = placesOf(stoppingWay({ ...RESPONSE, sideways: true }, 0.02).follow(moving(0.02, 0, 0.01, Math.PI / 2), [0.02, 0.01, 0]));
    expect(slow).toHaveLength(3);
    expect(slow[2]!.xM).toBeCloseTo(1 - 0.01 * 0.12, 9);
    expect(slow[2]!.yM).toBeCloseTo(2 + 0.02 * 0.12, 9);
    expect(slow[2]!.t).toBeCloseTo(0.12, 9);
  });

  it("looks on at the body that rests, until just then", () => {
    const way = stoppingWay(RESPONSE, 0.1);
    const places = placesOf(way.follow(moving(0), [0, 0, 0], 0.26));
    expect(places.map(({ t }) => t)).toEqual([0, 0.025, 0.05, 0.075, 0.1, 0.2, 0.225, 0.25, 0.26].map((t) => expect.closeTo(t, 9)));
    expect(places.every(({ xM, yM }) => xM === 1 && yM === 2)).toBe(true);
    expect(way.restsS).toBe(0.26);
    expect(way.follow(moving(0), [0, 0, 0], 0.1).restsS).toBeCloseTo(0.2, 9);
  });

  it("tells nothing of the way before, and the same way again", () => {
    const way = stoppingWay(RESPONSE, 0.1);
    const first = placesOf(way.follow(moving(0.3, 1), [0.2, 0, -1]));
    way.follow(moving(0.6), [0.6, 0, 0], 3);
    expect(placesOf(way.follow(moving(0.3, 1), [0.2, 0, -1]))).toEqual(first);
  });

  it("gives up after 10 s", () => {
    expect(stoppingWay(RESPONSE, 0.1).follow(moving(100), [100, 0, 0]).restsS).toBeCloseTo(10.1, 9);
  });

  it("never leads farther than it says, and not far less than that", () => {
    const speed = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    const some = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({ vx: speed, vy: speed, w: some(-4, 4), cx: speed, cy: speed, cw: some(-4, 4) }),
        fc.record({ tau: some(0, 1), d: some(0.1, 4), a: some(0.1, 3), r: some(0.02, 0.5), sideways: fc.boolean() }),
        ({ vx, vy, w, cx, cy, cw }, { tau, d, a, r, sideways }) => {
          const response = { timeConstantS: tau, maxAccelerationMps2: a, maxDecelerationMps2: d, maxYawAccelerationRps2: 6, sideways };
          const way = stoppingWay(response, r);
          const from = moving(vx, w, vy);
          const reachM = way.reachM(from.twist, cx, cy);
          // It starts at (1, 2): places are rounded as numbers of that size are.
          for (const { xM, yM } of placesOf(way.follow(from, [cx, cy, cw])))
            expect(Math.hypot(xM - 1, yM - 2)).toBeLessThanOrEqual(reachM + 1e-12);
        },
      ),
      { numRuns: Number(process.env.REHEARSE_RUNS ?? 500) },
    );
    const way = stoppingWay(RESPONSE, 0.1);
    const { xM } = placesOf(way.follow(moving(-0.6), [-0.6, 0, 0])).at(-1)!;
    expect(way.reachM(moving(-0.6).twist, 0.1, 0)).toBeLessThan(1.4 * (1 - xM));
    // What is told counts as well as what is, on each axis.
    expect(way.reachM(moving(0.1, 0, 0.1).twist, -0.3, -0.2)).toBe(way.reachM(moving(-0.3, 0, 0.2).twist, 0.1, 0));
  });
});
