import { expect, it } from "vitest";
import { messageFromIntrinsics } from "../../../src/messages/camera-info.js";

it("camera geometry has the matrices of calibration files", () => {
  const { k, p, d } = messageFromIntrinsics({ width: 64, height: 48, fxPx: 60, fyPx: 61, cxPx: 32, cyPx: 24 }, 1n);
  expect([...k]).toEqual([60, 0, 32, 0, 61, 24, 0, 0, 1]);
  expect([...p]).toEqual([60, 0, 32, 0, 0, 61, 24, 0, 0, 0, 1, 0]);
  expect([...d]).toEqual([0, 0, 0, 0, 0]);
});
