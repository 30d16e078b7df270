import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../../src/core/error.js";
import { seededRandom } from "../../../../src/math/random.js";
import { CAMERA_HEIGHT_M, Camera, CEILING, FIELD_OF_VIEW_RAD, FLOOR, WALL_HEIGHT_M } from "../../../../src/worlds/tour/camera.js";
import { flatOf } from "../../../../src/worlds/tour/flat.js";
import { Paint } from "../../../../src/worlds/tour/paint.js";
import { TourWorld } from "../../../../src/worlds/tour/tour-world.js";

/** One square room, 4 m wide, without anything in it. */
const ROOM = { arena: { minXM: -2, minYM: -2, maxXM: 2, maxYM: 2 }, walls: [] };
const SIZE = 64;

function pixel(rgb: Uint8Array, row: number, column: number, size = SIZE): number[] {
  return [...rgb.subarray((row * size + column) * 3, (row * size + column) * 3 + 3)];
}

/** Largest change of any byte. */
function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe("Camera", () => {
  it("shows ceiling, wall and floor at the rows where a pinhole has them", () => {
    const rgb = new Camera(ROOM, 1).draw({ xM: 0, yM: 0, yawRad: 0 }, SIZE);
    // The wall ahead is 2 m away.
    const focalPx = SIZE / 2 / Math.tan(FIELD_OF_VIEW_RAD / 2);
    const top = SIZE / 2 - (focalPx * (WALL_HEIGHT_M - CAMERA_HEIGHT_M)) / 2;
    const bottom = SIZE / 2 + (focalPx * CAMERA_HEIGHT_M) / 2;
    for (let row = 0; row < SIZE; row++) {
      const seen = pixel(rgb, row, SIZE / 2);
      if (row + 1 < top) expect(seen).toEqual([...CEILING]);
      else if (row > bottom) expect(seen).toEqual([...FLOOR]);
      else if (row > top && row + 1 < bottom) {
        expect(seen).not.toEqual([...CEILING]);
        expect(seen).not.toEqual([...FLOOR]);
      }
    }
  });

  it("paints a place on a wall the same, wherever it is seen from", () => {
    // What the pixel column ahead sees of the wall at x = 2 m, by the wall's own paint.
    const paint = new Paint(4, WALL_HEIGHT_M, seededRandom(1).fork("paint 0 maxXM"));
    const camera = new Camera(ROOM, 1);
    for (const xM of [-1, 0, 1]) {
      for (const yM of [-0.7, 0, 0.4]) {
        const rgb = camera.draw({ xM, yM, yawRad: 0 }, 256);
        const pxM = ((2 - xM) * 2 * Math.tan(FIELD_OF_VIEW_RAD / 2)) / 256;
        // Column 128 sees from straight ahead to one pixel to the right; row 127 from the camera's height to one pixel above.
        const from = yM + 2 - pxM;
        const shade = (paint.shadeUpTo(CAMERA_HEIGHT_M + pxM) - paint.shadeUpTo(CAMERA_HEIGHT_M)) / pxM;
        const wanted = ([0, 1, 2] as const).map((channel) => Math.round(shade * paint.mean(channel, from, from + pxM)));
        pixel(rgb, 127, 128, 256).forEach((value, c) => {
          expect(Math.abs(value - wanted[c]!)).toBeLessThanOrEqual(1);
        });
      }
    }
  });

  it("is filled by a wall that is near", () => {
    const rgb = new Camera(ROOM, 1).draw({ xM: 1.8, yM: 0, yawRad: 0 }, SIZE);
    for (const row of [0, SIZE - 1]) {
      for (let column = 0; column < SIZE; column++) {
        expect(pixel(rgb, row, column)).not.toEqual([...CEILING]);
        expect(pixel(rgb, row, column)).not.toEqual([...FLOOR]);
      }
    }
  });

  it("changes smoothly with the pose, at edges and corners too", () => {
    const world = new TourWorld({ seed: 1 });
    const random = seededRandom(2);
    for (let i = 0; i < 300; i++) {
      const pose = world.samplePose(random, 0);
      const before = world.frameAt(pose).rgb;
      const moved = (by: number) => world.frameAt({ xM: pose.xM + by, yM: pose.yM - by, yawRad: pose.yawRad + by }).rgb;
      // 0.02 mm and mrad: no edge moves by more than a hundredth of a pixel, so no byte by more than that share of its range.
      expect(difference(before, moved(2e-5))).toBeLessThanOrEqual(4);
    }
  });

  it("shows the same at every size, by and large", () => {
    const camera = new Camera(flatOf(1), 1);
    const pose = { xM: -1, yM: -2, yawRad: 0.5 };
    const fine = camera.draw(pose, 256);
    const coarse = camera.draw(pose, 32);
    for (let row = 0; row < 32; row++) {
      for (let column = 0; column < 32; column++) {
        const mean = [0, 0, 0];
        for (let y = 0; y < 8; y++) {
          for (let x = 0; x < 8; x++) {
            pixel(fine, row * 8 + y, column * 8 + x, 256).forEach((v, c) => {
              mean[c]! += v / 64;
            });
          }
        }
        // Edges are straight in the large picture's columns, and slant within the small one's.
        pixel(coarse, row, column, 32).forEach((v, c) => {
          expect(Math.abs(v - mean[c]!)).toBeLessThan(25);
        });
      }
    }
  });

  it("refuses sizes that it cannot draw", () => {
    for (const size of [7, 257, 64.5, Number.NaN])
      expect(() => new Camera(ROOM, 1).draw({ xM: 0, yM: 0, yawRad: 0 }, size)).toThrow(RehearseError);
  });
});
