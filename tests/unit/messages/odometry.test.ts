import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageFromOdometry, type OdometryMessage, odometryFromMessage } from "../../../src/messages/odometry.js";
import { codeOf } from "./code-of.js";

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true, minExcluded: true });

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
      expect(codeOf(() => odometryFromMessage(message))).toBe("RH-ODOM-NAN");
    }
  });
});
