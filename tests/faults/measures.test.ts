import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beyondLimits, msToLasting, STANDING, type TwistSample } from "../../src/faults/measures.js";

const ZERO = { speedMps: 1e-9, yawRateRps: 1e-9 };
const at = (ms: number, speedMps: number, yawRateRps = 0): TwistSample => ({ atNs: BigInt(Math.round(ms * 1e6)), speedMps, yawRateRps });

describe("msToLasting", () => {
  it("counts to the first sample after which all are small", () => {
    const samples = [at(0, 0.5), at(20, 0.5), at(40, 0.2), at(60, 0), at(80, 0)];
    expect(msToLasting(samples, 10_000_000n, ZERO)).toBe(50);
  });

  it("begins anew when the robot is told to move once more", () => {
    expect(msToLasting([at(10, 0), at(20, 0.1), at(30, 0), at(40, 0)], 0n, ZERO)).toBe(30);
    expect(msToLasting([at(10, 0), at(20, 0, 0.1)], 0n, ZERO)).toBeUndefined();
  });

  it("takes no zero from before, and none from silence", () => {
    expect(msToLasting([at(10, 0), at(30, 0.5)], 20_000_000n, ZERO)).toBeUndefined();
    expect(msToLasting([at(10, 0)], 20_000_000n, ZERO)).toBeUndefined();
    expect(msToLasting([], 0n, ZERO)).toBeUndefined();
  });

  it("lets a body stand that only approaches rest", () => {
    expect(msToLasting([at(10, 0.02), at(20, 0.009), at(30, -0.001, 0.01)], 0n, STANDING)).toBe(20);
    expect(msToLasting([at(20, Number.NaN)], 0n, STANDING)).toBeUndefined();
  });

  it("finds what a search through all suffixes finds", () => {
    const speeds = fc.array(fc.constantFrom(0, 0.3), { maxLength: 30 });
    fc.assert(
      fc.property(speeds, fc.integer({ min: 0, max: 30 }), (values, from) => {
        const samples = values.map((speed, i) => at(i, speed));
        const good = samples.filter((_, i) => i >= from && samples.slice(i).every(({ speedMps }) => speedMps === 0));
        const expected = good[0] && Number(good[0].atNs) / 1e6 - from;
        expect(msToLasting(samples, BigInt(from) * 1_000_000n, ZERO)).toBe(expected);
      }),
    );
  });
});

describe("beyondLimits", () => {
  const limits = { forwardMps: 0.6, reverseMps: 0.3, yawRateRps: 2 };

  it("counts what is too fast on any axis, or not a number", () => {
    const within = [at(0, 0.6, 2), at(0, -0.3, -2), at(0, 0.6 + 1e-8)];
    const beyond = [at(0, 0.61), at(0, -0.31), at(0, 0, 2.1), at(0, 0, -2.1), at(0, Number.NaN), at(0, 0, Number.NaN)];
    expect(beyondLimits([...within, ...beyond], limits)).toBe(beyond.length);
  });
});
