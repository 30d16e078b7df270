import { describe, expect, it } from "vitest";
import type { CameraFrame } from "../../../src/core/sensors.js";
import { imageFromFrame } from "../../../src/messages/image.js";
import { messageFromScan } from "../../../src/messages/laser-scan.js";
import { owned, owns } from "../../../src/messages/owned.js";

describe("arrays that are sent", () => {
  it("own their whole buffer, whatever they were a view of", () => {
    const pool = Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const view of [new Uint8Array(pool.buffer, pool.byteOffset + 2, 4), new Uint8Array(16).subarray(8, 12), pool.subarray(2, 6)]) {
      const sent = owned(view);
      expect(owns(sent)).toBe(true);
      expect([...sent]).toEqual([...view]);
    }
    const whole = new Float32Array([1, 2]);
    expect(owned(whole)).toBe(whole);
  });

  it("in every message with one", () => {
    const shared = new Uint8Array(100);
    const frame: CameraFrame = { stampNs: 0n, width: 2, height: 2, rgb: shared.subarray(50, 62) };
    expect(owns(imageFromFrame(frame, "camera").data as Uint8Array)).toBe(true);
    const ranges = new Float32Array(10).subarray(4, 8);
    const scan = { stampNs: 0n, angleMinRad: 0, angleIncrementRad: 0.1, rangeMinM: 0.1, rangeMaxM: 5, rangesM: ranges };
    const message = messageFromScan(scan, "scan", 0.1);
    expect(owns(message.ranges as Float32Array)).toBe(true);
    expect(owns(message.intensities as Float32Array)).toBe(true);
  });
});
