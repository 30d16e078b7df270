import type { Guardrail } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { AccelerationLimit } from "./acceleration-limit.js";
import { BrakingDistance } from "./braking-distance.js";
import { enforceCeilings } from "./ceilings.js";
import { Finite } from "./finite.js";
import { KeepOut } from "./keep-out.js";
import { PlausibleOdometry } from "./plausible-odometry.js";
import { PlausibleScan } from "./plausible-scan.js";
import { SpeedLimit } from "./speed-limit.js";
import { Workspace } from "./workspace.js";

/** Every rule on motion, in the order in which the gate asks them. A new rule is one file and one line here. Throws RH-ROBOT-CEILING. */
export function guardrailsFor(robot: RobotDescription): Guardrail[] {
  enforceCeilings(robot);
  return [
    new Finite(),
    new PlausibleOdometry(robot),
    new PlausibleScan(),
    new SpeedLimit(robot),
    new AccelerationLimit(robot),
    new KeepOut(robot),
    new Workspace(robot),
    new BrakingDistance(robot),
  ];
}
