import { TWIST } from "../core/command.js";
import type { Embodiment } from "../core/embodiment.js";

/** A base on two driven wheels: forward and reverse speed, and yaw rate. */
export const differential: Embodiment = {
  drive: "differential",
  command: () => TWIST,
};
