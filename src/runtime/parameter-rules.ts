import { RehearseError } from "../core/error.js";
import { CostTerms } from "../mpc/cost-terms.js";
import { BUILT_IN, type Registries } from "../mpc/registries.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { plannerOf } from "../planner/index.js";
import type { PlannerSetup } from "./planner-setup.js";
import { setupOf } from "./setup.js";

type Setup = Pick<PlannerSetup, "model" | "robot" | "parameters">;

/**
 * What the table of parameters can't say of them: what depends on the model, on the robot, or on one another.
 * Rejects with RH-PLANNER-NAME, RH-PARAM-RANGE or RH-COST-….
 */
export async function requirePlannable({ model, robot, parameters: p }: Setup, registries: Registries = BUILT_IN): Promise<void> {
  plannerOf(registries.planners, p.planner);
  const committedS = p.commitment_s + robot.response.commandDelayS;
  const horizonS = p.horizon_steps * model.stepS;
  if (committedS >= horizonS)
    throw new RehearseError(
      "RH-PARAM-RANGE",
      `commitment_s is ${p.commitment_s}, a command takes ${robot.response.commandDelayS} s to act, and plans look ${horizonS} s ahead: nothing is left to plan`,
      "give a longer horizon_steps, or a shorter commitment_s",
      { details: { parameter: "commitment_s", allowed: { together: ["commitment_s", "horizon_steps"] }, received: p.commitment_s } },
    );
  const readouts = model.readouts.map(({ name, unit }) => `${name} [${unit}]`);
  await CostTerms.prepare(registries.costs, readouts, p);
}

/** As far as this can be said before the files are read that they name; what is wrong with those is an error of configuring. */
export async function requirePlannableLater(parameters: ControllerParameters, registries: Registries = BUILT_IN): Promise<void> {
  plannerOf(registries.planners, parameters.planner);
  let setup: Setup;
  try {
    setup = setupOf(parameters, false);
  } catch {
    return;
  }
  await requirePlannable(setup, registries);
}
