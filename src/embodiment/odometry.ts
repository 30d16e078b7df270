import type { Odometry } from "../core/body.js";
import type { Measurement } from "../core/embodiment.js";
import { wrapAngle } from "../math/angle.js";

/** Pose in the odometry frame, twist in the body's own. */
export const ODOMETRY: Measurement<Odometry> = {
  name: "odometry",
  ros: { topic: "odom", type: "nav_msgs/msg/Odometry" },
  label: "odometry",
  notFinite: "RH-ODOM-NAN",
  is: (body): body is Odometry => "odomFromBase" in body,
  position: ({ odomFromBase: { xM, yM, yawRad } }) => [xM, yM, yawRad],
  velocity: ({ twistInBase: { vxMps, vyMps, yawRateRps } }) => [vxMps, vyMps, yawRateRps],
  pose: ({ odomFromBase }) => odomFromBase,
  zero: (_, stampNs) => ({ stampNs, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } }),
  extrapolated({ stampNs: fromNs, odomFromBase, twistInBase }, stampNs) {
    const dt = Number(stampNs - fromNs) / 1e9;
    const { vxMps, vyMps, yawRateRps } = twistInBase;
    const middle = odomFromBase.yawRad + (yawRateRps * dt) / 2;
    return {
      stampNs,
      odomFromBase: {
        xM: odomFromBase.xM + (vxMps * Math.cos(middle) - vyMps * Math.sin(middle)) * dt,
        yM: odomFromBase.yM + (vxMps * Math.sin(middle) + vyMps * Math.cos(middle)) * dt,
        yawRad: odomFromBase.yawRad + yawRateRps * dt,
      },
      twistInBase,
    };
  },
  interpolated(before, after, stampNs) {
    const fraction = Number(stampNs - before.stampNs) / Number(after.stampNs - before.stampNs);
    const mix = (from: number, to: number) => from + fraction * (to - from);
    const [a, b] = [before.odomFromBase, after.odomFromBase];
    const [v, w] = [before.twistInBase, after.twistInBase];
    return {
      stampNs,
      odomFromBase: { xM: mix(a.xM, b.xM), yM: mix(a.yM, b.yM), yawRad: a.yawRad + fraction * wrapAngle(b.yawRad - a.yawRad) },
      twistInBase: { vxMps: mix(v.vxMps, w.vxMps), vyMps: mix(v.vyMps, w.vyMps), yawRateRps: mix(v.yawRateRps, w.yawRateRps) },
    };
  },
  displaced([x = 0, y = 0, yaw = 0], [dx = 0, dy = 0, turn = 0]) {
    const [cos, sin] = [Math.cos(yaw + turn / 2), Math.sin(yaw + turn / 2)];
    return [x + dx * cos - dy * sin, y + dx * sin + dy * cos, yaw + turn];
  },
  distance: ([x = 0, y = 0, yaw = 0], [toX = 0, toY = 0, toYaw = 0]) => ({
    distanceM: Math.hypot(toX - x, toY - y),
    angleRad: Math.abs(wrapAngle(toYaw - yaw)),
  }),
  travel(before, after) {
    const dt = Math.max(0, Number(after.stampNs - before.stampNs) / 1e9);
    const { vxMps, vyMps, yawRateRps } = after.twistInBase;
    const [a, b] = [before.odomFromBase, after.odomFromBase];
    return {
      distanceM: Math.min(Math.hypot(b.xM - a.xM, b.yM - a.yM), Math.hypot(vxMps, vyMps) * dt),
      angleRad: Math.min(Math.abs(wrapAngle(b.yawRad - a.yawRad)), Math.abs(yawRateRps) * dt),
    };
  },
  quantity: (body, name) => QUANTITIES[name]?.(body) ?? Number.NaN,
  report: () => ({}),
};

const QUANTITIES: Readonly<Record<string, (body: Odometry) => number>> = {
  "linear.x": ({ twistInBase }) => twistInBase.vxMps,
  "linear.y": ({ twistInBase }) => twistInBase.vyMps,
  "angular.z": ({ twistInBase }) => twistInBase.yawRateRps,
  "robot.x": ({ odomFromBase }) => odomFromBase.xM,
  "robot.y": ({ odomFromBase }) => odomFromBase.yM,
  "robot.yaw.cos": ({ odomFromBase }) => Math.cos(odomFromBase.yawRad),
  "robot.yaw.sin": ({ odomFromBase }) => Math.sin(odomFromBase.yawRad),
};

/** What a model may ask of odometry as proprioception. */
export const ODOMETRY_QUANTITIES: readonly string[] = Object.keys(QUANTITIES);
