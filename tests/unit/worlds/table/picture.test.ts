import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FLOOR, Picture, PUSHER, THING } from "../../../../src/worlds/table/picture.js";
import { VIEW_M } from "../../../../src/worlds/table/table.js";

/** Square metres that are of `THING`'s colour on the floor, pixels in part counting in part. */
function areaM2({ rgb, sizePx }: Picture): number {
  const empty = new Picture(sizePx).rgb;
  let pixels = 0;
  for (let i = 0; i < rgb.length; i += 3) pixels += (empty[i]! - rgb[i]!) / (FLOOR[0] - THING[0]);
  return pixels * (VIEW_M / sizePx) ** 2;
}

/** A regular polygon, so turned. */
function regular(corners: number, xM: number, yM: number, radiusM: number, turnRad: number): number[] {
  return Array.from({ length: corners }, (_, i) => (2 * Math.PI * i) / corners + turnRad).flatMap((a) => [
    xM + radiusM * Math.cos(a),
    yM + radiusM * Math.sin(a),
  ]);
}

const inside = fc.double({ min: -0.25, max: 0.25, noNaN: true });

describe("Picture", () => {
  it("covers as much as a polygon is large, wherever it lies", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), inside, inside, fc.double({ min: 0, max: 7, noNaN: true }), (corners, x, y, turn) => {
        const radiusM = 0.08;
        const exact = (corners / 2) * radiusM ** 2 * Math.sin((2 * Math.PI) / corners);
        for (const sizePx of [64, 200]) {
          const picture = new Picture(sizePx);
          picture.polygon(regular(corners, x, y, radiusM, turn), THING);
          expect(Math.abs(areaM2(picture) / exact - 1)).toBeLessThan(0.01);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("draws a polygon the same either way round, also one with a notch", () => {
    const notched = [-0.1, -0.1, 0.1, -0.1, 0.1, 0.1, 0, 0.02, -0.1, 0.1];
    const back = Array.from({ length: 5 }, (_, i) => [notched[8 - 2 * i]!, notched[9 - 2 * i]!]).flat();
    const [a, b] = [new Picture(64), new Picture(64)];
    a.polygon(notched, THING);
    b.polygon(back, THING);
    expect(a.rgb).toEqual(b.rgb);
    expect(areaM2(a)).toBeCloseTo(0.04 - 0.008, 3);
  });

  it("shows at a smaller size what the larger one shows on average", () => {
    const [small, large] = [new Picture(64), new Picture(128)];
    for (const picture of [small, large]) picture.polygon(regular(5, 0.07, -0.03, 0.11, 0.4), THING);
    for (let row = 0; row < 64; row++) {
      for (let i = 0; i < 64 * 3; i++) {
        const at = (2 * row * 128 + 2 * Math.floor(i / 3)) * 3 + (i % 3);
        const mean = (large.rgb[at]! + large.rgb[at + 3]! + large.rgb[at + 384]! + large.rgb[at + 387]!) / 4;
        expect(Math.abs(small.rgb[row * 192 + i]! - mean)).toBeLessThanOrEqual(1);
      }
    }
  });

  it("covers as much as a disc is large, and changes by little when it moves by little", () => {
    for (const x of [0, 0.003, 0.0061, 0.2]) {
      const picture = new Picture(64);
      picture.disc(x, 0.1, 0.0225, THING);
      expect(Math.abs(areaM2(picture) / (Math.PI * 0.0225 ** 2) - 1)).toBeLessThan(0.05);
      const moved = new Picture(64);
      moved.disc(x + 0.0005, 0.1, 0.0225, THING);
      const steps = picture.rgb.map((value, i) => Math.abs(value - moved.rgb[i]!));
      expect(Math.max(...steps)).toBeGreaterThan(0);
      expect(Math.max(...steps)).toBeLessThan(20);
    }
  });

  it("has x to the right and y up, and colours that differ in every channel", () => {
    const picture = new Picture(64);
    picture.disc(0.2, 0.3, 0.02, PUSHER);
    const row = Math.floor((0.5 - 0.3 / VIEW_M) * 64);
    const column = Math.floor((0.5 + 0.2 / VIEW_M) * 64);
    expect([...picture.rgb.slice((row * 64 + column) * 3, (row * 64 + column) * 3 + 3)]).toEqual([...PUSHER]);
    for (const [a, b] of [
      [FLOOR, PUSHER],
      [FLOOR, THING],
      [THING, PUSHER],
    ] as const) {
      for (let c = 0; c < 3; c++) expect(Math.abs(a[c]! - b[c]!)).toBeGreaterThan(15);
    }
  });

  it("leaves out what lies outside the picture", () => {
    const picture = new Picture(64);
    picture.polygon([0.3, 0.3, 0.9, 0.3, 0.9, 0.9], THING);
    picture.disc(-0.4, 0, 0.05, THING);
    const straight = new Picture(64);
    straight.polygon([0.3, 0.3, 0.384, 0.3, 0.384, 0.384], THING);
    straight.disc(-0.4, 0, 0.05, THING);
    expect(picture.rgb).toEqual(straight.rgb);
  });
});
