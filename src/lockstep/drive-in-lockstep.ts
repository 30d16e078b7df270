import { customGuardrails } from "../config/custom-guardrails.js";
import { Controller } from "../control/controller.js";
import { SafetyGate } from "../control/gate.js";
import type { TimedPlan } from "../core/cycle.js";
import type { Gate } from "../core/gate.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { World } from "../core/world.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { WorldRobot } from "../worlds/world-robot.js";
import { Lockstep } from "./lockstep.js";
import { SimulatedClock } from "./simulated-clock.js";

/**
 * A configured controller on the robot of an embedded world, in simulated time, with the periods of `setup`. Where `setup` is to be repeatable a plan
 * arrives when its budget is over, however long it took; else when it was really made. `slowness` − 1 more budgets later.
 */
export function driveInLockstep(
  world: World,
  setup: PlannerSetup,
  plan: (request: PlanRequest) => Promise<TimedPlan>,
  {
    gate = new SafetyGate(setup.robot, customGuardrails(setup.robot)),
    slowness = 1,
  }: { readonly gate?: Gate; readonly slowness?: number } = {},
): { readonly run: Lockstep; readonly controller: Controller } {
  const options = controlOptionsOf(setup);
  const budgetNs = (times: number) => BigInt(Math.round(times * setup.parameters.planning_budget_s * 1e9));
  const controller = new Controller(options, gate);
  const run = new Lockstep(new WorldRobot(world), new SimulatedClock(world.stampNs), controller, plan, {
    controlPeriodNs: options.periodNs,
    planDelayNs: ({ durationNs }) => (setup.repeatable ? budgetNs(slowness) : durationNs + budgetNs(slowness - 1)),
  });
  controller.on("configure");
  return { run, controller };
}
