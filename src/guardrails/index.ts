import type { Guardrail } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { accelerationLimit } from "./acceleration-limit.js";
import { brakingDistance } from "./braking-distance.js";
import { enforceCeilings } from "./ceilings.js";
import { doubtLimit } from "./doubt.js";
import { finite } from "./finite.js";
import { jerkLimit } from "./jerk-limit.js";
import { jointRange } from "./joint-range.js";
import { keepOut } from "./keep-out.js";
import { lateralAcceleration } from "./lateral-acceleration.js";
import { plausibleMotion } from "./plausible-motion.js";
import { plausibleScan } from "./plausible-scan.js";
import { speedLimit } from "./speed-limit.js";
import { workspace } from "./workspace.js";

const EVERY_BODY = [finite, plausibleMotion, doubtLimit, speedLimit, accelerationLimit, jerkLimit];
const BASES = [plausibleScan, lateralAcceleration, keepOut, workspace, brakingDistance];
const ARMS = [jointRange];

/** Every rule on motion, in the order in which the gate asks them. A new rule is one file and one line here. Throws RH-ROBOT-CEILING. */
export function guardrailsFor(robot: RobotDescription): Guardrail[] {
  enforceCeilings(robot);
  return [...EVERY_BODY, ...(robot.drive === "joints" ? ARMS : BASES)].map((make) => make(robot));
}
