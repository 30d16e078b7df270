import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MOTION_SIZE } from "../../../src/core/motion.js";
import { ConvexPolygons } from "../../../src/math/convex-polygons.js";
import { tensor } from "../../../src/math/tensor.js";
import { coveringDiscs } from "../../../src/motion/covering-discs.js";
import { DistanceField } from "../../../src/motion/distance-field.js";
import { polygonClearanceAhead } from "../../../src/motion/polygon-clearance-ahead.js";

const CART: [number, number][] = [
  [0.5, 0.2],
  [-0.3, 0.2],
  [-0.3, -0.2],
  [0.5, -0.2],
];
const TRIANGLE: [number, number][] = [
  [0.6, 0],
  [-0.2, 0.3],
  [-0.2, -0.3],
];
const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 60 });

test("a distance field says what the nearest point's distance is, to 4 mm beyond 0.15 m", () => {
  fc.assert(
    fc.property(points, coordinate, coordinate, (at, x, y) => {
      const field = new DistanceField(Float32Array.from(at.flat()), { minXM: -1, minYM: -1, maxXM: 1, maxYM: 1 }, 2);
      const truly = Math.min(...at.map(([px, py]) => Math.hypot(px - x, py - y)));
      const tolerance = truly > 0.15 ? 0.004 : 0.03;
      expect(Math.abs(field.distance(x, y) - Math.min(2, truly))).toBeLessThan(tolerance);
    }),
    { numRuns: 500 },
  );
});

test("of no points every distance is the most that matters", () => {
  expect(new DistanceField(new Float32Array(0), { minXM: 0, minYM: 0, maxXM: 1, maxYM: 1 }, 0.7).distance(0.5, 3)).toBeCloseTo(0.7, 6);
});

test.each([
  ["a rectangle", CART, 0.0251],
  ["a triangle", TRIANGLE, 0.05],
])("discs cover all of %s, and not much more", (_, polygon, beyondM) => {
  const discs = coveringDiscs([polygon]);
  const body = new ConvexPolygons([polygon]);
  fc.assert(
    fc.property(coordinate, coordinate, (x, y) => {
      const distances = Array.from(
        { length: discs.length / 3 },
        (_, k) => Math.hypot(x - discs[3 * k]!, y - discs[3 * k + 1]!) - discs[3 * k + 2]!,
      );
      const covered = Math.min(...distances);
      const truly = body.distance(x, y);
      if (truly <= 0) expect(covered).toBeLessThanOrEqual(1e-9);
      expect(covered).toBeLessThanOrEqual(Math.max(0, truly) + 1e-9);
      if (truly > 0) expect(covered).toBeGreaterThanOrEqual(truly - beyondM);
    }),
    { numRuns: 1000 },
  );
});

describe("the clearance of predicted motion", () => {
  const periodS = 0.05;
  const still = { timeS: () => 0, turnS: () => 0 };
  const ahead = { timeS: (speed: number) => 0.1 + speed / 2.4, turnS: (rate: number) => 0.1 + Math.abs(rate) / 12 };

  /** One sample that stands, turns or drives. */
  function motion(rows: readonly (readonly [x: number, y: number, yaw: number, v: number, turn: number])[]) {
    return tensor(Float32Array.from(rows.flatMap(([x, y, yaw, v, turn]) => [x, y, yaw, v, 0, turn])), [1, rows.length, MOTION_SIZE]);
  }

  test("of a body that stands is its distance, less what the discs reach beyond it", () => {
    fc.assert(
      fc.property(points, coordinate, coordinate, fc.double({ min: -3, max: 3, noNaN: true }), (at, x, y, yaw) => {
        const obstacles = { stampNs: 0n, pointsM: Float32Array.from(at.flat()) };
        const { startM, leastM } = polygonClearanceAhead([CART], still, 0.3)(motion([[x, y, yaw, 0, 0]]), obstacles, periodS);
        const body = new ConvexPolygons([CART]);
        const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
        const truly = Math.min(
          0.3,
          ...at.map(([px, py]) => body.distance((px - x) * cos + (py - y) * sin, (py - y) * cos - (px - x) * sin)),
        );
        expect(leastM[0]!).toBeCloseTo(Math.min(0.3, startM), 5);
        if (truly <= 0) {
          expect(leastM[0]).toBeLessThan(0.03);
          return;
        }
        expect(leastM[0]).toBeLessThan(truly + 0.005);
        expect(leastM[0]).toBeGreaterThan(truly - 0.03);
      }),
      { numRuns: 300 },
    );
  });

  test("counts the sweep of a turn and of braking, of moving things too", () => {
    const clearance = polygonClearanceAhead([CART], ahead, 0.3);
    const at = (x: number, y: number) => ({ stampNs: 0n, pointsM: Float32Array.of(x, y) });
    const turning = (rate: number) => clearance(motion([[0, 0, 0, 0, rate]]), at(0.4, 0.33), periodS).leastM[0]!;
    expect(turning(0)).toBeCloseTo(0.12, 1);
    expect(turning(2)).toBeLessThan(0.06);
    const driving = (v: number) => clearance(motion([[0, 0, 0, v, 0]]), at(0.7, 0), periodS).leastM[0]!;
    expect(driving(0)).toBeGreaterThan(0.17);
    expect(driving(0.6)).toBeLessThan(0.02);
    const standing = Array.from({ length: 10 }, () => [0, 0, 0, 0, 0] as const);
    const moving = { stampNs: 0n, pointsM: new Float32Array(0), moving: Float32Array.of(1, 0, -0.6, 0) };
    expect(clearance(motion(standing), moving, periodS).leastM[0]!).toBeCloseTo(0.19, 1);
  });
});
