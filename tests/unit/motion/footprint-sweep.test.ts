import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Polygon } from "../../../src/core/robot-description.js";
import type { PosedPath } from "../../../src/math/points.js";
import { FootprintSweep } from "../../../src/motion/footprint-sweep.js";
import { ObstacleSweep } from "../../../src/motion/obstacle-sweep.js";
import { PointGroups } from "../../../src/motion/point-groups.js";

const CART: Polygon = [
  [0.5, 0.2],
  [-0.3, 0.2],
  [-0.3, -0.2],
  [0.5, -0.2],
];
/** An L. */
const HOOK: readonly Polygon[] = [
  [
    [0.4, 0.1],
    [-0.4, 0.1],
    [-0.4, -0.1],
    [0.4, -0.1],
  ],
  [
    [0.4, 0.5],
    [0.2, 0.5],
    [0.2, 0],
    [0.4, 0],
  ],
];
const LIMITS = { farM: 0.06, floorM: 0.0125, velocityErrorMps: 0.1 };

/** Places 25 ms apart, at speeds and yaw rates that change as a body's do. */
const path = fc
  .record({
    start: fc.tuple(fc.double({ min: -0.3, max: 0.3, noNaN: true }), fc.double({ min: -0.3, max: 0.3, noNaN: true })),
    yaw: fc.double({ min: -3, max: 3, noNaN: true }),
    speed: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    turn: fc.double({ min: -4, max: 4, noNaN: true }),
    count: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ start, yaw, speed, turn, count }): PosedPath => {
    let [x, y, yawRad] = [...start, yaw];
    const [path, yawsRad, timesS]: number[][] = [[], [], []];
    for (let i = 0; i < count; i++) {
      path!.push(x, y);
      yawsRad!.push(yawRad);
      timesS!.push(0.025 * i);
      const left = 1 - i / 30;
      x += speed * left * 0.025 * Math.cos(yawRad);
      y += speed * left * 0.025 * Math.sin(yawRad);
      yawRad += turn * left * 0.025;
    }
    return { path: path!, yawsRad: yawsRad!, timesS: timesS!, count };
  });
const coordinate = fc.double({ min: -1.2, max: 1.2, noNaN: true });
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 20 });
const body = fc.constantFrom([CART], HOOK);

/** The least distance at 40 poses between any two places. */
function dense(
  polygonsM: readonly Polygon[],
  { path, yawsRad, timesS, count }: PosedPath,
  at: (timeS: number) => readonly [number, number, number],
) {
  const { polygons } = new FootprintSweep(polygonsM);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < (i < count - 1 ? 40 : 1); k++) {
      const mix = (of: readonly number[], a: number, b: number) => of[a]! + (k > 0 ? ((of[b]! - of[a]!) * k) / 40 : 0);
      const [x, y, yaw] = [mix(path, 2 * i, 2 * i + 2), mix(path, 2 * i + 1, 2 * i + 3), mix(yawsRad, i, i + 1)];
      const [px, py, lessM] = at(mix(timesS, i, i + 1));
      const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
      least = Math.min(least, polygons.distance((px - x) * cos + (py - y) * sin, (py - y) * cos - (px - x) * sin) - lessM);
    }
  }
  return least;
}

describe("a footprint of polygons, swept along a path", () => {
  const stampNs = 0n;

  test("comes as near to standing points as a dense sampling of the path says, as long as it keeps a distance", () => {
    fc.assert(
      fc.property(body, path, points, (polygonsM, swept, at) => {
        const sweep = new ObstacleSweep(new FootprintSweep(polygonsM), LIMITS).among({ stampNs, pointsM: Float32Array.from(at.flat()) }, 0);
        const each = at.map(([x, y]) => dense(polygonsM, swept, () => [Math.fround(x), Math.fround(y), 0]));
        const least = Math.min(LIMITS.farM, ...each);
        if (least > 0.02) expect(Math.abs(sweep.least(swept) - least)).toBeLessThan(0.001);
        else expect(sweep.least(swept)).toBeLessThan(0.0225);
        // How deep it overlaps is known less well than whether it does.
        const knownM = least > 0.02 ? 0.001 : 0.01;
        expect(Math.abs(sweep.each(swept).reduce((a, b) => Math.min(a, b)) - sweep.least(swept))).toBeLessThan(knownM);
      }),
      { numRuns: 400 },
    );
  });

  test("says that a distance is kept exactly when it is", () => {
    fc.assert(
      fc.property(body, path, points, (polygonsM, swept, at) => {
        const sweep = new ObstacleSweep(new FootprintSweep(polygonsM), LIMITS).among({ stampNs, pointsM: Float32Array.from(at.flat()) }, 0);
        const least = Math.min(...at.map(([x, y]) => dense(polygonsM, swept, () => [Math.fround(x), Math.fround(y), 0])));
        if (Math.abs(least - 0.05) < 0.001) return;
        expect(sweep.least(swept, 0.05) >= 0.05).toBe(least >= 0.05);
      }),
      { numRuns: 400 },
    );
  });

  test("of what is far enough only the nearest matters; of what is too near each is known", () => {
    fc.assert(
      fc.property(body, path, points, (polygonsM, swept, at) => {
        const sweep = new ObstacleSweep(new FootprintSweep(polygonsM), LIMITS).among({ stampNs, pointsM: Float32Array.from(at.flat()) }, 0);
        const groups = new PointGroups(Float32Array.from(at.flat()));
        for (const [group, distance] of sweep.each(swept).entries()) {
          const members = at.slice(groups.begin(group), groups.end(group));
          const truly = Math.min(...members.map(([x, y]) => dense(polygonsM, swept, () => [Math.fround(x), Math.fround(y), 0])));
          expect(distance).toBeLessThan(LIMITS.farM + 1e-9);
          if (truly > LIMITS.floorM + 0.005) expect(distance).toBeGreaterThanOrEqual(LIMITS.floorM);
          else if (truly < LIMITS.floorM - 0.005) expect(distance).toBeLessThan(LIMITS.floorM + 0.01);
        }
      }),
    );
  });

  test("meets moving points where they will be", () => {
    const velocity = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(body, path, fc.tuple(coordinate, coordinate), fc.tuple(velocity, velocity), (polygonsM, swept, [x, y], [vx, vy]) => {
        const numbers = Float32Array.of(x, y, vx, vy);
        const sweep = new ObstacleSweep(new FootprintSweep(polygonsM), LIMITS);
        const found = sweep.among({ stampNs, pointsM: new Float32Array(0), moving: numbers }, 0.1).least(swept);
        const truly = dense(polygonsM, swept, (timeS) => {
          const t = 0.1 + timeS;
          return [numbers[0]! + numbers[2]! * t, numbers[1]! + numbers[3]! * t, 0.1 * t];
        });
        if (truly > 0.02) expect(Math.abs(found - Math.min(LIMITS.farM, truly))).toBeLessThan(0.0015);
        else expect(found).toBeLessThan(0.0225);
      }),
      { numRuns: 300 },
    );
  });

  test("NaN is never far", () => {
    const sweep = new ObstacleSweep(new FootprintSweep([CART]), LIMITS);
    const standing: PosedPath = { path: [0, 0], yawsRad: [0], timesS: [0], count: 1 };
    expect(sweep.among({ stampNs, pointsM: Float32Array.of(2, 2, Number.NaN, 0) }, 0).least(standing, 0.05) >= 0.05).toBe(false);
  });
});
