import type { ControllerInput } from "./controller-input.js";

/**
 * One tick of a controller: what it was given since the tick before, in order, and what it commanded. With the measurements and goals that it names, a bag
 * holds all that is needed to run the controller again exactly as it ran.
 */
export interface Trace {
  readonly tick: number;
  readonly nowNs: bigint;
  readonly inputs: readonly ControllerInput[];
  /** The numbers of the command that it proposed. */
  readonly command: readonly number[];
}
