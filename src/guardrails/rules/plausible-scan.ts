import type { Guardrail } from "../../core/guardrail.js";
import { stop } from "../rule.js";

/** No view stays the same to the last bit over this distance, or over this turn. */
const MOVED_M = 0.05;
const TURNED_RAD = 0.1;

/** A scan that is fresh by its stamps but shows the same ranges, to the last bit, though the robot has moved: a driver that repeats itself. */
export const plausibleScan: Guardrail<"plausible-scan"> = {
  id: "plausible-scan",
  violations: ["scan.frozen"],
  rule:
    () =>
    (_command, { odometry, scan, movedInView: { distanceM, turnRad } }) => {
      if (odometry === undefined || scan === undefined) return undefined;
      if (distanceM > MOVED_M) return stop("scan.frozen", distanceM, MOVED_M, "m");
      return turnRad > TURNED_RAD ? stop("scan.frozen", turnRad, TURNED_RAD, "rad") : undefined;
    },
};
