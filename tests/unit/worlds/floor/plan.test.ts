import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceToSurfaceM, isDiscFree, isDiscPathFree, type Point, rayEntry } from "../../../../src/worlds/floor/plan.js";
import { roomsMap } from "../../../../src/worlds/rooms/map.js";

/** Even over the range in steps of a thousandth; `fc.double` would be even over exponents, so nearly always close to 0. */
const within = (limit: number) => fc.integer({ min: -1000 * limit, max: 1000 * limit }).map((n) => n / 1000);

const map = roomsMap(0);
const coordinate = within(1.85);

describe("roomsMap", () => {
  it("leaves a door of 0.8 m in a wall of 0.2 m", () => {
    expect(roomsMap(0.5).walls).toEqual([
      { minXM: -0.1, maxXM: 0.1, minYM: -2, maxYM: 0.09999999999999998 },
      { minXM: -0.1, maxXM: 0.1, minYM: 0.9, maxYM: 2 },
    ]);
  });

  it("refuses a door that does not fit", () => {
    for (const y of [1.6, -1.7, Number.NaN]) expect(() => roomsMap(y)).toThrow(expect.objectContaining({ code: "RH-WORLD-DOOR" }));
  });
});

describe("distanceToSurfaceM", () => {
  it.each([
    [-1, 0, Math.hypot(0.9, 0.4)],
    [-1, 1, 0.9],
    [1.7, 0, 0.3],
    [0, 0, 0.4],
    [0, 1, 0],
    [-3, 0, -1],
  ])("at (%d, %d) is %d", (x, y, expected) => {
    expect(distanceToSurfaceM(map, x, y)).toBeCloseTo(expected, 12);
  });

  it("says no to NaN", () => {
    expect(isDiscFree(map, Number.NaN, 0, 0.1)).toBe(false);
    expect(isDiscFree(map, 1, Number.NaN, 0.1)).toBe(false);
  });
});

describe("isDiscWayFree", () => {
  it("agrees with the disc set down every millimetre on the way", () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x0, y0, x1, y1) => {
        const from: Point = { xM: x0, yM: y0 };
        const to: Point = { xM: x1, yM: y1 };
        fc.pre(isDiscFree(map, x0, y0, 0.15) && isDiscFree(map, x1, y1, 0.15));
        const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 0.001);
        let closest = Number.POSITIVE_INFINITY;
        for (let i = 0; i <= steps; i++)
          closest = Math.min(closest, distanceToSurfaceM(map, x0 + (x1 - x0) * (i / (steps || 1)), y0 + (y1 - y0) * (i / (steps || 1))));
        // Between two samples the distance can be 0.5 mm less.
        if (closest < 0.1499) expect(isDiscPathFree(map, from, to, 0.15)).toBe(false);
        if (closest > 0.1506) expect(isDiscPathFree(map, from, to, 0.15)).toBe(true);
      }),
    );
  });
});

describe("rayEntry", () => {
  const box = { minXM: 1, maxXM: 2, minYM: -1, maxYM: 1 };
  it.each([
    [0, 0, 1, 0, 1],
    [0, 0, -1, 0, Number.POSITIVE_INFINITY],
    [1.5, 0, 1, 0, 0],
    [1.5, -3, 0, 2, 1],
    [0, -3, 0, 1, Number.POSITIVE_INFINITY],
    [0, 0, 1, 2, Number.POSITIVE_INFINITY],
    [0, 2, 1, 0, Number.POSITIVE_INFINITY],
  ])("from (%d, %d) towards (%d, %d): %d", (x, y, dx, dy, t) => {
    expect(rayEntry(x, y, dx, dy, box)).toBe(t);
  });
});
