import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admitGoal, type GoalRules } from "../../../src/control/goal-admission.js";
import { RehearseError } from "../../../src/core/error.js";
import type { ImageGoalRequest, PoseGoalRequest } from "../../../src/core/goal.js";

const S = 1_000_000_000n;
const NOW = 1_000n * S;
const rules: GoalRules = {
  frames: ["odom", "map"],
  arena: { xM: [-2, 2], yM: [-1, 1] },
  imageSize: { width: 64, height: 64 },
  nowNs: NOW,
  maxAgeNs: 5n * S,
  withHeading: true,
};

const pose = (fields: Partial<PoseGoalRequest> = {}): PoseGoalRequest => ({
  kind: "pose",
  stampNs: NOW,
  frameId: "odom",
  position: { x: 1, y: -0.5, z: 0 },
  orientation: { x: 0, y: 0, z: Math.sin(0.5), w: Math.cos(0.5) },
  ...fields,
});

const image = (width: number, height: number): ImageGoalRequest => ({
  kind: "image",
  stampNs: NOW,
  frame: { stampNs: NOW, width, height, rgb: new Uint8Array(width * height * 3) },
});

const codeOf = (request: PoseGoalRequest | ImageGoalRequest) => {
  const answer = admitGoal(request, 7, rules);
  return answer instanceof RehearseError ? answer.code : "admitted";
};

describe("a goal", () => {
  it("is admitted with its id and heading", () => {
    const goal = admitGoal(pose(), 7, rules);
    expect(goal).toMatchObject({ kind: "pose", id: 7, xM: 1, yM: -0.5 });
    expect((goal as { yawRad: number }).yawRad).toBeCloseTo(1, 12);
  });

  it("with an all-zero orientation has no heading", () => {
    const goal = admitGoal(pose({ orientation: { x: 0, y: 0, z: 0, w: 0 } }), 7, rules);
    expect(goal).toEqual({ kind: "pose", id: 7, xM: 1, yM: -0.5 });
  });

  it("in an unknown frame is refused, and the known ones are named", () => {
    const refusal = admitGoal(pose({ frameId: "base_link" }), 7, rules) as RehearseError;
    expect(refusal.code).toBe("RH-GOAL-FRAME");
    expect(refusal.details).toEqual({ frame: "base_link", known: ["odom", "map"] });
    expect(codeOf(pose({ frameId: "" }))).toBe("RH-GOAL-FRAME");
    expect(codeOf(pose({ frameId: "map" }))).toBe("admitted");
  });

  it("too old or from the future is refused; without a stamp it means now", () => {
    expect(codeOf(pose({ stampNs: NOW - 5n * S }))).toBe("admitted");
    expect(codeOf(pose({ stampNs: NOW - 5n * S - 1n }))).toBe("RH-GOAL-STALE");
    expect(codeOf(pose({ stampNs: NOW + S / 2n }))).toBe("admitted");
    expect(codeOf(pose({ stampNs: NOW + S }))).toBe("RH-GOAL-FUTURE");
    expect(codeOf(pose({ stampNs: 0n }))).toBe("admitted");
    expect(codeOf({ ...image(64, 64), stampNs: NOW - 60n * S })).toBe("RH-GOAL-STALE");
  });

  it("with any number in it that isn't finite is refused", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const axis of ["x", "y", "z"] as const)
        expect(codeOf(pose({ position: { ...pose().position, [axis]: bad } }))).toBe("RH-GOAL-NAN");
      for (const axis of ["x", "y", "z", "w"] as const) {
        expect(codeOf(pose({ orientation: { ...pose().orientation, [axis]: bad } }))).toBe("RH-GOAL-NAN");
      }
    }
  });

  it("with a quaternion that is none, or that tilts the body, is refused", () => {
    expect(codeOf(pose({ orientation: { x: 0, y: 0, z: 0, w: 2 } }))).toBe("RH-GOAL-ORIENTATION");
    expect(codeOf(pose({ orientation: { x: 0, y: 0, z: 0.71, w: 0.7 } }))).toBe("admitted");
    expect(codeOf(pose({ orientation: { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 } }))).toBe("RH-GOAL-TILT");
    expect(codeOf(pose({ orientation: { x: 1, y: 0, z: 0, w: 0 } }))).toBe("RH-GOAL-TILT");
  });

  it("is refused with the numbers that a program needs to do better", () => {
    const detailsOf = (request: Parameters<typeof admitGoal>[0]) => (admitGoal(request, 7, rules) as RehearseError).details;
    expect(detailsOf(pose({ stampNs: NOW - 7n * S }))).toEqual({ ageS: 7, maxS: 5 });
    expect(detailsOf(pose({ stampNs: NOW + S }))).toEqual({ aheadS: 1, maxS: 0.5 });
    expect(detailsOf(pose({ position: { x: 3, y: 0, z: 0 } }))).toEqual({ xM: 3, yM: 0, arena: rules.arena });
    expect(detailsOf(pose({ position: { x: Number.NaN, y: 0, z: Number.POSITIVE_INFINITY } }))).toEqual({
      fields: ["position.x", "position.z"],
    });
    expect(detailsOf(pose({ orientation: { x: 0, y: 0, z: 0, w: 2 } }))).toEqual({ length: 2 });
    expect(detailsOf(image(64, 48))).toEqual({ found: { widthPx: 64, heightPx: 48 }, expected: { widthPx: 64, heightPx: 64 } });
  });

  it("is admitted exactly inside of the arena", () => {
    const coordinate = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const inside = x >= -2 && x <= 2 && y >= -1 && y <= 1;
        expect(codeOf(pose({ position: { x, y, z: 0 } }))).toBe(inside ? "admitted" : "RH-GOAL-ARENA");
      }),
    );
  });

  it("picture must have the size that the model sees", () => {
    const request = image(64, 64);
    expect(admitGoal(request, 3, rules)).toEqual({ kind: "image", id: 3, frame: request.frame, withHeading: true });
    expect(codeOf(image(64, 48))).toBe("RH-GOAL-IMAGE");
    expect(codeOf(image(128, 128))).toBe("RH-GOAL-IMAGE");
  });
});
