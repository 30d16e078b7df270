import { base, independentWheels } from "./base.js";

/** A base on two driven wheels: forward and reverse speed, and yaw rate, also on the spot. */
export const differential = base("differential", independentWheels(false));
