import type { Command } from "./command.js";
import type { BodyState, Violation } from "./guardrail.js";

/** The gate's answer is a value: what goes to the robot, and why it differs from what was asked. */
export type Verdict =
  | { readonly kind: "pass"; readonly command: Command }
  | { readonly kind: "limited"; readonly command: Command; readonly because: readonly Violation[] }
  | { readonly kind: "stop"; readonly command: Command; readonly because: readonly Violation[] };

/** The last judge before the robot: synchronous, no learned parts, never throws, can only make a command safer. */
export interface Gate {
  admit(proposed: Command | undefined, now: BodyState): Verdict;
}
