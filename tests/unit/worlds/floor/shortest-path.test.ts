import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceToSurfaceM, isDiscFree, type Point } from "../../../../src/worlds/floor/plan.js";
import { shortestPath } from "../../../../src/worlds/floor/shortest-path.js";
import { type RoomsMap, roomsMap } from "../../../../src/worlds/rooms/map.js";

/** Even over the range in steps of a thousandth; `fc.double` would be even over exponents, so nearly always close to 0. */
const within = (limit: number) => fc.integer({ min: -1000 * limit, max: 1000 * limit }).map((n) => n / 1000);

const R = 0.15;
const map = roomsMap(0);
const at = (xM: number, yM: number): Point => ({ xM, yM });
const length = (m: RoomsMap, from: Point, to: Point) => shortestPath(m, from, to, R)?.lengthM;
const coordinate = within(1.85);

describe("shortestPath", () => {
  it("is the straight line where nothing is in the way", () => {
    expect(length(map, at(-1, -1), at(-0.5, 1))).toBeCloseTo(Math.hypot(0.5, 2), 12);
    expect(length(map, at(-1, 0), at(1, 0))).toBe(2);
    expect(length(map, at(1, 1), at(1, 1))).toBe(0);
  });

  it("bends around one post: line, arc, line over the sill, arc, line", () => {
    // From (-1, -1) to the corner (-0.1, -0.4): a right triangle with the radius as one side.
    const distance = Math.hypot(0.9, 0.6);
    const line = Math.sqrt(distance ** 2 - R ** 2);
    const heading = Math.atan2(0.6, 0.9) + Math.asin(R / distance);
    const expected = 2 * (line + R * heading) + 0.2;
    expect(length(map, at(-1, -1), at(1, -1))).toBeCloseTo(expected, 9);
    expect(expected).toBeCloseTo(2.56057, 4);
  });

  it("bends around both posts in an S", () => {
    // Symmetric about the door's centre, where the line between the two arcs passes.
    const distance = Math.hypot(0.4, 1.4);
    const line = Math.sqrt(distance ** 2 - R ** 2);
    const first = Math.atan2(1.4, 0.4) + Math.asin(R / distance);
    const toCentre = Math.hypot(0.1, 0.4);
    const second = Math.atan2(0.4, 0.1) - Math.asin(R / toCentre);
    const expected = 2 * (line + R * (first - second) + Math.sqrt(toCentre ** 2 - R ** 2));
    expect(length(map, at(-0.5, -1.8), at(0.5, 1.8))).toBeCloseTo(expected, 9);
  });

  it("does not exist to or from where the disc cannot be", () => {
    expect(length(map, at(-1, 0), at(0, 1))).toBeUndefined();
    expect(length(map, at(-1.9, 0), at(1, 0))).toBeUndefined();
    expect(length(map, at(-1, 0), at(Number.NaN, 0))).toBeUndefined();
    expect(shortestPath(map, at(-1, 0), at(1, 0), 0.41)).toBeUndefined();
  });

  it("joins any two free places by a free polyline of its own length, the same both ways, never shorter than the straight line", () => {
    fc.assert(
      fc.property(within(1.5), coordinate, coordinate, coordinate, coordinate, (doorY, x0, y0, x1, y1) => {
        const m = roomsMap(doorY);
        fc.pre(isDiscFree(m, x0, y0, R) && isDiscFree(m, x1, y1, R));
        const path = shortestPath(m, at(x0, y0), at(x1, y1), R);
        expect(path).toBeDefined();
        const { lengthM, points } = path!;
        expect(points[0]).toEqual(at(x0, y0));
        expect(points.at(-1)).toEqual(at(x1, y1));
        expect(lengthM).toBeGreaterThanOrEqual(Math.hypot(x1 - x0, y1 - y0) - 1e-9);
        expect(length(m, at(x1, y1), at(x0, y0))).toBeCloseTo(lengthM, 9);
        let walked = 0;
        for (let i = 1; i < points.length; i++) {
          const [a, b] = [points[i - 1]!, points[i]!];
          walked += Math.hypot(b.xM - a.xM, b.yM - a.yM);
          for (let s = 0; s <= 20; s++) {
            const distance = distanceToSurfaceM(m, a.xM + ((b.xM - a.xM) * s) / 20, a.yM + ((b.yM - a.yM) * s) / 20);
            // A chord of 0.1 rad cuts 0.2 mm off its arc.
            expect(distance).toBeGreaterThan(R - 0.0003);
          }
        }
        expect(walked).toBeLessThanOrEqual(lengthM + 1e-9);
        expect(walked).toBeGreaterThan(lengthM - 0.001);
      }),
      { numRuns: 500 },
    );
  });

  it("exists from every place in contact with a post", () => {
    for (let degrees = 0; degrees <= 90; degrees++) {
      const angle = (degrees * Math.PI) / 180;
      const from = at(-0.1 - R * Math.cos(angle), -0.4 + R * Math.sin(angle));
      if (!isDiscFree(map, from.xM, from.yM, R)) continue;
      for (const to of [at(1, -1), at(1, 1), at(-1, -1), at(-0.3, 1.8)]) expect(length(map, from, to)).toBeGreaterThan(0);
    }
  });

  it("agrees within 1 cm with Dijkstra over points around the posts", () => {
    for (const doorY of [0, 0.7, -1.3]) {
      const m = roomsMap(doorY);
      const graph = pointsAround(m);
      fc.assert(
        fc.property(coordinate, coordinate, coordinate, coordinate, (x0, y0, x1, y1) => {
          fc.pre(isDiscFree(m, x0, y0, R) && isDiscFree(m, x1, y1, R));
          const expected = dijkstra(m, [at(x0, y0), at(x1, y1), ...graph]);
          expect(Math.abs(length(m, at(x0, y0), at(x1, y1))! - expected)).toBeLessThan(0.01);
        }),
        { numRuns: 15, seed: 5 },
      );
    }
  });
});

