import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readParameterFile } from "../config/parameter-file.js";
import { RehearseError } from "../core/error.js";
import { CONTROLLER_PARAMETERS, type ControllerParameters } from "../parameters/controller-parameters.js";
import { resolveParameters } from "../parameters/resolve-parameters.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { projectPath } from "../runtime/project-path.js";
import { setupOf } from "../runtime/setup.js";
import { isModulePath } from "../runtime/user-module.js";
import { WORLD_NAMES, worldDefinition } from "../worlds/index.js";

/**
 * @param assignments `name=value` each, over the defaults; values are read as JSON where they are JSON
 * @param file a ROS 2 parameter file, below the assignments
 * @param world whose own model, robot and parameters take the place of the defaults, below both
 */
export function loadSetup(assignments: readonly string[], file?: string, world?: string): PlannerSetup {
  const own = assigned(assignments);
  const given = { ...(file !== undefined && checked(readParameterFile(file, "controller"), file)), ...own };
  const defaults = world === undefined ? {} : checked(defaultsOf(world, given), `the parameters of the world ${world}`);
  const setup = setupOf(resolveParameters(CONTROLLER_PARAMETERS, { ...defaults, ...given }, "the parameters"), true);
  for (const warning of setup.robot.warnings ?? []) warnOnce(warning);
  return setup;
}

const warned = new Set<string>();

/** A run over several worlds reads the same robot file several times. */
function warnOnce(warning: string): void {
  if (warned.has(warning)) return;
  warned.add(warning);
  process.stderr.write(`warning: ${warning}\n`);
}

/** Each source by itself, so that a refusal names it. */
function checked(given: Readonly<Record<string, unknown>>, where: string): Readonly<Record<string, unknown>> {
  resolveParameters(CONTROLLER_PARAMETERS, given, where);
  return given;
}

/** A world's model is the one in `models/<world>/base`; a file `controller.yaml` beside a model holds the parameters that suit it. */
export function defaultsOf(world: string, given: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { robot, controlPeriodS } = worldDefinition(world);
  // A world of a user's own has no folder of models; what its robot was trained in is nearest.
  const trained = isModulePath(world) ? robot : world;
  const own = {
    model: `models/${trained}/base`,
    robot: `calibration/${robot}/robot.yaml`,
    control_rate_hz: Math.round(1 / controlPeriodS),
  };
  const suiting = join(projectPath(String(given.model ?? own.model)), "controller.yaml");
  return { ...own, ...(existsSync(suiting) && readParameterFile(suiting, "controller")) };
}

export function worldsWithModels(): readonly string[] {
  return WORLD_NAMES.filter((world) => existsSync(projectPath(join("models", world, "base", "model.yaml"))));
}

/** `name=value` each, or `name:=value` as ROS writes it. @throws RehearseError RH-PARAM-UNKNOWN, RH-PARAM-TYPE, RH-PARAM-RANGE */
export function assigned(assignments: readonly string[]): Readonly<Record<string, unknown>> {
  const given = assignments.map((assignment) => {
    const [, name, value] = /^([^=:]+):?=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined)
      throw new RehearseError("RH-PARAM-TYPE", `'${assignment}' does not set a parameter`, "write it as name=value", {
        details: { parameter: assignment, expected: "name=value", received: assignment },
      });
    return [name, parsed(value!)] as const;
  });
  return withAbsolutePaths(checked(Object.fromEntries(given), "the command line"));
}

/** What runs with these parameters may do so in another folder: modules named on a command line are seen from where it was written. */
function withAbsolutePaths(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const absolute = (path: string) => (isModulePath(path) ? resolve(projectPath(path)) : path);
  const { planner, extra_costs } = given as Partial<ControllerParameters>;
  return {
    ...given,
    ...(planner !== undefined && { planner: absolute(planner) }),
    ...(extra_costs !== undefined && { extra_costs: extra_costs.map(absolute) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
