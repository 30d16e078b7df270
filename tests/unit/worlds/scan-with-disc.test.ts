import { expect, it } from "vitest";
import { scanWithDisc } from "../../../src/worlds/scan-with-disc.js";

/** Four beams: ahead, to the left, behind, to the right. */
const scan = {
  stampNs: 7n,
  angleMinRad: 0,
  angleIncrementRad: Math.PI / 2,
  rangeMinM: 0.05,
  rangeMaxM: 4,
  rangesM: Float32Array.of(3, Number.POSITIVE_INFINITY, 3, Number.NaN),
};

it("shortens the beam that meets the disc to where it enters, and no other", () => {
  const { rangesM, stampNs } = scanWithDisc(scan, { xM: 1, yM: 0, yawRad: 0 }, { xM: 3, yM: 0, radiusM: 0.5 });
  expect([...rangesM]).toEqual([1.5, Number.POSITIVE_INFINITY, 3, Number.NaN]);
  expect(stampNs).toBe(7n);
});

it("by the scanner's heading, also where nothing was in reach; not behind what is nearer, beyond its reach, or where it did not measure", () => {
  const at = { xM: 0, yM: 0, yawRad: Math.PI / 2 };
  expect(scanWithDisc(scan, at, { xM: -2, yM: 0, radiusM: 0.5 }).rangesM[1]).toBeCloseTo(1.5, 6);
  expect(scanWithDisc(scan, at, { xM: 0, yM: 3.8, radiusM: 0.5 }).rangesM[0]).toBe(3);
  expect(scanWithDisc(scan, at, { xM: -6, yM: 0, radiusM: 0.5 }).rangesM[1]).toBe(Number.POSITIVE_INFINITY);
  expect(scanWithDisc(scan, at, { xM: 2, yM: 0, radiusM: 0.5 }).rangesM[3]).toBeNaN();
});

it("meets a beam off its middle where the circle is", () => {
  const { rangesM } = scanWithDisc(scan, { xM: 0, yM: 0, yawRad: 0 }, { xM: 2, yM: 0.3, radiusM: 0.5 });
  expect(rangesM[0]).toBeCloseTo(2 - 0.4, 6);
});
