import { RehearseError } from "../core/error.js";
import { expressionCost } from "../objective/expression-cost.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { requirePlannerName } from "../planner/index.js";
import type { PlannerSetup } from "./planner-setup.js";
import { setupOf } from "./setup.js";

type Setup = Pick<PlannerSetup, "model" | "robot" | "parameters">;

/**
 * What the table of parameters can't say of them: what depends on the model, on the robot, or on one another.
 * Rejects with RH-PLANNER-NAME, RH-PARAM-RANGE or RH-COST-….
 */
export async function requirePlannable({ model, robot, parameters: p }: Setup): Promise<void> {
  requirePlannerName(p.planner);
  const committedS = p.commitment_s + robot.response.commandDelayS;
  const horizonS = p.horizon_steps * model.stepS;
  if (committedS >= horizonS)
    throw new RehearseError(
      "RH-PARAM-RANGE",
      `commitment_s is ${p.commitment_s}, a command takes ${robot.response.commandDelayS} s to act, and plans look ${horizonS} s ahead: nothing is left to plan`,
      "give a longer horizon_steps, or a shorter commitment_s",
    );
  if (p.extra_cost !== "")
    await expressionCost(
      "extra",
      p.extra_cost,
      model.readouts.map(({ name }) => name),
    );
}

/** As far as this can be said before the files are read that they name; what is wrong with those is an error of configuring. */
export async function requirePlannableLater(parameters: ControllerParameters): Promise<void> {
  requirePlannerName(parameters.planner);
  let setup: Setup;
  try {
    setup = setupOf(parameters, false);
  } catch {
    return;
  }
  await requirePlannable(setup);
}
