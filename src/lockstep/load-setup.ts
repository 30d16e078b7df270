import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readParameterFile } from "../config/parameter-file.js";
import { RehearseError } from "../core/error.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { resolveParameters } from "../parameters/resolve-parameters.js";
import { controllerTable } from "../runtime/module-parameters.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { projectPath } from "../runtime/project-path.js";
import { setupOf } from "../runtime/setup.js";
import { isModulePath } from "../runtime/user-module.js";
import { WORLD_NAMES, worldDefinition } from "../worlds/index.js";

type Values = Readonly<Record<string, unknown>>;

/**
 * @param assignments `name=value` each, over the defaults; values are read as JSON where they are JSON
 * @param file a ROS 2 parameter file, below the assignments
 * @param world whose own model, robot and parameters take the place of the defaults, below both
 */
export function loadSetup(assignments: readonly string[], file?: string, world?: string): PlannerSetup {
  const own = assigned(assignments);
  const fromFile = file === undefined ? {} : readParameterFile(file, "controller", (all) => controllerTable({ ...all, ...own }));
  const { defaults, table } = checkedWith(own, fromFile, file, world);
  const parameters = resolveParameters(table, { ...defaults, ...fromFile, ...own }, "the parameters") as unknown as ControllerParameters;
  const setup = setupOf(parameters, true);
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

/**
 * What is assigned, and what a world has of its own below that.
 * @param file a ROS 2 parameter file between the two, which is read by others; a module that it names may declare what is assigned
 */
export function parametersGiven(
  assignments: readonly string[],
  world: string,
  file?: string,
): { readonly own: Values; readonly defaults: Values } {
  const own = assigned(assignments);
  return { own, defaults: checkedWith(own, modulesIn(file), undefined, world).defaults };
}

/** Each source by itself, so that a refusal names it; by the parameters that there are once all of them are known. */
function checkedWith(own: Values, fromFile: Values, file: string | undefined, world: string | undefined) {
  const given = { ...fromFile, ...own };
  const defaults = world === undefined ? {} : defaultsOf(world, given);
  const table = controllerTable({ ...defaults, ...given });
  resolveParameters(table, own, "the command line");
  if (file !== undefined) resolveParameters(table, fromFile, file);
  resolveParameters(table, defaults, `the parameters of the world ${world}`);
  return { defaults, table };
}

/** The file may be for other nodes alone, and is judged by those that it is for. */
function modulesIn(file: string | undefined): Values {
  if (file === undefined) return {};
  try {
    const { planner, extra_costs } = readParameterFile(file, "controller", (all) => controllerTable(all));
    return { ...(planner !== undefined && { planner }), ...(extra_costs !== undefined && { extra_costs }) };
  } catch {
    return {};
  }
}

/** A world's model is the one in `models/<world>/base`; a file `controller.yaml` beside a model holds the parameters that suit it. */
function defaultsOf(world: string, given: Values = {}): Values {
  const { robot, controlPeriodS } = worldDefinition(world);
  // A world of a user's own has no folder of models; what its robot was trained in is nearest.
  const trained = isModulePath(world) ? robot : world;
  const own = {
    model: `models/${trained}/base`,
    robot: `calibration/${robot}/robot.yaml`,
    control_rate_hz: Math.round(1 / controlPeriodS),
  };
  const suiting = join(projectPath(String(given.model ?? own.model)), "controller.yaml");
  return { ...own, ...(existsSync(suiting) && readParameterFile(suiting, "controller", (all) => controllerTable({ ...all, ...given }))) };
}

export function worldsWithModels(): readonly string[] {
  return WORLD_NAMES.filter((world) => existsSync(projectPath(join("models", world, "base", "model.yaml"))));
}

/** `name=value` each, or `name:=value` as ROS writes it. Values are not checked. @throws RehearseError RH-PARAM-TYPE */
function assigned(assignments: readonly string[]): Values {
  const given = assignments.map((assignment) => {
    const [, name, value] = /^([^=:]+):?=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined)
      throw new RehearseError("RH-PARAM-TYPE", `'${assignment}' does not set a parameter`, "write it as name=value", {
        details: { parameter: assignment, expected: "name=value", received: assignment },
      });
    return [name, parsed(value!)] as const;
  });
  return withAbsolutePaths(Object.fromEntries(given));
}

/** What runs with these parameters may do so in another folder: modules named on a command line are seen from where it was written. */
function withAbsolutePaths(given: Values): Values {
  const absolute = (path: unknown) => (typeof path === "string" && isModulePath(path) ? resolve(projectPath(path)) : path);
  const { planner, extra_costs } = given;
  return {
    ...given,
    ...(planner !== undefined && { planner: absolute(planner) }),
    ...(extra_costs !== undefined && { extra_costs: Array.isArray(extra_costs) ? extra_costs.map(absolute) : extra_costs }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
