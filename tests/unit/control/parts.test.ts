import { describe, expect, it } from "vitest";
import { arrives } from "../../../src/control/arrival.js";
import { BodyBuffer } from "../../../src/control/body-buffer.js";
import { CommandHistory } from "../../../src/control/command-history.js";
import { freshness } from "../../../src/control/freshness.js";
import { obstaclePointsOf } from "../../../src/control/obstacle-points.js";
import { PlanBuffer } from "../../../src/control/plan-buffer.js";
import type { JointState, Odometry } from "../../../src/core/body.js";
import { driveStep } from "../../../src/motion/differential-drive.js";
import { plan } from "./plan.js";

const MS = 1_000_000n;
const odometry = (stampMs: number, xM: number, yM: number, yawRad: number, vxMps = 0, yawRateRps = 0): Odometry => ({
  stampNs: BigInt(stampMs) * MS,
  odomFromBase: { xM, yM, yawRad },
  twistInBase: { vxMps, vyMps: 0, yawRateRps },
});

describe("freshness", () => {
  it.each([
    [undefined, "missing"],
    [1000n * MS, "fresh"],
    [800n * MS, "fresh"],
    [799n * MS, "stale"],
    [1050n * MS, "fresh"],
    [1051n * MS, "future"],
  ])("of %s ns at 1 s with 200 ms allowed: %s", (stamp, expected) => expect(freshness(stamp, 1000n * MS, 200n * MS)).toBe(expected));
});

describe("BodyBuffer", () => {
  it("interpolates, the short way round for yaw", () => {
    const buffer = new BodyBuffer<Odometry>();
    buffer.push(odometry(0, 0, 0, 3.1));
    buffer.push(odometry(100, 1, 2, -3.1));
    const at = buffer.at(50n * MS)!;
    expect(at.odomFromBase.xM).toBeCloseTo(0.5, 12);
    expect(at.odomFromBase.yM).toBeCloseTo(1, 12);
    expect(at.odomFromBase.yawRad).toBeCloseTo(Math.PI, 6);
  });

  it("carries the newest sample on along its arc for 100 ms and no longer", () => {
    const buffer = new BodyBuffer<Odometry>();
    buffer.push(odometry(0, 0, 0, 0, 0.5, 0));
    expect(buffer.at(100n * MS)!.odomFromBase.xM).toBeCloseTo(0.05, 12);
    expect(buffer.at(101n * MS)).toBeUndefined();
    expect(buffer.at(-1n)).toBeUndefined();
  });

  it("forgets the past when time is set back, drops what is merely late", () => {
    const buffer = new BodyBuffer<Odometry>();
    buffer.push(odometry(5000, 1, 0, 0));
    expect(buffer.push(odometry(4900, 9, 9, 0))).toBe("late");
    expect(buffer.newest!.odomFromBase.xM).toBe(1);
    expect(buffer.push(odometry(1000, 2, 0, 0))).toBe("jumped-back");
    expect(buffer.newest!.stampNs).toBe(1000n * MS);
    expect(buffer.at(4900n * MS)).toBeUndefined();
  });

  it("places joints between two states, and carries them on with their own velocities", () => {
    const buffer = new BodyBuffer<JointState>();
    buffer.push({ stampNs: 0n, positionsRad: [1, -1], velocitiesRps: [0, 2] });
    buffer.push({ stampNs: 100n * MS, positionsRad: [2, -0.8], velocitiesRps: [0.5, 1] });
    expect(buffer.at(25n * MS)).toEqual({ stampNs: 25n * MS, positionsRad: [1.25, -0.95], velocitiesRps: [0.125, 1.75] });
    const [shoulder, wrist] = buffer.at(200n * MS)!.positionsRad;
    expect(shoulder).toBeCloseTo(2.05, 12);
    expect(wrist).toBeCloseTo(-0.7, 12);
    expect(buffer.at(201n * MS)).toBeUndefined();
  });
});

