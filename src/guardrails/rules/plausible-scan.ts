import type { Guardrail } from "../../core/guardrail.js";
import { stop } from "../rule.js";

/** No view stays the same to the last bit over this distance, or over this turn. */
const MOVED_M = 0.05;
const TURNED_RAD = 0.1;

/** A scanner that sees nothing at all is a dead one, unless the robot file says that it drives where there is nothing. */
const EMPTY_S = 0.3;

/** A scan that is fresh by its stamps but shows the same ranges, to the last bit, though the robot has moved: a driver that repeats itself. */
export const plausibleScan: Guardrail<"plausible-scan"> = {
  id: "plausible-scan",
  violations: ["scan.frozen", "scan.empty"],
  rule:
    ({ scanner }) =>
    (_command, { odometry, scan, nothingSeenS, movedInView: { distanceM, turnRad } }) => {
      if (odometry === undefined || scan === undefined) return undefined;
      if (scanner && !scanner.openSpace && nothingSeenS > EMPTY_S) return stop("scan.empty", nothingSeenS, EMPTY_S, "s");
      if (distanceM > MOVED_M) return stop("scan.frozen", distanceM, MOVED_M, "m");
      return turnRad > TURNED_RAD ? stop("scan.frozen", turnRad, TURNED_RAD, "rad") : undefined;
    },
};
