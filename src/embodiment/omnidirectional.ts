import { base, independentWheels } from "./base.js";

/** A base that also moves sideways, under the same limits of acceleration. */
export const omnidirectional = base("omnidirectional", independentWheels(true), {
  ownNumbers: { "limits.sideways_mps": { unit: "m/s", min: 0, max: 1 } },
});
