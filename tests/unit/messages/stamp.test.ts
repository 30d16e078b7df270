import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stampFromNs, stampToNs } from "../../../src/messages/stamp.js";

const stamp = fc.bigInt({ min: 0n, max: 2147483647n * 1_000_000_000n + 999_999_999n });

describe("stamps", () => {
  it("come back as they went, to the nanosecond, before the epoch too", () => {
    fc.assert(
      fc.property(stamp, (ns) => {
        const message = stampFromNs(ns);
        expect(stampToNs(message)).toBe(ns);
        expect(message.nanosec).toBeGreaterThanOrEqual(0);
        expect(message.nanosec).toBeLessThan(1e9);
      }),
    );
    expect(stampFromNs(-1n)).toEqual({ sec: -1, nanosec: 999_999_999 });
    expect(stampFromNs(1_795_500_495_610_158_927n)).toEqual({ sec: 1_795_500_495, nanosec: 610_158_927 });
  });

  it.each([
    [-1, 0],
    [5, 1_000_000_000],
    [2147483647, 4294967295],
  ])("of %d s and %d ns are refused", (sec, nanosec) => {
    expect(() => stampToNs({ sec, nanosec })).toThrow(expect.objectContaining({ code: "RH-STAMP" }));
  });

  it("that don't fit 32 bits are a RangeError, not another time", () => {
    expect(() => stampFromNs(2147483648n * 1_000_000_000n)).toThrow(RangeError);
  });
});
