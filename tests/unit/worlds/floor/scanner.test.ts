import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceToSurfaceM, isDiscFree } from "../../../../src/worlds/floor/plan.js";
import { castRay, castScan, SCAN_BEAMS } from "../../../../src/worlds/floor/scanner.js";
import { roomsMap } from "../../../../src/worlds/rooms/map.js";

/** Even over the range in steps of a thousandth; `fc.double` would be even over exponents, so nearly always close to 0. */
const within = (limit: number) => fc.integer({ min: -1000 * limit, max: 1000 * limit }).map((n) => n / 1000);

const map = roomsMap(0);
/** Beam of a heading relative to the body, degrees. */
const beam = (degrees: number) => (degrees + 180) / 3;

describe("castScan", () => {
  it("measures walls, border and corners", () => {
    const ranges = castScan(map, { xM: -1, yM: -1, yawRad: 0 });
    expect(ranges).toHaveLength(SCAN_BEAMS);
    expect(ranges[beam(0)]).toBeCloseTo(0.9, 6);
    expect(ranges[beam(-180)]).toBeCloseTo(1, 6);
    expect(ranges[beam(-90)]).toBeCloseTo(1, 6);
    expect(ranges[beam(90)]).toBeCloseTo(3, 6);
    expect(ranges[beam(-135)]).toBeCloseTo(Math.SQRT2, 6);
    // Past the lower post, through the door, to the far border's top.
    expect(ranges[beam(45)]).toBeCloseTo(Math.SQRT2 * 3, 6);
  });

  it("looks through the door, past its posts", () => {
    const ranges = castScan(map, { xM: -1, yM: 0, yawRad: 0 });
    expect(ranges[beam(0)]).toBeCloseTo(3, 6);
    // At 21° the beam would pass the near edge of the post (y = 0.345) and hit the face of the door (y = 0.4).
    expect(ranges[beam(21)]).toBeCloseTo(0.4 / Math.sin((21 * Math.PI) / 180), 5);
    expect(ranges[beam(30)]).toBeCloseTo(0.9 / Math.cos(Math.PI / 6), 6);
    expect(ranges[beam(18)]).toBeCloseTo(3 / Math.cos((18 * Math.PI) / 180), 5);
  });

  it("turns with the body", () => {
    const still = castScan(map, { xM: -1.2, yM: 0.3, yawRad: 0 });
    const turned = castScan(map, { xM: -1.2, yM: 0.3, yawRad: Math.PI / 2 });
    for (let i = 0; i < SCAN_BEAMS; i++) expect(turned[i]).toBeCloseTo(still[(i + 30) % SCAN_BEAMS]!, 5);
  });

  it("agrees with walking along the ray by the distance to the nearest surface", () => {
    const coordinate = within(1.85);
    fc.assert(
      fc.property(coordinate, coordinate, within(4), (x, y, heading) => {
        fc.pre(isDiscFree(map, x, y, 0.05));
        let walked = 0;
        for (let i = 0; i < 2000; i++) {
          const d = distanceToSurfaceM(map, x + walked * Math.cos(heading), y + walked * Math.sin(heading));
          if (d < 1e-7) break;
          walked += d;
        }
        expect(castRay(map, x, y, heading)).toBeCloseTo(walked, 4);
      }),
      { numRuns: 300 },
    );
  });
});
