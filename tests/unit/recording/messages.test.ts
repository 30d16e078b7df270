import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cameraFromInfo,
  cameraInfoMessage,
  clockMessage,
  commandFromTwist,
  commandMessage,
  frameFromImage,
  imageMessage,
  odometryFromMessage,
  odometryMessage,
  scanFromMessage,
  scanMessage,
  stampFromTime,
  timeMessage,
} from "../../../src/recording/messages.js";
import type { RosImage } from "../../../src/recording/ros-types.js";
import { sampleFrame, sampleScan } from "./sample-bag.js";

const RED_GREEN_BLUE = [200, 100, 50];

function image(encoding: string, pixel: readonly number[], width = 2, height = 2, padding = 0): RosImage {
  const row = [...Array.from({ length: width }, () => pixel).flat(), ...new Array<number>(padding).fill(255)];
  const data = Uint8Array.from(Array.from({ length: height }, () => row).flat());
  return {
    header: { stamp: { sec: 1, nanosec: 2 }, frame_id: "camera" },
    width,
    height,
    encoding,
    is_bigendian: 0,
    step: row.length,
    data,
  };
}

describe("stamps", () => {
  it("survive seconds and nanoseconds, before 1970 too", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 31n) * 1_000_000_000n, max: (2n ** 31n - 1n) * 1_000_000_000n }), (ns) => {
        const time = timeMessage(ns);
        expect(time.nanosec).toBeGreaterThanOrEqual(0);
        expect(time.nanosec).toBeLessThan(1e9);
        expect(stampFromTime(time)).toBe(ns);
      }),
    );
  });

  it("are split exactly where doubles would round", () => {
    expect(timeMessage(1_700_000_000_123_456_789n)).toEqual({ sec: 1_700_000_000, nanosec: 123_456_789 });
    expect(clockMessage(5n)).toEqual({ clock: { sec: 0, nanosec: 5 } });
  });
});

describe("images", () => {
  it.each([
    ["rgb8", [200, 100, 50]],
    ["bgr8", [50, 100, 200]],
    ["rgba8", [200, 100, 50, 7]],
    ["bgra8", [50, 100, 200, 7]],
  ])("of encoding %s become rgb", (encoding, pixel) => {
    const frame = frameFromImage(image(encoding, pixel));
    expect(frame).toMatchObject({ width: 2, height: 2, stampNs: 1_000_000_002n });
    expect([...frame.rgb]).toEqual([...RED_GREEN_BLUE, ...RED_GREEN_BLUE, ...RED_GREEN_BLUE, ...RED_GREEN_BLUE]);
  });

  it("of encoding mono8 repeat their grey", () => {
    expect([...frameFromImage(image("mono8", [9], 1, 2)).rgb]).toEqual([9, 9, 9, 9, 9, 9]);
  });

  it("lose the padding at the end of each row", () => {
    for (const [encoding, pixel] of [
      ["rgb8", [200, 100, 50]],
      ["bgr8", [50, 100, 200]],
    ] as const) {
      const { rgb } = frameFromImage(image(encoding, pixel, 3, 2, 5));
      expect([...rgb]).toEqual(Array.from({ length: 6 }, () => RED_GREEN_BLUE).flat());
    }
  });

  it("are copied out of the message's memory", () => {
    const bytes = Uint8Array.from([0, 0, 0, 1, 2, 3, 4, 5, 6]);
    const message = { ...image("rgb8", [0, 0, 0], 2, 1), data: bytes.subarray(3) };
    const frame = frameFromImage(message);
    bytes.fill(77);
    expect([...frame.rgb]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(frame.rgb.byteOffset).toBe(0);
    expect(frame.rgb.buffer.byteLength).toBe(6);
  });

  it("of encodings that are not 8-bit colour are refused by name", () => {
    expect(() => frameFromImage(image("16UC1", [1, 2]), "/depth")).toThrowError(
      expect.objectContaining({ code: "RH-BAG-IMAGE", message: expect.stringMatching(/\/depth.*16UC1/) }),
    );
  });

  it("that lack bytes are refused", () => {
    const short = { ...image("rgb8", [1, 2, 3]), data: new Uint8Array(11) };
    expect(() => frameFromImage(short)).toThrowError(expect.objectContaining({ code: "RH-BAG-IMAGE" }));
    expect(() => frameFromImage({ ...image("rgb8", [1, 2, 3]), step: 5 })).toThrowError(expect.objectContaining({ code: "RH-BAG-IMAGE" }));
  });

  it("round-trip", () => {
    const frame = sampleFrame(5n);
    expect(frameFromImage(imageMessage(frame))).toEqual(frame);
  });
});

describe("odometry", () => {
  it("keeps pose and twist; yaw comes back as the same angle", () => {
    const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    const metres = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(metres, metres, angle, metres, (xM, yM, yawRad, vxMps) => {
        const odometry = { stampNs: 7n, odomFromBase: { xM, yM, yawRad }, twistInBase: { vxMps, vyMps: 0.5, yawRateRps: -1 } };
        const back = odometryFromMessage(odometryMessage(odometry));
        expect(back.twistInBase).toEqual(odometry.twistInBase);
        expect(back.odomFromBase.xM).toBe(xM);
        expect(back.odomFromBase.yM).toBe(yM);
        const turn = back.odomFromBase.yawRad - yawRad;
        expect(Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)))).toBeLessThan(1e-12);
      }),
    );
  });

  it("reads yaw also from a body that is tilted", () => {
    // Yaw 90°, then pitch 20°: q = q_yaw ⊗ q_pitch.
    const [cy, sy, cp, sp] = [Math.cos(Math.PI / 4), Math.sin(Math.PI / 4), Math.cos(Math.PI / 18), Math.sin(Math.PI / 18)];
    const message = odometryMessage({
      stampNs: 0n,
      odomFromBase: { xM: 0, yM: 0, yawRad: 0 },
      twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 },
    });
    const orientation = { x: -sy * sp, y: cy * sp, z: sy * cp, w: cy * cp };
    const tilted = { ...message, pose: { pose: { ...message.pose.pose, orientation } } };
    expect(odometryFromMessage(tilted).odomFromBase.yawRad).toBeCloseTo(Math.PI / 2, 12);
  });
});

it("scans keep their geometry, infinities and gaps", () => {
  const scan = sampleScan(9n);
  const message = scanMessage(scan);
  expect(message.angle_max).toBeCloseTo(scan.angleMinRad + 6 * scan.angleIncrementRad, 12);
  expect(scanFromMessage(message)).toEqual(scan);
});

it("commands keep their twist, and only twists are taken", () => {
  const command = { kind: "twist", vxMps: 0.25, vyMps: -0.5, yawRateRps: 2 } as const;
  expect(commandFromTwist(commandMessage(command, 3n).twist)).toEqual(command);
  expect(() => commandMessage({ kind: "joint-velocities", velocitiesRps: [1] }, 3n)).toThrowError(
    expect.objectContaining({ code: "RH-BAG-COMMAND" }),
  );
});

it("camera geometry round-trips", () => {
  const camera = { width: 64, height: 48, fxPx: 60, fyPx: 61, cxPx: 32, cyPx: 24 };
  expect(cameraFromInfo(cameraInfoMessage(camera, 1n))).toEqual(camera);
});
