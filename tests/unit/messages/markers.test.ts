import { expect, it } from "vitest";
import { markersFromDrawings } from "../../../src/messages/markers.js";

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
