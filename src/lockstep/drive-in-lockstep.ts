import { ControlLoop, type PlanRequest } from "../control/control-loop.js";
import { SafetyGate } from "../control/gate.js";
import type { TimedPlan } from "../core/cycle.js";
import type { Gate } from "../core/gate.js";
import type { World } from "../core/world.js";
import { guardrailsFor } from "../guardrails/index.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { WorldRobot } from "../worlds/world-robot.js";
import { Lockstep } from "./lockstep.js";
import { SimulatedClock } from "./simulated-clock.js";

/**
 * A configured control loop on the robot of an embedded world, in simulated time, with the periods of `setup`; a plan arrives when its budget is
 * over, `slowness` times that.
 */
export function driveInLockstep(
  world: World,
  setup: PlannerSetup,
  plan: (request: PlanRequest) => Promise<TimedPlan>,
  {
    gate = new SafetyGate(guardrailsFor(setup.robot), setup.robot),
    slowness = 1,
  }: { readonly gate?: Gate; readonly slowness?: number } = {},
): { readonly run: Lockstep; readonly loop: ControlLoop } {
  const options = controlOptionsOf(setup);
  const { planning_period_s: periodS, planning_budget_s: budgetS } = setup.parameters;
  const loop = new ControlLoop(options, gate);
  const run = new Lockstep(new WorldRobot(world), new SimulatedClock(world.stampNs), loop, plan, {
    controlPeriodNs: options.periodNs,
    planningPeriodNs: BigInt(Math.round(periodS * 1e9)),
    planDelayNs: BigInt(Math.round(slowness * budgetS * 1e9)),
  });
  loop.on("configure");
  return { run, loop };
}
