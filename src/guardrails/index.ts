import { RehearseError } from "../core/error.js";
import type { CustomGuardrail, GateRule, Guardrail, PlanningConstraint } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { BuiltInRuleId } from "../core/violation.js";
import { embodimentOf } from "../embodiment/index.js";
import { enforceCeilings } from "./ceilings.js";
import { isolated } from "./isolated.js";
import { accelerationLimit } from "./rules/acceleration-limit.js";
import { brakingDistance } from "./rules/braking-distance.js";
import { emergencyStop } from "./rules/emergency-stop.js";
import { finite } from "./rules/finite.js";
import { freshness } from "./rules/freshness.js";
import { jerkLimit } from "./rules/jerk-limit.js";
import { jointRange } from "./rules/joint-range.js";
import { keepOut } from "./rules/keep-out.js";
import { kinematics } from "./rules/kinematics.js";
import { lateralAcceleration } from "./rules/lateral-acceleration.js";
import { linkClearance } from "./rules/link-clearance.js";
import { modelUncertainty } from "./rules/model-uncertainty.js";
import { plausibleMotion } from "./rules/plausible-motion.js";
import { plausibleScan } from "./rules/plausible-scan.js";
import { speedLimit } from "./rules/speed-limit.js";
import { workspace } from "./rules/workspace.js";

type AnyGuardrail = { readonly [Id in BuiltInRuleId]: Guardrail<Id> }[BuiltInRuleId];

const EVERY_BODY: readonly AnyGuardrail[] = [
  finite,
  freshness,
  emergencyStop,
  plausibleMotion,
  modelUncertainty,
  speedLimit,
  accelerationLimit,
  jerkLimit,
  kinematics,
];
const BASES: readonly AnyGuardrail[] = [plausibleScan, lateralAcceleration, keepOut, workspace, brakingDistance];
const ARMS: readonly AnyGuardrail[] = [jointRange, linkClearance];

/** Every guardrail, in the order in which the gate asks their rules. A new one is one file, one line here, and one for each of its findings in `core/violation.ts`. */
export const GUARDRAILS: readonly AnyGuardrail[] = [...EVERY_BODY, ...BASES, ...ARMS];

function guardrailsOf(robot: RobotDescription): readonly AnyGuardrail[] {
  return [...EVERY_BODY, ...(embodimentOf(robot).floor ? BASES : ARMS)];
}

/** What judges commands: all that is built in, then what is added. Throws RH-ROBOT-CEILING, RH-GUARDRAIL-MISSING. */
export function gateRulesFor(robot: RobotDescription, added: readonly CustomGuardrail[] = []): readonly GateRule[] {
  enforceCeilings(robot);
  const named = robot.guardrails?.length ?? 0;
  if (added.length < named) {
    throw new RehearseError(
      "RH-GUARDRAIL-MISSING",
      `${robot.source.path} names ${named} guardrails of its own, and a gate is made with ${added.length}`,
      "hand over what customGuardrails(robot) loads: new SafetyGate(robot, customGuardrails(robot))",
    );
  }
  const builtIn = guardrailsOf(robot).flatMap(({ id, rule }) => {
    const check = rule(robot);
    return check ? [{ id, check }] : [];
  });
  return [...builtIn, ...added.flatMap((guardrail) => isolated(guardrail, robot) ?? [])];
}

/** What shapes plans: the constraints of those guardrails that have one for this robot. Throws RH-ROBOT-CEILING. */
export function constraintsFor(robot: RobotDescription, added: readonly CustomGuardrail[] = []): readonly PlanningConstraint[] {
  enforceCeilings(robot);
  return [...guardrailsOf(robot), ...added].flatMap((guardrail) => {
    const margin = guardrail.constraint?.(robot);
    return margin ? [{ id: guardrail.id, margin }] : [];
  });
}
