import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CameraFrame } from "../../../src/core/sensors.js";
import { zeros } from "../../../src/math/tensor.js";
import { fitFrame } from "../../../src/perception/fit-frame.js";
import { FittedEncoder } from "../../../src/perception/fitted-encoder.js";

const odometry = { stampNs: 0n, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
const size = { widthPx: 4, heightPx: 2, downsample: "area" } as const;
const frame = (width: number, height: number, shade: (i: number) => number) => ({
  stampNs: 5n,
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => shade(i)),
});

describe("fitFrame", () => {
  it("hands on a frame of the right size as it is", () => {
    const exact = frame(4, 2, (i) => i);
    expect(fitFrame(exact, size)).toBe(exact);
  });

  it("takes the mean of each square of a larger one, channel by channel, keeping the stamp", () => {
    const small = fitFrame(
      frame(8, 4, (i) => {
        const [x, y, channel] = [Math.floor(i / 3) % 8, Math.floor(i / 24), i % 3];
        return channel === 0 ? x * 10 : channel === 1 ? y * 10 : (x + y) % 2 === 0 ? 255 : 0;
      }),
      size,
    );
    expect([small.stampNs, small.width, small.height]).toEqual([5n, 4, 2]);
    const pixel = (x: number, y: number) => [...small.rgb.subarray((y * 4 + x) * 3, (y * 4 + x) * 3 + 3)];
    expect(pixel(0, 0)).toEqual([5, 5, 128]);
    expect(pixel(3, 1)).toEqual([65, 25, 128]);
  });

  it("keeps a plain colour, and the mean within rounding", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5 }), fc.nat(255), fc.infiniteStream(fc.nat(255)), (factor, shade, noise) => {
        const plain = fitFrame(
          frame(4 * factor, 2 * factor, () => shade),
          size,
        );
        expect(plain.rgb.every((value) => value === shade)).toBe(true);
        const noisy = frame(4 * factor, 2 * factor, () => noise.next().value!);
        const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
        expect(Math.abs(mean(fitFrame(noisy, size).rgb) - mean(noisy.rgb))).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it.each([
    ["smaller", 2, 1, "area"],
    ["stretched", 8, 2, "area"],
    ["no whole multiple", 6, 3, "area"],
    ["larger where the model takes one size only", 8, 4, "none"],
  ] as const)("refuses a frame that is %s", (_, width, height, downsample) => {
    expect(() =>
      fitFrame(
        frame(width, height, () => 0),
        { ...size, downsample },
      ),
    ).toThrowError(expect.objectContaining({ code: "RH-FRAME-SIZE" }));
  });

  it("refuses bytes that do not fill the frame", () => {
    const short = { ...frame(4, 2, () => 0), rgb: new Uint8Array(4 * 2 * 3 - 1) };
    expect(() => fitFrame(short, size)).toThrowError(expect.objectContaining({ code: "RH-FRAME-SIZE" }));
  });
});

describe("FittedEncoder", () => {
  it("gives its encoder frames of the model's size only", async () => {
    const seen: CameraFrame[] = [];
    const inner = {
      async encode(f: CameraFrame) {
        seen.push(f);
        return zeros(1);
      },
    };
    const encoder = new FittedEncoder(inner, size);
    await encoder.encode(
      frame(12, 6, () => 9),
      odometry,
    );
    expect(seen).toEqual([frame(4, 2, () => 9)]);
    await expect(
      encoder.encode(
        frame(5, 2, () => 9),
        odometry,
      ),
    ).rejects.toMatchObject({ code: "RH-FRAME-SIZE" });
  });
});
