import { describe, expect, it } from "vitest";
import { poseGoal, requestFromPose } from "../../../src/messages/goal.js";
import { yawFromQuaternion } from "../../../src/messages/pose.js";

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
