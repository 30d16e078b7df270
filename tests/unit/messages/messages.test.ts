import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import type { CameraFrame } from "../../../src/core/sensors.js";
import { messageFromIntrinsics } from "../../../src/messages/camera-info.js";
import { diagnosticStatus, worstLevel } from "../../../src/messages/diagnostics.js";
import { poseGoal, requestFromPose } from "../../../src/messages/goal.js";
import { frameFromImage, type ImageMessage, imageFromFrame } from "../../../src/messages/image.js";
import { messageFromScan, scanFromMessage } from "../../../src/messages/laser-scan.js";
import { markersFromDrawings } from "../../../src/messages/markers.js";
import { messageFromOdometry, type OdometryMessage, odometryFromMessage } from "../../../src/messages/odometry.js";
import { owned, owns } from "../../../src/messages/owned.js";
import { pathFromPoses } from "../../../src/messages/path.js";
import { quaternionFromYaw, yawFromQuaternion } from "../../../src/messages/pose.js";
import { sideBySide } from "../../../src/messages/side-by-side.js";
import { stampFromNs, stampToNs } from "../../../src/messages/stamp.js";
import { twistFromCommand } from "../../../src/messages/twist.js";

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true, minExcluded: true });
const stamp = fc.bigInt({ min: 0n, max: 2147483647n * 1_000_000_000n + 999_999_999n });

function code(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof RehearseError ? error.code : String(error);
  }
}

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

describe("quaternions", () => {
  it("give their yaw back", () => {
    fc.assert(
      fc.property(angle, (yaw) => {
        expect(yawFromQuaternion(quaternionFromYaw(yaw))).toBeCloseTo(yaw, 12);
      }),
    );
  });

  it("of any length mean the same; of none they mean nothing", () => {
    expect(yawFromQuaternion({ x: 0, y: 0, z: 10, w: 10 })).toBeCloseTo(Math.PI / 2, 12);
    expect(yawFromQuaternion({ x: 0, y: 0, z: 0, w: 0 })).toBeNaN();
    expect(yawFromQuaternion({ x: Number.NaN, y: 0, z: 0, w: 1 })).toBeNaN();
    expect(yawFromQuaternion({ x: 0, y: 0, z: Number.POSITIVE_INFINITY, w: 1 })).toBeNaN();
  });

  it("that also tilt give the heading of the body's x axis", () => {
    // Roll by 0.2 after a yaw of 1: q = q_yaw * q_roll
    const [cy, sy, cr, sr] = [Math.cos(0.5), Math.sin(0.5), Math.cos(0.1), Math.sin(0.1)];
    expect(yawFromQuaternion({ w: cy * cr, x: cy * sr, y: sy * sr, z: sy * cr })).toBeCloseTo(1, 12);
  });
});

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
    expect(code(() => frameFromImage(image({ step: 5 })))).toBe("RH-IMAGE-SIZE");
    expect(code(() => frameFromImage(image({ data: new Uint8Array(11) })))).toBe("RH-IMAGE-SIZE");
    expect(code(() => frameFromImage(image({ width: 0, step: 0, data: new Uint8Array(0) })))).toBe("RH-IMAGE-SIZE");
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

  it("side by side keep every pixel's row", () => {
    const frame = (value: number): CameraFrame => ({ stampNs: 4n, width: 1, height: 2, rgb: new Uint8Array(6).fill(value) });
    const both = sideBySide([frame(1), frame(2)]);
    expect([both.width, both.height, ...both.rgb]).toEqual([2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
    expect(() => sideBySide([])).toThrow(RangeError);
    expect(() => sideBySide([frame(1), { ...frame(2), height: 1 }])).toThrow(RangeError);
  });
});

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

describe("odometry", () => {
  it("goes out and comes back the same", () => {
    fc.assert(
      fc.property(finite, finite, angle, finite, finite, finite, (xM, yM, yawRad, vxMps, vyMps, yawRateRps) => {
        const odometry = { stampNs: 12n, odomFromBase: { xM, yM, yawRad }, twistInBase: { vxMps, vyMps, yawRateRps } };
        const back = odometryFromMessage(messageFromOdometry(odometry, "odom", "base_link"));
        expect(back.odomFromBase.yawRad).toBeCloseTo(yawRad, 12);
        expect(back).toEqual({ ...odometry, odomFromBase: { xM, yM, yawRad: back.odomFromBase.yawRad } });
      }),
    );
  });

  it("with anything in it that is used and not finite is refused, by name", () => {
    const good = messageFromOdometry(
      { stampNs: 0n, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } },
      "odom",
      "base_link",
    );
    const nan = Number.NaN;
    const inf = Number.POSITIVE_INFINITY;
    const broken: [field: string, pose: object, twist: object][] = [
      ["pose.position.x", { position: { x: nan, y: 0, z: 0 } }, {}],
      ["pose.position.y", { position: { x: 0, y: -inf, z: 0 } }, {}],
      ["pose.orientation", { orientation: { x: 0, y: 0, z: 0, w: 0 } }, {}],
      ["pose.orientation", { orientation: { x: 0, y: 0, z: 0, w: nan } }, {}],
      ["twist.linear.x", {}, { linear: { x: inf, y: 0, z: 0 } }],
      ["twist.linear.y", {}, { linear: { x: 0, y: nan, z: 0 } }],
      ["twist.angular.z", {}, { angular: { x: 0, y: 0, z: nan } }],
    ];
    for (const [field, pose, twist] of broken) {
      const message: OdometryMessage = {
        ...good,
        pose: { pose: { ...good.pose.pose, ...pose } },
        twist: { twist: { ...good.twist.twist, ...twist } },
      };
      expect(() => odometryFromMessage(message)).toThrow(field);
      expect(code(() => odometryFromMessage(message))).toBe("RH-ODOM-NAN");
    }
  });
});

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
    expect([...rangesM]).toEqual([1, Number.POSITIVE_INFINITY, Math.fround(0.1), Number.NaN, Math.fround(0.05), Number.NaN]);
  });

  it("of more beams than a scanner has are refused: judging them would hold up the control period", () => {
    expect(scanFromMessage({ ...message, ranges: new Float32Array(36_000).fill(1) }).rangesM).toHaveLength(36_000);
    expect(code(() => scanFromMessage({ ...message, ranges: new Float32Array(36_001).fill(1) }))).toBe("RH-SCAN-SHAPE");
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
      expect(code(() => scanFromMessage({ ...message, ...broken }))).toBe("RH-SCAN-SHAPE");
    }
  });
});

