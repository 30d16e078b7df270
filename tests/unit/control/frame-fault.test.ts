import { describe, expect, it } from "vitest";
import { frameFault } from "../../../src/control/frame-fault.js";
import { seededRandom } from "../../../src/math/random.js";

const frame = (shade: (i: number) => number) => ({
  stampNs: 0n,
  width: 8,
  height: 8,
  rgb: Uint8Array.from({ length: 192 }, (_, i) => shade(i)),
});
const scene = () => frame((i) => (i * 7) % 256);
const random = seededRandom(1);

describe("frameFault", () => {
  it.each([
    ["black", () => 0],
    ["white", () => 255],
    ["one colour", (i: number) => [20, 90, 200][i % 3]!],
    ["the noise of a covered lens", () => Math.floor(random.uniform() * 7)],
  ])("sees %s as uniform", (_, shade) => {
    expect(frameFault(frame(shade), undefined, false)).toBe("uniform");
  });

  it("sees a repeated picture as frozen only when the body moved", () => {
    expect(frameFault(scene(), scene(), true)).toBe("frozen");
    expect(frameFault(scene(), scene(), false)).toBeUndefined();
  });

  it("lets a picture pass that differs by one shade of one pixel", () => {
    const next = scene();
    next.rgb[100]! += 1;
    expect(frameFault(next, scene(), true)).toBeUndefined();
  });

  it("lets a small thing in an empty picture pass", () => {
    expect(
      frameFault(
        frame((i) => (i < 6 ? 60 : 40)),
        undefined,
        false,
      ),
    ).toBeUndefined();
  });
});
