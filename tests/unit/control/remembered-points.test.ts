import { expect, test } from "vitest";
import { footprintEdgeOf } from "../../../src/control/footprint-edge.js";
import { Guard } from "../../../src/control/guard.js";
import { obstaclePointsOf } from "../../../src/control/obstacle-points.js";
import type { LaserScan } from "../../../src/core/sensors.js";
import { plausibleScan } from "../../../src/guardrails/rules/plausible-scan.js";
import { alone, MS, NOW_NS, ROOMS_ROBOT, scan, state, twist } from "../guardrails/robot.js";

const HERE = { xM: 0, yM: 0, yawRad: 0 };
const inf = Number.POSITIVE_INFINITY;

/** Four beams a quarter turn apart, the first one ahead. */
function seen(ms: number, ranges: readonly number[], rangeMinM = 0.05): LaserScan {
  const rangesM = Float32Array.from(ranges);
  return { stampNs: NOW_NS + BigInt(ms) * MS, angleMinRad: 0, angleIncrementRad: Math.PI / 2, rangeMinM, rangeMaxM: 6, rangesM };
}

/** All points after the scans of 0, 100, 200 … ms. */
function pointsAfter(...views: (readonly number[])[]): number[][] {
  let points = obstaclePointsOf(seen(0, views[0]!), HERE, HERE);
  for (const [k, view] of views.slice(1).entries()) points = obstaclePointsOf(seen(100 * (k + 1), view), HERE, HERE, points);
  return Array.from({ length: points.pointsM.length / 2 }, (_, i) => [points.pointsM[2 * i]!, points.pointsM[2 * i + 1]!]);
}

test("what returns nothing in every second scan is there all the same, for half a second", () => {
  const [pole, nothing] = [
    [1, inf, inf, inf],
    [inf, inf, inf, inf],
  ];
  expect(pointsAfter(pole!, nothing!)).toEqual([[1, 0]]);
  expect(pointsAfter(pole!, nothing!, pole!, nothing!)).toEqual([[1, 0]]);
  expect(pointsAfter(pole!, nothing!, nothing!, nothing!, nothing!, nothing!)).toEqual([[1, 0]]);
  expect(pointsAfter(pole!, nothing!, nothing!, nothing!, nothing!, nothing!, nothing!)).toEqual([]);
  expect(pointsAfter(pole!, [Number.NaN, inf, inf, inf])).toEqual([[1, 0]]);
});

test("where beams stop measuring, what stood there stays until one measures again", () => {
  const nan = Number.NaN;
  const [wall, lost, past] = [
    [1, inf, inf, inf],
    [nan, inf, inf, inf],
    [5, inf, inf, inf],
  ];
  const forLong = Array.from({ length: 50 }, () => lost!);
  expect(pointsAfter(wall!, ...forLong)).toEqual([[1, 0]]);
  expect(pointsAfter(wall!, ...forLong, past!, past!)).toEqual([[5, 0]]);
  expect(pointsAfter(wall!, ...forLong, ...Array.from({ length: 5 }, () => [inf, inf, inf, inf]))).toEqual([[1, 0]]);
  expect(pointsAfter(wall!, ...forLong, ...Array.from({ length: 6 }, () => [inf, inf, inf, inf]))).toEqual([]);
});

test("one beam of many that fails keeps nothing for longer than the others, nor does a sector keep what was seen to move", () => {
  const full = (ms: number, rangeOf: (i: number) => number): LaserScan => ({
    ...seen(
      ms,
      Array.from({ length: 120 }, (_, i) => rangeOf(i)),
    ),
    angleIncrementRad: Math.PI / 60,
  });
  const kept = (first: (i: number) => number, lost: (i: number) => boolean) => {
    let points = obstaclePointsOf(full(0, first), HERE, HERE);
    for (let k = 1; k < 20; k++)
      points = obstaclePointsOf(
        full(100 * k, (i) => (lost(i) ? Number.NaN : inf)),
        HERE,
        HERE,
        points,
      );
    return points.pointsM.length / 2;
  };
  const post = (i: number) => (i === 30 ? 1 : inf);
  expect(kept(post, (i) => i === 30)).toBe(0);
  expect(kept(post, (i) => i > 25 && i < 35)).toBe(1);
  const walker = (k: number) => (i: number) => (i >= 20 + 2 * k && i < 24 + 2 * k ? 1 : inf);
  let points = obstaclePointsOf(full(0, walker(0)), HERE, HERE);
  for (let k = 1; k < 9; k++) points = obstaclePointsOf(full(100 * k, walker(k)), HERE, HERE, points);
  expect(points.moving!.length).toBeGreaterThan(0);
  for (let k = 9; k < 25; k++)
    points = obstaclePointsOf(
      full(100 * k, (i) => (i > 15 && i < 55 ? Number.NaN : inf)),
      HERE,
      HERE,
      points,
    );
  expect(points.pointsM).toHaveLength(0);
});

