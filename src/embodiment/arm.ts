import type { Embodiment } from "../core/embodiment.js";

/** An arm on a fixed base, commanded by the velocities of its joints. */
export const arm: Embodiment = {
  drive: "joints",
  command: ({ joints }) => ({ kind: "joint-velocities", names: joints.map(({ name }) => name) }),
};
