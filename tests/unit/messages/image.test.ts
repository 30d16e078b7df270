import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CameraFrame } from "../../../src/core/sensors.js";
import { frameFromImage, type ImageMessage, imageFromFrame } from "../../../src/messages/image.js";
import { owns } from "../../../src/messages/owned.js";
import { codeOf } from "./code-of.js";

const image = (fields: Partial<ImageMessage>): ImageMessage => ({
  header: { stamp: { sec: 1, nanosec: 2 }, frame_id: "camera" },
  width: 2,
  height: 2,
  encoding: "rgb8",
  is_bigendian: 0,
  step: 6,
  data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  ...fields,
});

describe("images", () => {
  it("come in each known encoding as the same rgb", () => {
    const rgb = [10, 20, 30, 40, 50, 60];
    const of = (encoding: string, step: number, data: number[]) => [
      ...frameFromImage(image({ encoding, width: 2, height: 1, step, data: Uint8Array.from(data) })).rgb,
    ];
    expect(of("rgb8", 6, rgb)).toEqual(rgb);
    expect(of("bgr8", 6, [30, 20, 10, 60, 50, 40])).toEqual(rgb);
    expect(of("rgba8", 8, [10, 20, 30, 0, 40, 50, 60, 0])).toEqual(rgb);
    expect(of("bgra8", 8, [30, 20, 10, 9, 60, 50, 40, 9])).toEqual(rgb);
    expect(of("8UC3", 6, [30, 20, 10, 60, 50, 40])).toEqual(rgb);
    expect(of("8UC4", 8, [30, 20, 10, 9, 60, 50, 40, 9])).toEqual(rgb);
    expect(of("mono8", 2, [7, 8])).toEqual([7, 7, 7, 8, 8, 8]);
    expect(of("8UC1", 2, [7, 8])).toEqual([7, 7, 7, 8, 8, 8]);
  });

  it("lose the padding of their rows; the last row may lack it", () => {
    const padded = Uint8Array.from([1, 2, 3, 4, 5, 6, 99, 99, 7, 8, 9, 10, 11, 12]);
    const frame = frameFromImage(image({ step: 8, data: padded }));
    expect([...frame.rgb]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(frame.stampNs).toBe(1_000_000_002n);
  });

  it("are copies: the driver may use its buffer again", () => {
    const data = new Uint8Array(12);
    const frame = frameFromImage(image({ data }));
    data.fill(255);
    expect(frame.rgb.every((value) => value === 0)).toBe(true);
    expect(owns(frame.rgb)).toBe(true);
  });

  it("with other encodings, or sizes that don't add up, are refused", () => {
    for (const [encoding, fix] of [
      ["bayer_rggb8", "debayer"],
      ["yuv422_yuy2", "driver"],
      ["nv12", "driver"],
      ["16UC1", "colour"],
      ["mono16", "colour"],
      ["32FC1", "colour"],
      ["toString", "rgb8"],
      ["", "rgb8"],
    ] as const) {
      const refuse = () => frameFromImage(image({ encoding }));
      expect(refuse).toThrowError(expect.objectContaining({ code: "RH-IMAGE-ENCODING", fix: expect.stringContaining(fix) }));
      expect(refuse).toThrow(`"${encoding}"`);
    }
    expect(codeOf(() => frameFromImage(image({ step: 5 })))).toBe("RH-IMAGE-SIZE");
    expect(codeOf(() => frameFromImage(image({ data: new Uint8Array(11) })))).toBe("RH-IMAGE-SIZE");
    expect(codeOf(() => frameFromImage(image({ width: 0, step: 0, data: new Uint8Array(0) })))).toBe("RH-IMAGE-SIZE");
  });

  it("go out and come back the same", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.bigInt({ min: 0n, max: 10n ** 18n }),
        (width, height, stampNs) => {
          const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
          const frame: CameraFrame = { stampNs, width, height, rgb };
          expect(frameFromImage(imageFromFrame(frame, "camera"))).toEqual(frame);
        },
      ),
    );
  });
});
