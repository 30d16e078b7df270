import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { RehearseError } from "../core/error.js";
import type { CustomGuardrail } from "../core/guardrail.js";
import { MOTION_COLUMNS } from "../core/motion.js";
import type { RobotDescription } from "../core/robot-description.js";

/** What a guardrail's module is handed, since `import … from "rehearse"` finds nothing from a file elsewhere: frozen copies alone, since it runs in the guard. */
const GUARDRAIL_API = Object.freeze({ MOTION_COLUMNS: Object.freeze([...MOTION_COLUMNS] as const) });
export type GuardrailApi = typeof GUARDRAIL_API;

const ID = /^custom\/[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * The guardrails that a robot file names, in its order: each an ES module with `export default (rehearse) => guardrail`, or with an export `guardrail`. They are code of whoever builds a gate: named by
 * that file alone, and by no parameter, topic or model. Loaded at once, without waiting, so that a guard never runs a moment without them; a module
 * that waits at its top level is refused. Throws RH-GUARDRAIL-LOAD, RH-GUARDRAIL-SHAPE.
 */
export function customGuardrails({ guardrails: paths = [], source }: RobotDescription): readonly CustomGuardrail[] {
  const guardrails = paths.map((path) => checked(guardrailOf(path, source.path), path));
  const twice = guardrails.find(({ id }, i) => guardrails.findIndex((other) => other.id === id) !== i);
  if (twice === undefined) return guardrails;
  throw shape(`${source.path} names two guardrails with the id ${twice.id}`);
}

function guardrailOf(path: string, robotFile: string): unknown {
  try {
    const exported = createRequire(dirname(path) + sep)(path) as { readonly default?: unknown; readonly guardrail?: unknown };
    return typeof exported.default === "function" ? exported.default(GUARDRAIL_API) : exported.guardrail;
  } catch (cause) {
    throw new RehearseError(
      "RH-GUARDRAIL-LOAD",
      `the guardrail ${path}, which ${robotFile} names, can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      "without it nothing drives: correct the module, or take its line out of the robot file",
      { cause },
    );
  }
}

function checked(exported: unknown, path: string): CustomGuardrail {
  const { id, violations, rule, constraint } = (exported ?? {}) as Partial<CustomGuardrail>;
  if (typeof id !== "string" || !ID.test(id)) throw shape(`${path} exports no guardrail with an id such as custom/slow-zone`);
  if (!Array.isArray(violations)) throw shape(`${path}: ${id} has no list of violations`);
  if (typeof rule !== "function") throw shape(`${path}: ${id} has no rule`);
  if (constraint !== undefined && typeof constraint !== "function") throw shape(`${path}: the constraint of ${id} is no function`);
  return exported as CustomGuardrail;
}

function shape(message: string): RehearseError {
  return new RehearseError("RH-GUARDRAIL-SHAPE", message, "compare with examples/custom-guardrail.mjs");
}
