import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pose2 } from "../../../../src/core/body.js";
import { wrapAngle } from "../../../../src/math/angle.js";
import { FLOOR, FRONT, OverheadCamera, REAR, WALL } from "../../../../src/worlds/floor/camera.js";
import { roomsMap } from "../../../../src/worlds/rooms/map.js";
import { VIEW_M } from "../../../../src/worlds/rooms/rooms-world.js";

/** Even over the range in steps of a thousandth; `fc.double` would be even over exponents, so nearly always close to 0. */
const within = (limit: number) => fc.integer({ min: -1000 * limit, max: 1000 * limit }).map((n) => n / 1000);

const heading = within(180).map((degrees) => (degrees * Math.PI) / 180);

const camera = new OverheadCamera(roomsMap(0), VIEW_M, { radiusM: 0.15, front: FRONT, rear: REAR });
const SIZE = 64;
const PX_M = VIEW_M / SIZE;

function pixel(rgb: Uint8Array, row: number, column: number, size = SIZE): number[] {
  return [...rgb.subarray((row * size + column) * 3, (row * size + column) * 3 + 3)];
}

/**
 * Undoes the drawing: on the floor a pixel is FLOOR + a · (FRONT - FLOOR) + b · (REAR - FLOOR), which least squares solve for a and b. Their sum's
 * centroid is the disc, the way from the rear's to the front's centroid its heading.
 */
function findRobot(rgb: Uint8Array, size = SIZE): Pose2 & { areaPx: number } {
  const f = FRONT.map((v, c) => v - FLOOR[c]!);
  const r = REAR.map((v, c) => v - FLOOR[c]!);
  const dot = (p: readonly number[], q: readonly number[]) => p.reduce((sum, v, i) => sum + v * q[i]!, 0);
  const [ff, fr, rr] = [dot(f, f), dot(f, r), dot(r, r)];
  const sums = { a: 0, ax: 0, ay: 0, b: 0, bx: 0, by: 0 };
  const empty = camera.draw({ xM: 100, yM: 100, yawRad: 0 }, size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const p = pixel(rgb, row, column, size).map((v, c) => v - pixel(empty, row, column, size)[c]!);
      if (p.every((v) => v === 0)) continue;
      const [pf, pr] = [dot(p, f), dot(p, r)];
      const a = (pf * rr - pr * fr) / (ff * rr - fr * fr);
      const b = (pr * ff - pf * fr) / (ff * rr - fr * fr);
      sums.a += a;
      sums.ax += a * (column + 0.5);
      sums.ay += a * (row + 0.5);
      sums.b += b;
      sums.bx += b * (column + 0.5);
      sums.by += b * (row + 0.5);
    }
  }
  const pxM = VIEW_M / size;
  return {
    xM: ((sums.ax + sums.bx) / (sums.a + sums.b)) * pxM - VIEW_M / 2,
    yM: VIEW_M / 2 - ((sums.ay + sums.by) / (sums.a + sums.b)) * pxM,
    yawRad: Math.atan2(-(sums.ay / sums.a - sums.by / sums.b), sums.ax / sums.a - sums.bx / sums.b),
    areaPx: sums.a + sums.b,
  };
}

