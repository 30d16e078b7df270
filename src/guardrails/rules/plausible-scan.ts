import { type Command, valuesOf } from "../../core/command.js";
import type { Guardrail, Ruling, ScanDoubt } from "../../core/guardrail.js";
import type { ViolationOf } from "../../core/violation.js";
import { scaled } from "../axes.js";
import { stop } from "../rule.js";

/** No view stays the same to the last bit over this distance, or over this turn. */
const MOVED_M = 0.05;
const TURNED_RAD = 0.1;

/** A scanner that sees nothing at all is a dead one, unless the robot file says that it drives where there is nothing. */
const EMPTY_S = 0.3;

/** A scan that is fresh by its stamps but shows the same ranges, to the last bit, though the robot has moved: a driver that repeats itself. */
export const plausibleScan: Guardrail<"plausible-scan"> = {
  id: "plausible-scan",
  violations: ["scan.frozen", "scan.empty", "scan.still", "scan.turned", "scan.mirrored", "scan.late"],
  rule:
    ({ scanner }) =>
    (command, { odometry, scan, scanDoubt, nothingSeenS, movedInView: { distanceM, turnRad } }) => {
      if (odometry === undefined || scan === undefined) return undefined;
      if (scanner && !scanner.openSpace && nothingSeenS > EMPTY_S) return stop("scan.empty", nothingSeenS, EMPTY_S, "s");
      if (distanceM > MOVED_M) return stop("scan.frozen", distanceM, MOVED_M, "m");
      if (turnRad > TURNED_RAD) return stop("scan.frozen", turnRad, TURNED_RAD, "rad");
      return scanDoubt && doubted(command, scanDoubt);
    },
};

/** Motion while there is reason to doubt where the scanner looks, and not yet certainty. */
const DOUBTED_MPS = 0.15;
const DOUBTED_RPS = 0.5;

function doubted(command: Command, { lie, value, evidence }: ScanDoubt): Ruling<ViolationOf<"plausible-scan">> | undefined {
  const [found, limit, unit] =
    lie === "turned" ? [value, 0, "rad" as const] : lie === "late" ? [value, 0, "s" as const] : [evidence, 0.5, "1" as const];
  const ruling = stop(`scan.${lie}` as const, found, limit, unit);
  if (evidence >= 1) return ruling;
  const [vx = 0, vy = 0, yawRate = 0] = valuesOf(command);
  const slowness = Math.max(Math.hypot(vx, vy) / DOUBTED_MPS, Math.abs(yawRate) / DOUBTED_RPS);
  return slowness <= 1 + 1e-9 ? undefined : { ...ruling, allowed: scaled(command, 1 / slowness), slows: true };
}
