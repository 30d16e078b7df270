import { writeFileSync } from "node:fs";
import { type BaseNumbers, newRobotFile } from "../config/new-robot-file.js";
import { parseRobotFile } from "../config/robot-file.js";
import { SafetyGate } from "../control/gate.js";
import { RehearseError } from "../core/error.js";

/**
 * Writes a robot file from few numbers, if a guard would take it; never over another file.
 * @throws RehearseError RH-ROBOT-CEILING, RH-ROBOT-SCHEMA, RH-ROBOT-WRITE
 */
export function initRobotFile(path: string, base: BaseNumbers): void {
  const text = newRobotFile(base);
  requireGuardable(text, path);
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new RehearseError(
      "RH-ROBOT-WRITE",
      exists ? `${path} is there already` : `${path} can't be written: ${(cause as Error).message}`,
      exists ? "edit it, or give another name" : "give a folder that can be written to",
      { cause },
    );
  }
}

/** Whether a guard would take it: building a gate checks the ceilings. @throws RehearseError RH-ROBOT-CEILING, RH-ROBOT-SCHEMA */
export function requireGuardable(text: string, path: string): void {
  new SafetyGate(parseRobotFile(Buffer.from(text), path));
}
