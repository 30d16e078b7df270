import type { Guardrail } from "../../core/guardrail.js";
import { stop } from "../rule.js";

/** Whatever the command, while the latch is closed. Planning goes on, so that a plan is there after the reset. */
export const emergencyStop: Guardrail<"emergency-stop"> = {
  id: "emergency-stop",
  violations: ["emergency-stop"],
  rule:
    () =>
    (_command, { emergencyStopped }) =>
      emergencyStopped ? stop("emergency-stop", 1, 0, "1") : undefined,
};
