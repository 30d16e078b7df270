import { expect, it } from "vitest";
import { pathFromPoses } from "../../../src/messages/path.js";
import { stampToNs } from "../../../src/messages/stamp.js";

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
