import { describe, expect, it } from "vitest";
import { messageFromScan, scanFromMessage } from "../../../src/messages/laser-scan.js";
import { codeOf } from "./code-of.js";

describe("scans", () => {
  const message = {
    ...messageFromScan(
      { stampNs: 3n, angleMinRad: -1, angleIncrementRad: 0.5, rangeMinM: 0.1, rangeMaxM: 4, rangesM: new Float32Array(6) },
      "scan",
      0.1,
    ),
    ranges: [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0.05, 4.5],
  };

  it("keep REP-117's meanings; what is out of range is no measurement", () => {
    const { rangesM } = scanFromMessage(message);
    expect([...rangesM]).toEqual([1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, Math.fround(0.05), Number.NaN]);
  });

  it("of more beams than a scanner has are refused: judging them would hold up the control period", () => {
    expect(scanFromMessage({ ...message, ranges: new Float32Array(36_000).fill(1) }).rangesM).toHaveLength(36_000);
    expect(codeOf(() => scanFromMessage({ ...message, ranges: new Float32Array(36_001).fill(1) }))).toBe("RH-SCAN-SHAPE");
  });

  it("without a limit get one, which what is judged can be finite by", () => {
    for (const range_max of [Number.POSITIVE_INFINITY, 3.4028234663852886e38])
      expect(scanFromMessage({ ...message, range_max })).toMatchObject({ rangeMaxM: 1000 });
  });

  it("without usable geometry are refused", () => {
    for (const broken of [
      { ranges: [] },
      { angle_increment: 0 },
      { angle_increment: Number.NaN },
      { angle_min: Number.POSITIVE_INFINITY },
      { range_max: 0.1 },
      { range_max: Number.NaN },
      { range_min: -1 },
      { range_min: 2000, range_max: Number.POSITIVE_INFINITY },
    ]) {
      expect(codeOf(() => scanFromMessage({ ...message, ...broken }))).toBe("RH-SCAN-SHAPE");
    }
  });
});
