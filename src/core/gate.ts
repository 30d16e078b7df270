import type { Command } from "./command.js";
import type { BodyState } from "./guardrail.js";
import type { Violation } from "./violation.js";

/**
 * The gate's answer is a value: what goes to the robot, and why it differs from what was proposed. limited: the body may not, or cannot, move like
 * that · slowdown: an obstacle ahead or model uncertainty · stop: no admissible command, so the gate brakes along the arc of the last output.
 */
export type Verdict =
  | { readonly kind: "pass"; readonly command: Command }
  | {
      readonly kind: "limited" | "slowdown" | "stop";
      readonly command: Command;
      /** One a rule, in the order in which they were met: what was found, and what is allowed. */
      readonly because: readonly Violation[];
    };

/** The last judge before the robot: synchronous, no learned parts, never throws, can only make a command safer. */
export interface Gate {
  admit(proposed: Command | undefined, state: BodyState): Verdict;
}
