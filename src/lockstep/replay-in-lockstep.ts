import type { Controller } from "../control/controller.js";
import type { TwistCommand } from "../core/command.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { GoalRequest } from "../core/goal.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { BagReader } from "../recording/bag-reader.js";
import type { ReplayRobot } from "../recording/replay-robot.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { Lockstep } from "./lockstep.js";
import type { ReplayNotes } from "./replay-notes.js";
import { SimulatedClock } from "./simulated-clock.js";

export interface Place {
  readonly xM: number;
  readonly yM: number;
}

export interface ReplayedCycle {
  readonly cycle: Cycle;
  readonly recorded: TwistCommand | undefined;
}

export interface ReplayParts {
  readonly bag: BagReader;
  readonly robot: ReplayRobot;
  readonly controller: Controller;
  readonly setup: PlannerSetup;
  readonly plan: (request: PlanRequest) => Promise<TimedPlan>;
  readonly notes: ReplayNotes;
}

/**
 * In the bag's time, with control periods counted from its beginning, and plans that arrive when their budget is over. @param goal undefined: those of the bag,
 * by the admission of the live controller
 * @throws RehearseError RH-GOAL-… for the goal that was given
 */
export async function* replayInLockstep(
  { robot, controller, setup, plan, notes }: ReplayParts,
  goal: Place | undefined,
): AsyncGenerator<ReplayedCycle, void, void> {
  const pursue = (request: GoalRequest): void => {
    const answer = controller.onGoal(request, robot.stampNs, [robot.odomFrame]);
    if (!(answer instanceof RehearseError)) return;
    if (goal !== undefined) throw answer;
    notes.refusals.push({ atNs: robot.stampNs, error: answer });
  };
  robot.estop.subscribe((pressed) => controller.on(pressed ? "estop" : "estop-reset"));
  const { periodNs } = controlOptionsOf(setup);
  const run = new Lockstep(robot, new SimulatedClock(robot.stampNs), controller, plan, {
    controlPeriodNs: periodNs,
    planDelayNs: BigInt(Math.round(setup.parameters.planning_budget_s * 1e9)),
  });
  robot.frames.subscribe(() => notes.noteFrame(controller.frameFault));
  if (goal === undefined) robot.goals.subscribe(pursue);
  else pursue(requestOf(goal, robot.odomFrame));
  while (!robot.ended) {
    const cycle = await run.tick();
    const recorded = robot.commands.at(-1)?.recorded;
    if (recorded !== undefined) controller.onExecuted(recorded, cycle.nowNs);
    yield { cycle, recorded };
  }
}

/** Now, with any heading. */
function requestOf({ xM, yM }: Place, frameId: string): GoalRequest {
  return { kind: "pose", stampNs: 0n, frameId, position: { x: xM, y: yM, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 0 } };
}