test("what two scans in a row look past is gone, and what is seen again counts once", () => {
  const [pole, past] = [
    [1, inf, inf, inf],
    [5, inf, inf, inf],
  ];
  expect(pointsAfter(pole!, past!)).toEqual([
    [5, 0],
    [1, 0],
  ]);
  expect(pointsAfter(pole!, past!, past!)).toEqual([[5, 0]]);
  expect(pointsAfter(pole!, past!, pole!, past!)).toEqual([
    [5, 0],
    [1, 0],
  ]);
  expect(pointsAfter(pole!, pole!)).toEqual([[1, 0]]);
});

test("what is too close to measure begins at the footprint's edge", () => {
  const mount = { xM: 0.05, yM: 0, yawRad: 0 };
  const edgeM = footprintEdgeOf({ radiusM: 0.15 }, mount);
  const { pointsM } = obstaclePointsOf(seen(0, [-inf, inf, -inf, inf], 0.4), HERE, mount, undefined, edgeM);
  expect(pointsM).toHaveLength(16);
  expect(pointsM[0]).toBeCloseTo(0.15, 6);
  expect(pointsM[6]).toBeCloseTo(0.45, 6);
  expect(pointsM[8]).toBeCloseTo(-0.15, 6);
  expect(pointsM[14]).toBeCloseTo(-0.35, 6);
});

test("the edge of polygons is the farthest one along the beam", () => {
  const square = [
    [-0.3, -0.2],
    [0.3, -0.2],
    [0.3, 0.2],
    [-0.3, 0.2],
  ] as const;
  const edgeM = footprintEdgeOf({ radiusM: 0.4, polygonsM: [square] }, { xM: 0.1, yM: 0, yawRad: Math.PI / 2 });
  expect(edgeM(0)).toBeCloseTo(0.2, 9);
  expect(edgeM(-Math.PI / 2)).toBeCloseTo(0.2, 9);
  expect(edgeM(Math.PI / 2)).toBeCloseTo(0.4, 9);
});

test("a scan of another frame is refused by name; a prefix of tf is none", () => {
  const guard = new Guard(ROOMS_ROBOT, { nowNs: () => NOW_NS, steadyNs: () => NOW_NS });
  const named = (frameId: string, k: bigint) => ({ ...scan(1, NOW_NS + k), frameId });
  for (const [k, frame] of ["base_scan", "/base_scan", "robot1/base_scan"].entries())
    expect(() => guard.onScan(named(frame, BigInt(k)))).not.toThrow();
  for (const frame of ["rear_scan", "", "xbase_scan"]) {
    expect(() => guard.onScan(named(frame, 9n))).toThrow(expect.objectContaining({ code: "RH-SCAN-FRAME" }));
  }
});

test("a scanner that sees nothing at all is a dead one, unless the robot file says otherwise", () => {
  const { openSpace: _, ...scanner } = ROOMS_ROBOT.scanner!;
  const indoors = alone(plausibleScan, { ...ROOMS_ROBOT, scanner });
  const at = (ms: number, wallM?: number) => state({ scan: scan(wallM, NOW_NS + BigInt(ms) * MS) });
  expect(indoors.check(twist(0.1), at(0))?.violation.id).toBe("scan.empty");
  expect(indoors.check(twist(0.1), at(100, 1))).toBeUndefined();
  expect(indoors.check(twist(0.1), at(300))).toBeUndefined();
  expect(indoors.check(twist(0.1), at(500))?.violation).toMatchObject({ id: "scan.empty", value: 0.4 });
  expect(alone(plausibleScan).check(twist(0.1), at(0))).toBeUndefined();
});
