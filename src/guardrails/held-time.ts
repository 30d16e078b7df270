import type { GateContext } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";

/** A judge that is later than that counts as gone: what then stops the body is its own timeout. */
const MAX_LATE_S = 0.5;
/** Lateness is rounded up to multiples of this, so that the time seldom changes. */
const STEP_S = 0.025;

/**
 * How long a command may be followed before a slower one takes its place: until the next judgement, which comes within the reaction time of the robot file, but on a busy
 * machine may come as late as lately; and, where every command has to be safe to hold, until the base's own timeout, as if this judgement were the last one.
 */
export function heldTimeS({ response, base }: RobotDescription, { worstIntervalS }: Pick<GateContext, "worstIntervalS">): number {
  return Math.max(response.reactionS, holdS(base), Math.min(Math.ceil(worstIntervalS / STEP_S) * STEP_S, MAX_LATE_S));
}

/** For planning: without lateness, which is of the process that judges. */
export function plannedHoldS({ response, base }: RobotDescription): number {
  return Math.max(response.reactionS, holdS(base));
}

function holdS({ commandTimeoutS, holdSafe }: RobotDescription["base"]): number {
  return holdSafe && commandTimeoutS !== undefined ? commandTimeoutS : 0;
}