it("camera geometry has the matrices of calibration files", () => {
  const { k, p, d } = messageFromIntrinsics({ width: 64, height: 48, fxPx: 60, fyPx: 61, cxPx: 32, cyPx: 24 }, 1n);
  expect([...k]).toEqual([60, 0, 32, 0, 61, 24, 0, 0, 1]);
  expect([...p]).toEqual([60, 0, 32, 0, 0, 61, 24, 0, 0, 0, 1, 0]);
  expect([...d]).toEqual([0, 0, 0, 0, 0]);
});

describe("commands", () => {
  it("that aren't finite are never made into a message", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(code(() => twistFromCommand({ kind: "twist", vxMps: bad, vyMps: 0, yawRateRps: 0 }))).toBe("RH-COMMAND-NAN");
      expect(code(() => twistFromCommand({ kind: "twist", vxMps: 0, vyMps: bad, yawRateRps: 0 }))).toBe("RH-COMMAND-NAN");
      expect(code(() => twistFromCommand({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: bad }))).toBe("RH-COMMAND-NAN");
    }
  });
});

describe("goals", () => {
  it("become requests with everything that was in the message", () => {
    expect(requestFromPose(poseGoal(1, 2, undefined, "odom", 5n))).toEqual({
      kind: "pose",
      stampNs: 5n,
      frameId: "odom",
      position: { x: 1, y: 2, z: 0 },
      orientation: { x: 0, y: 0, z: 0, w: 0 },
    });
    expect(yawFromQuaternion(requestFromPose(poseGoal(1, 2, -3, "odom", 5n)).orientation)).toBeCloseTo(-3, 12);
  });
});

describe("what is shown", () => {
  it("a path has a stamp a pose", () => {
    const path = pathFromPoses(
      [
        { xM: 0, yM: 1, yawRad: 0 },
        { xM: 2, yM: 3, yawRad: 1 },
      ],
      1_900_000_000n,
      200_000_000n,
      "odom",
    );
    expect(path.poses.map((pose) => stampToNs(pose.header.stamp))).toEqual([1_900_000_000n, 2_100_000_000n]);
    expect(path.poses[1]!.pose.position).toEqual({ x: 2, y: 3, z: 0 });
  });

  it("markers first clear what was drawn before, and have ids of their own", () => {
    const color = { r: 1, g: 0, b: 0, a: 1 };
    const { markers } = markersFromDrawings(
      [
        {
          kind: "line",
          ns: "a",
          pointsM: [
            [0, 0],
            [1, 1],
          ],
          widthM: 0.1,
          color,
        },
        { kind: "disc", ns: "a", atM: [1, 2], radiusM: 0.5, color },
        { kind: "text", ns: "b", atM: [0, 0], text: "hi", heightM: 0.2, color },
      ],
      0n,
      "odom",
    );
    expect(markers.map(({ action }) => action)).toEqual([3, 0, 0, 0]);
    expect(new Set(markers.slice(1).map(({ ns, id }) => `${ns} ${id}`)).size).toBe(3);
    expect(markers[2]!.scale).toEqual({ x: 1, y: 1, z: 0.01 });
    // An all-zero quaternion is refused by RViz.
    expect(markers.every(({ pose }) => pose.orientation.w === 1)).toBe(true);
  });

  it("diagnostics write numbers for people", () => {
    const status = diagnosticStatus("rehearse: x", "", {
      level: "warn",
      message: "m",
      values: { a: 0.1 + 0.2, b: 7, c: true, d: undefined },
    });
    expect(status.level).toBe(1);
    expect(status.values.map(({ value }) => value)).toEqual(["0.3", "7", "true", "none"]);
    expect(worstLevel("ok", "error", "warn")).toBe("error");
    expect(worstLevel()).toBe("ok");
  });
});
