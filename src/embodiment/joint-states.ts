import type { JointState } from "../core/body.js";
import type { Measurement } from "../core/embodiment.js";

/** Angles and velocities of an arm's joints. */
export const JOINT_STATES: Measurement<JointState> = {
  name: "joints",
  ros: { topic: "joint_states", type: "sensor_msgs/msg/JointState" },
  label: "joint states",
  notFinite: "RH-JOINTS-NAN",
  is: (body): body is JointState => "positionsRad" in body,
  position: ({ positionsRad }) => positionsRad,
  velocity: ({ velocitiesRps }) => velocitiesRps,
  pose: () => undefined,
  zero({ positionsRad }, stampNs) {
    const zeros = positionsRad.map(() => 0);
    return { stampNs, positionsRad: zeros, velocitiesRps: zeros };
  },
  extrapolated({ stampNs: fromNs, positionsRad, velocitiesRps }, stampNs) {
    const dt = Number(stampNs - fromNs) / 1e9;
    return { stampNs, positionsRad: positionsRad.map((q, i) => q + velocitiesRps[i]! * dt), velocitiesRps };
  },
  interpolated(before, after, stampNs) {
    const fraction = Number(stampNs - before.stampNs) / Number(after.stampNs - before.stampNs);
    const mix = (from: number, to: number) => from + fraction * (to - from);
    return {
      stampNs,
      positionsRad: before.positionsRad.map((q, i) => mix(q, after.positionsRad[i]!)),
      velocitiesRps: before.velocitiesRps.map((v, i) => mix(v, after.velocitiesRps[i]!)),
    };
  },
  displaced: (position, by) => position.map((q, i) => q + by[i]!),
  distance: (from, to) => ({ distanceM: 0, angleRad: Math.max(...to.map((q, i) => Math.abs(q - from[i]!))) }),
  travel(before, { stampNs, positionsRad, velocitiesRps }) {
    const dt = Math.max(0, Number(stampNs - before.stampNs) / 1e9);
    const turns = positionsRad.map((q, i) => Math.min(Math.abs(q - before.positionsRad[i]!), Math.abs(velocitiesRps[i]!) * dt));
    return { distanceM: 0, angleRad: turns.reduce((sum, turn) => sum + turn, 0) };
  },
  quantity({ positionsRad, velocitiesRps }, name, joints) {
    const dot = name.lastIndexOf(".");
    const numbers = { position: positionsRad, velocity: velocitiesRps }[name.slice(dot + 1)];
    return numbers?.[joints.indexOf(name.slice(0, dot))] ?? Number.NaN;
  },
  report: ({ positionsRad }, joints) => ({ joints: Object.fromEntries(joints.map((name, i) => [name, positionsRad[i]!])) }),
};
