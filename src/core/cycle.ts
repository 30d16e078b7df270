import type { BodyMeasurement } from "./body.js";
import type { RehearseError } from "./error.js";
import type { Verdict } from "./gate.js";
import type { Mode } from "./mode.js";
import type { Tensor } from "./tensor.js";

/** The best plan after an iteration. */
export interface IterationReport {
  readonly total: number;
  readonly violation: number;
  /** Weighted, by name. */
  readonly terms: Readonly<Record<string, number>>;
}

/** Energy of a plan, by named term (weighted; they add up to `total`) and by iteration (best so far). */
export interface EnergyReport {
  readonly total: number;
  readonly violation: number;
  readonly terms: Readonly<Record<string, number>>;
  /** Margin of every guardrail that has one along the plan, by its id; kept when <= 0. */
  readonly margins?: Readonly<Record<string, number>>;
  readonly byIteration: readonly IterationReport[];
}

/** A plan placed in time: the action for `t` is `actions[floor((t - startNs) / stepNs)]`. */
export interface TimedPlan {
  readonly goalId: number;
  /** Time of its first action: the stamp of its frame, less the time that a command takes to act. */
  readonly startNs: bigint;
  /** From here on its actions are its own; those before were committed when it was requested. */
  readonly freeNs: bigint;
  /** Stamp of the frame it was planned from. */
  readonly frameNs: bigint;
  readonly stepNs: bigint;
  /** `[step, action]`, normalised */
  readonly actions: Tensor;
  /** Predicted poses, `[step + 1, (x, y, yaw)]`, from the model's readouts; from the body's analytic motion where it has none of the pose. Absent: an arm's. */
  readonly poses?: Tensor | undefined;
  /** `[step, latent]`: the imagined future, for the decoder to draw. */
  readonly latents: Tensor;
  readonly energy: EnergyReport;
  readonly iterations: number;
  /** Wall time that encoding plus planning took. */
  readonly durationNs: bigint;
  /** Prediction error over the last observations, as a multiple of the model's normal error. */
  readonly surprise: number;
  /** Where the goal is, as the model sees it (read out of an image goal's latent), metres in the odometry frame; absent: it is no place. With the heading to end with, if there is one, radians. */
  readonly goalPosition?: { readonly xM: number; readonly yM: number; readonly yawRad?: number } | undefined;
  /** Cost to go from the present latent: metres, or, where the goal is no place, multiples of what counts as reached. */
  readonly remaining: number;
}

/** One immutable record a tick: recording, dashboard and diagnostics all read the same one. */
export interface Cycle {
  readonly tick: number;
  readonly nowNs: bigint;
  readonly mode: Mode;
  readonly body: BodyMeasurement | undefined;
  /** Why the newest frame was held back; absent: it was not. */
  readonly frameFault?: RehearseError | undefined;
  readonly plan: TimedPlan | undefined;
  readonly verdict: Verdict;
  /** Age of the frame that the played plan was made from. */
  readonly planAgeNs: bigint | undefined;
}
