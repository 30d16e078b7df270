import type { Guardrail } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";
import { enforceCeilings } from "./ceilings.js";
import { accelerationLimit } from "./rules/acceleration-limit.js";
import { brakingDistance } from "./rules/braking-distance.js";
import { doubtLimit } from "./rules/doubt.js";
import { finite } from "./rules/finite.js";
import { jerkLimit } from "./rules/jerk-limit.js";
import { jointRange } from "./rules/joint-range.js";
import { keepOut } from "./rules/keep-out.js";
import { kinematics } from "./rules/kinematics.js";
import { lateralAcceleration } from "./rules/lateral-acceleration.js";
import { plausibleMotion } from "./rules/plausible-motion.js";
import { plausibleScan } from "./rules/plausible-scan.js";
import { speedLimit } from "./rules/speed-limit.js";
import { workspace } from "./rules/workspace.js";

const EVERY_BODY = [finite, plausibleMotion, doubtLimit, speedLimit, accelerationLimit, jerkLimit];
const BASES = [plausibleScan, lateralAcceleration, keepOut, workspace, brakingDistance];
const ARMS = [jointRange];

/** Every rule on motion, in the order in which the gate asks them. A new rule is one file and one line here. Throws RH-ROBOT-CEILING. */
export function guardrailsFor(robot: RobotDescription): Guardrail[] {
  enforceCeilings(robot);
  const { floor, feasible } = embodimentOf(robot);
  return [...EVERY_BODY, ...(feasible ? [kinematics] : []), ...(floor ? BASES : ARMS)].map((make) => make(robot));
}