function pointsAround(m: RoomsMap): Point[] {
  const points: Point[] = [];
  for (const x of [-0.1, 0.1]) {
    for (const [y, up] of [
      [m.walls[0].maxYM, 1],
      [m.walls[1].minYM, -1],
    ] as const) {
      for (let i = 0; i <= 12; i++) {
        const angle = (i / 12) * (Math.PI / 2);
        points.push(at(x + Math.sign(x) * R * Math.cos(angle), y + up * R * Math.sin(angle)));
      }
    }
  }
  return points.filter((p) => Math.abs(p.yM) <= 2 - R);
}

/** From the first node to the second, over every pair that a disc can drive straight between (looked at every centimetre). */
function dijkstra(m: RoomsMap, nodes: readonly Point[]): number {
  const best = nodes.map(() => Number.POSITIVE_INFINITY);
  const done = nodes.map(() => false);
  best[0] = 0;
  for (;;) {
    let node = -1;
    for (let i = 0; i < nodes.length; i++) if (!done[i] && best[i]! < (best[node] ?? Number.POSITIVE_INFINITY)) node = i;
    if (node === 1 || node < 0) return best[1]!;
    done[node] = true;
    const a = nodes[node]!;
    nodes.forEach((b, i) => {
      const distance = Math.hypot(b.xM - a.xM, b.yM - a.yM);
      if (done[i] || best[node]! + distance >= best[i]!) return;
      const steps = Math.ceil(distance / 0.01);
      for (let s = 1; s < steps; s++) {
        // Chords of the arcs cut up to 0.4 mm off.
        if (distanceToSurfaceM(m, a.xM + ((b.xM - a.xM) * s) / steps, a.yM + ((b.yM - a.yM) * s) / steps) < R - 0.0005) return;
      }
      best[i] = best[node]! + distance;
    });
  }
}
