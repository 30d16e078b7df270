import { CONTROLLER_PARAMETERS } from "../config/controller-parameters.js";
import { readModelFile } from "../config/model-file.js";
import { readParameterFile } from "../config/parameter-file.js";
import { resolveParameters } from "../config/parameters.js";
import { readRobotFile } from "../config/robot-file.js";
import { RehearseError } from "../core/error.js";
import type { ControllerParameters, PlannerSetup } from "./planner-setup.js";
import { projectPath } from "./project-path.js";

/** Reads the files that the parameters name. Throws the RehearseError that says which of them is wrong, and how. */
export function setupOf(parameters: ControllerParameters, repeatable: boolean): PlannerSetup {
  return {
    model: readModelFile(projectPath(parameters.model)),
    robot: readRobotFile(projectPath(parameters.robot)),
    parameters,
    repeatable,
  };
}

/**
 * @param assignments `name=value` each, over the defaults; values are read as JSON where they are JSON
 * @param file a ROS 2 parameter file, below the assignments
 */
export function loadSetup(assignments: readonly string[], file?: string): PlannerSetup {
  const overrides: Record<string, unknown> = file === undefined ? {} : readParameterFile(file, "controller");
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) throw new RehearseError("RH-PARAM-TYPE", `'${assignment}' does not set a parameter`, "write it as name=value");
    overrides[assignment.slice(0, at)] = parsed(assignment.slice(at + 1));
  }
  return setupOf(resolveParameters(CONTROLLER_PARAMETERS, overrides, "the command line"), true);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
