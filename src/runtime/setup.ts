import { readModelFile } from "../config/model-file.js";
import { readRobotFile } from "../config/robot-file.js";
import { TWIST_NUMBERS } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { ModelDescription } from "../core/model.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import type { PlannerSetup } from "./planner-setup.js";
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
