import { readModelFile } from "../config/model-file.js";
import { RehearseError } from "../core/error.js";
import type { ModelDescription } from "../core/model.js";
import type { RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import type { PlannerSetup } from "./planner-setup.js";
import { projectPath } from "./project-path.js";
import { robotOf } from "./robot-of.js";

/** Reads the files that the parameters name. Throws the RehearseError that says which of them is wrong, and how. */
export function setupOf(parameters: ControllerParameters, repeatable: boolean): PlannerSetup {
  const model = readModelFile(projectPath(parameters.model));
  const robot = robotOf(parameters.robot, model);
  requireFit(model, robot);
  return { model, robot, parameters: { ...parameters, robot: robot.source.path }, repeatable };
}

/** A model commands and takes quantities by name, which the robot must have. @throws RehearseError RH-MODEL-ROBOT */
function requireFit(model: ModelDescription, robot: RobotDescription): void {
  const embodiment = embodimentOf(robot);
  const { names } = embodiment.command(robot);
  const unfit = (what: string, name?: string, known: readonly string[] = []) =>
    new RehearseError(
      "RH-MODEL-ROBOT",
      `the model in ${model.folder} ${what}; the robot ${robot.name} ${embodiment.floor ? "is a base" : `is an arm with the joints ${names.join(", ")}`}`,
      "give the robot file and the model that belong together",
      { details: { path: model.folder, robot: robot.name, name, known } },
    );
  const foreign = model.axes.find(({ name }) => !names.includes(name));
  if (foreign) throw unfit(`commands ${foreign.name}`, foreign.name, names);
  const sensed = embodiment.proprioception(robot);
  const unknown = model.proprioception.find(({ name }) => !sensed.includes(name));
  if (unknown) throw unfit(`takes ${unknown.name}`, unknown.name, sensed);
  if (!embodiment.floor && model.goal !== "latent") throw unfit("takes places as goals");
}
