import type { Verdict } from "../core/gate.js";
import type { Violation } from "../core/guardrail.js";

/** Limits that every motion meets while it speeds up or brakes: the body goes where the plan wants it, only later. */
const ON_THE_WAY: ReadonlySet<Violation["guardrail"]> = new Set(["acceleration", "acceleration.jerk"]);

/** Whether the gate keeps the robot from what was planned, and not only while it changes its speed. */
export function holdsBack(verdict: Verdict): boolean {
  return verdict.kind !== "pass" && verdict.because.some(({ guardrail }) => !ON_THE_WAY.has(guardrail));
}
