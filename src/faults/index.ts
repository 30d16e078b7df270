import { RehearseError } from "../core/error.js";
import type { Fault } from "./fault.js";
import { OPERATOR_FAULTS } from "./operator-faults.js";
import { PROCESS_FAULTS } from "./process-faults.js";
import { SCANNER_FAULTS } from "./scanner-faults.js";
import { SENSOR_FAULTS } from "./sensor-faults.js";

export const FAULTS: readonly Fault[] = [...PROCESS_FAULTS, ...OPERATOR_FAULTS, ...SENSOR_FAULTS, ...SCANNER_FAULTS].sort(
  // Those that need the processes started anew come last, together.
  (a, b) => Number(a.simulatedTime ?? false) - Number(b.simulatedTime ?? false),
);

/** What the short campaign has time for, the most important first. */
export const QUICK: readonly string[] = [
  "controller-blocked",
  "controller-stopped",
  "controller-killed",
  "odometry-nan",
  "planner-killed",
  "scan-silent",
  "guard-stopped",
];

export const DEFAULT_REPEATS = 2;

/** @throws RehearseError RH-FAULTS-NAME */
export function faultsNamed(names: readonly string[]): Fault[] {
  return names.map((name) => {
    const fault = FAULTS.find((each) => each.name === name);
    if (fault) return fault;
    const known = FAULTS.map((each) => each.name);
    throw new RehearseError("RH-FAULTS-NAME", `there is no fault '${name}'`, `choose from: ${known.join(", ")}`, {
      details: { name, known },
    });
  });
}
