import type { Verdict } from "../core/gate.js";
import type { ViolationId } from "../core/violation.js";

/** Limits that every motion meets while it speeds up or brakes: the body goes where the plan wants it, only later. */
const ON_THE_WAY: ReadonlySet<ViolationId> = new Set(["acceleration", "acceleration.jerk"]);

/** Whether the gate keeps the robot from what was planned, and not only while it changes its speed. */
export function holdsBack(verdict: Verdict): boolean {
  return verdict.kind !== "pass" && verdict.because.some(({ id }) => !ON_THE_WAY.has(id));
}