describe("obstaclePointsOf", () => {
  it("puts hits where they are in the odometry frame and leaves out what hit nothing", () => {
    const scan = {
      stampNs: 7n,
      angleMinRad: -Math.PI / 2,
      angleIncrementRad: Math.PI / 2,
      rangeMinM: 0.1,
      rangeMaxM: 5,
      rangesM: Float32Array.of(2, 1, Number.POSITIVE_INFINITY, Number.NaN),
    };
    // Body at (1, 1) looking along +y; the scanner 0.5 m ahead of its centre.
    const { pointsM } = obstaclePointsOf(scan, { xM: 1, yM: 1, yawRad: Math.PI / 2 }, { xM: 0.5, yM: 0, yawRad: 0 });
    expect([...pointsM].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([3, 1.5, 1, 2.5]);
  });
});

describe("CommandHistory", () => {
  it("holds each command until the next, and rest before the first", () => {
    const history = new CommandHistory([0]);
    expect(history.at(5n)).toEqual([0]);
    history.record(10n, [1]);
    history.record(20n, [2]);
    expect([9n, 10n, 19n, 20n, 99n].map((t) => history.at(t)[0])).toEqual([0, 1, 1, 2, 2]);
  });

  it("starts anew when time is set back", () => {
    const history = new CommandHistory([0]);
    history.record(100n, [1]);
    history.record(50n, [2]);
    expect(history.at(100n)).toEqual([2]);
    expect(history.at(49n)).toEqual([0]);
  });
});

describe("PlanBuffer", () => {
  it("plays the action of now, whenever the plan came", () => {
    const buffer = new PlanBuffer(1000n * MS);
    buffer.offer(plan({ startNs: 1000n * MS, stepNs: 200n * MS, actions: [[0.1], [0.2], [0.3]] }));
    const at = (ms: bigint) => buffer.actionAt(ms * MS)?.map((v) => Math.round(v * 10) / 10);
    expect(at(999n)).toBeUndefined();
    expect(at(1000n)).toEqual([0.1]);
    expect(at(1199n)).toEqual([0.1]);
    expect(at(1200n)).toEqual([0.2]);
    expect(at(1599n)).toEqual([0.3]);
    expect(at(1600n)).toBeUndefined();
  });

  it("expires by the age of the frame, even if the horizon is longer", () => {
    const buffer = new PlanBuffer(300n * MS);
    buffer.offer(plan({ startNs: 0n, stepNs: 200n * MS, actions: [[0], [0], [0]] }));
    expect(buffer.actionAt(300n * MS)).toBeDefined();
    expect(buffer.actionAt(301n * MS)).toBeUndefined();
  });

  it("never goes back to an older frame of the same goal, but takes any plan of another goal", () => {
    const buffer = new PlanBuffer(1000n * MS);
    expect(buffer.offer(plan({ startNs: 200n, goalId: 1 }))).toBe(true);
    expect(buffer.offer(plan({ startNs: 100n, goalId: 1 }))).toBe(false);
    expect(buffer.offer(plan({ startNs: 100n, goalId: 2 }))).toBe(true);
  });
});

describe("arrives", () => {
  const tolerance = { positionM: 0.1, yawRad: 0.2, decelerationMps2: 1.2 };

  it("judges the place where the body comes to rest, and that is where it really does", () => {
    const response = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };
    let state = { pose: { xM: 0, yM: 0, yawRad: 0.4 }, twist: { vxMps: 0.6, vyMps: 0, yawRateRps: 0 } };
    const start = { stampNs: 0n, odomFromBase: state.pose, twistInBase: state.twist };
    for (let i = 0; i < 100; i++) state = driveStep(state, { vxMps: 0, yawRateRps: 0 }, 0.05, response);
    // The lag adds a little to v²/2a: it must stay well inside the tolerance.
    expect(arrives(start, state.pose, { ...tolerance, positionM: 0.04 })).toBe(true);
    expect(arrives(start, start.odomFromBase, tolerance)).toBe(false);
  });

  it("counts going sideways, and what a body with a long lag rolls on", () => {
    const sideways = { stampNs: 0n, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: -0.45, yawRateRps: 0 } };
    const lagging = { positionM: 0.01, yawRad: 0.2, decelerationMps2: 3, timeConstantS: 0.3 };
    expect(arrives(sideways, { xM: 0, yM: -0.135 }, lagging)).toBe(true);
    expect(arrives(sideways, { xM: 0, yM: 0 }, lagging)).toBe(false);
    expect(arrives(sideways, { xM: -0.135, yM: 0 }, lagging)).toBe(false);
  });

  it("asks for the heading only when the goal has one, the short way round", () => {
    expect(arrives(odometry(0, 0, 0, 3.1), { xM: 0.05, yM: 0 }, tolerance)).toBe(true);
    expect(arrives(odometry(0, 0, 0, 3.1), { xM: 0.05, yM: 0, yawRad: 0 }, tolerance)).toBe(false);
    expect(arrives(odometry(0, 0, 0, 3.1), { xM: 0.05, yM: 0, yawRad: -3.1 }, tolerance)).toBe(true);
  });

  it("is false for NaN", () => {
    expect(arrives(odometry(0, Number.NaN, 0, 0), { xM: 0, yM: 0 }, tolerance)).toBe(false);
  });
});
