import { expect, it } from "vitest";
import type { CameraFrame } from "../../../src/core/sensors.js";
import { sideBySide } from "../../../src/messages/side-by-side.js";

it("frames side by side keep every pixel's row", () => {
  const frame = (value: number): CameraFrame => ({ stampNs: 4n, width: 1, height: 2, rgb: new Uint8Array(6).fill(value) });
  const both = sideBySide([frame(1), frame(2)]);
  expect([both.width, both.height, ...both.rgb]).toEqual([2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  expect(() => sideBySide([])).toThrow(RangeError);
  expect(() => sideBySide([frame(1), { ...frame(2), height: 1 }])).toThrow(RangeError);
});
