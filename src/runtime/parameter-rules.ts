import { RehearseError } from "../core/error.js";
import { CostTerms } from "../mpc/cost-terms.js";
import { BUILT_IN, type Registries } from "../mpc/registries.js";
import { defaultsOf } from "../objective/cost-registry.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { plannerOf } from "../planner/index.js";
import type { PlannerSetup } from "./planner-setup.js";
import { requireModuleFiles } from "./planning-modules.js";
import { setupOf } from "./setup.js";
import { isModulePath } from "./user-module.js";

type Setup = Pick<PlannerSetup, "model" | "robot" | "parameters">;

/**
 * What the table of parameters can't say of them: what depends on the model, on the robot, or on one another.
 * Rejects with RH-PARAM-RANGE or RH-COST-….
 */
export async function requirePlannable({ model, robot, parameters: p }: Setup, registries: Registries): Promise<void> {
  const committedS = p.commitment_s + robot.response.commandDelayS;
  const horizonS = p.horizon_steps * model.stepS;
  if (committedS >= horizonS)
    throw new RehearseError(
      "RH-PARAM-RANGE",
      `commitment_s is ${p.commitment_s}, a command takes ${robot.response.commandDelayS} s to act, and the horizon is ${horizonS} s: nothing is left to plan`,
      "give a longer horizon_steps, or a shorter commitment_s",
      { details: { parameter: "commitment_s", allowed: { together: ["commitment_s", "horizon_steps"] }, received: p.commitment_s } },
    );
  const readouts = model.readouts.map(({ name, unit }) => `${name} [${unit}]`);
  await CostTerms.prepare(registries.costs, readouts, { ...defaultsOf(registries.costs), ...p });
}

/**
 * As far as this can be said before the model is loaded: what is wrong with the files that they name is an error of configuring, and modules are run
 * by the planner's thread alone.
 */
export async function requirePlannableLater(parameters: ControllerParameters): Promise<void> {
  requireModuleFiles(parameters);
  if (!isModulePath(parameters.planner)) plannerOf(BUILT_IN.planners, parameters.planner);
  let setup: Setup;
  try {
    setup = setupOf(parameters, false);
  } catch {
    return;
  }
  await requirePlannable(setup, BUILT_IN);
}
