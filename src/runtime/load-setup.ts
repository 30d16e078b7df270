import { existsSync } from "node:fs";
import { join } from "node:path";
import { CONTROLLER_PARAMETERS } from "../config/controller-parameters.js";
import { readModelFile } from "../config/model-file.js";
import { readParameterFile } from "../config/parameter-file.js";
import { resolveParameters } from "../config/parameters.js";
import { readRobotFile } from "../config/robot-file.js";
import { TWIST_NUMBERS } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { ModelDescription } from "../core/model.js";
import type { RobotDescription } from "../core/robot-description.js";
import { WORLD_NAMES, worldKind } from "../worlds/index.js";
import type { ControllerParameters, PlannerSetup } from "./planner-setup.js";
import { projectPath } from "./project-path.js";

/** Reads the files that the parameters name. Throws the RehearseError that says which of them is wrong, and how. */
export function setupOf(parameters: ControllerParameters, repeatable: boolean): PlannerSetup {
  const model = readModelFile(projectPath(parameters.model));
  const robot = readRobotFile(projectPath(parameters.robot));
  requireFit(model, robot);
  return { model, robot, parameters, repeatable };
}

/** A model speaks of a base or of an arm's joints, by name. @throws RehearseError RH-MODEL-ROBOT */
function requireFit(model: ModelDescription, { name: robot, joints }: RobotDescription): void {
  const names = joints.map(({ name }) => name);
  const isArm = names.length > 0;
  const unfit = (what: string) =>
    new RehearseError(
      "RH-MODEL-ROBOT",
      `the model in ${model.folder} ${what}; the robot ${robot} ${isArm ? `is an arm with the joints ${names.join(", ")}` : "is a base"}`,
      "give the robot file and the model that belong together",
    );
  const numbers: readonly string[] = isArm ? names : TWIST_NUMBERS;
  const foreign = model.axes.find(({ name }) => !numbers.includes(name));
  if (foreign) throw unfit(`commands ${foreign.name}`);
  const ofJoint = (sensed: string) => names.some((name) => sensed === `${name}.position` || sensed === `${name}.velocity`);
  const unknown = model.proprioception.find(({ name }) => (isArm ? !ofJoint(name) : /\.(position|velocity)$/.test(name)));
  if (unknown) throw unfit(`takes ${unknown.name}`);
  if (isArm && model.goal !== "latent") throw unfit("takes places as goals");
}

/**
 * @param assignments `name=value` each, over the defaults; values are read as JSON where they are JSON
 * @param file a ROS 2 parameter file, below the assignments
 * @param world whose own model, robot and parameters take the place of the defaults, below both
 */
export function loadSetup(assignments: readonly string[], file?: string, world?: string): PlannerSetup {
  const given = { ...(file !== undefined && readParameterFile(file, "controller")), ...assigned(assignments) };
  const overrides = world === undefined ? given : { ...defaultsOf(world, given), ...given };
  return setupOf(resolveParameters(CONTROLLER_PARAMETERS, overrides, "the command line"), true);
}

/** A world's model is the one in `models/<world>/base`; a file `controller.yaml` beside a model holds the parameters that suit it. */
export function defaultsOf(world: string, given: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { robot, controlPeriodS } = worldKind(world);
  const own = { model: `models/${world}/base`, robot: `calibration/${robot}/robot.yaml`, control_rate_hz: Math.round(1 / controlPeriodS) };
  const suiting = join(projectPath(String(given.model ?? own.model)), "controller.yaml");
  return { ...own, ...(existsSync(suiting) && readParameterFile(suiting, "controller")) };
}

export function worldsWithModels(): readonly string[] {
  return WORLD_NAMES.filter((world) => existsSync(projectPath(join("models", world, "base", "model.yaml"))));
}

/** `name=value` each, or `name:=value` as ROS writes it. */
export function assigned(assignments: readonly string[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [, name, value] = /^([^=:]+):?=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined) throw new RehearseError("RH-PARAM-TYPE", `'${assignment}' does not set a parameter`, "write it as name=value");
    given[name] = parsed(value!);
  }
  return given;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