describe("OverheadCamera", () => {
  it("shows floor, walls and the open door in their places", () => {
    const rgb = camera.draw({ xM: -1, yM: -1, yawRad: 0 }, SIZE);
    const atM = (x: number, y: number) => pixel(rgb, Math.floor((VIEW_M / 2 - y) / PX_M), Math.floor((x + VIEW_M / 2) / PX_M));
    expect(atM(-1, 1)).toEqual([...FLOOR]);
    expect(atM(0.01, 0)).toEqual([...FLOOR]);
    expect(atM(0.01, 1)).toEqual([...WALL]);
    expect(atM(0.01, -1)).toEqual([...WALL]);
    expect(atM(2.15, 0.5)).toEqual([...WALL]);
    expect(atM(-0.5, -2.15)).toEqual([...WALL]);
  });

  it("covers as much of the picture as walls cover of the view", () => {
    const rgb = camera.draw({ xM: 100, yM: 0, yawRad: 0 }, SIZE);
    let floor = 0;
    for (let i = 0; i < rgb.length; i += 3) floor += (rgb[i]! - WALL[0]) / (FLOOR[0] - WALL[0]);
    // 4 m × 4 m less 0.2 m × 3.2 m of wall.
    expect(floor * PX_M * PX_M).toBeCloseTo(16 - 0.64, 1);
  });

  it("draws x to the right and y up, the front ahead", () => {
    const rgb = camera.draw({ xM: 1, yM: 1, yawRad: Math.PI / 2 }, 440);
    const atM = (x: number, y: number) => pixel(rgb, Math.floor((VIEW_M / 2 - y) * 100), Math.floor((x + VIEW_M / 2) * 100), 440);
    expect(atM(1, 1.075)).toEqual([...FRONT]);
    expect(atM(1, 0.925)).toEqual([...REAR]);
    expect(atM(1.2, 1)).toEqual([...FLOOR]);
    expect(atM(1.1, 1.05)).toEqual([...FRONT]);
  });

  it("lets position and heading be read back from 64 × 64 pixels", () => {
    fc.assert(
      fc.property(within(0.7), within(1.6), heading, fc.constantFrom(-1, 1), (x, yM, yawRad, side) => {
        const pose = { xM: side * 1.1 + x, yM, yawRad };
        const found = findRobot(camera.draw(pose, SIZE));
        expect(Math.abs(found.xM - pose.xM) / PX_M).toBeLessThan(0.05);
        expect(Math.abs(found.yM - pose.yM) / PX_M).toBeLessThan(0.05);
        expect(Math.abs(wrapAngle(found.yawRad - pose.yawRad))).toBeLessThan(0.08);
        expect(found.areaPx * PX_M * PX_M).toBeGreaterThan(0.97 * Math.PI * 0.15 ** 2);
        expect(found.areaPx * PX_M * PX_M).toBeLessThan(1.05 * Math.PI * 0.15 ** 2);
      }),
      { numRuns: 300 },
    );
  });

  it("changes little for a small move and a small turn, and is the same for the same pose", () => {
    fc.assert(
      fc.property(within(1.7), within(1.7), heading, within(0.002), within(0.002), within(0.01), (xM, yM, yawRad, dx, dy, dYaw) => {
        const a = camera.draw({ xM, yM, yawRad }, SIZE);
        const b = camera.draw({ xM: xM + dx, yM: yM + dy, yawRad: yawRad + dYaw }, SIZE);
        let most = 0;
        for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
        // The colour changes by at most 202 a pixel of movement of the outline, 220 of the line between front and rear, which is at most
        // 2.7 pixels from the centre; the rest is rounding.
        const movedPx = Math.hypot(dx, dy) / PX_M;
        expect(most).toBeLessThanOrEqual(430 * movedPx + 220 * 2.7 * Math.abs(dYaw) + 3);
        expect(Buffer.compare(camera.draw({ xM, yM, yawRad }, SIZE), a)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("shows the same scene at every size", () => {
    const pose = { xM: 1.03, yM: -0.71, yawRad: 2 };
    for (const size of [32, 96, 224]) {
      const found = findRobot(camera.draw(pose, size), size);
      expect(found.xM).toBeCloseTo(pose.xM, 2);
      expect(found.yM).toBeCloseTo(pose.yM, 2);
    }
  });

  it("gives every picture a buffer of its own", () => {
    const pose = { xM: 1, yM: 1, yawRad: 0 };
    const first = camera.draw(pose, SIZE);
    const copy = first.slice();
    camera.draw(pose, SIZE).fill(0);
    expect(camera.draw(pose, SIZE)).toEqual(copy);
    expect(first.byteLength).toBe(first.buffer.byteLength);
  });

  it("refuses sizes that are none", () => {
    for (const size of [0, 7, 64.5, Number.NaN, 4096]) {
      expect(() => camera.draw({ xM: 0, yM: 0, yawRad: 0 }, size)).toThrow(expect.objectContaining({ code: "RH-WORLD-CAMERA" }));
    }
  });
});
