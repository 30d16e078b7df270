import { customGuardrails } from "../config/custom-guardrails.js";
import { Controller } from "../control/controller.js";
import { SafetyGate } from "../control/gate.js";
import type { TwistCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { Verdict } from "../core/gate.js";
import type { GoalRequest } from "../core/goal.js";
import type { Mode } from "../core/mode.js";
import { mean } from "../math/statistics.js";
import { BagReader } from "../recording/bag-reader.js";
import { OBSERVATION_TOPICS, type Stream } from "../recording/observation-topics.js";
import { ReplayRobot } from "../recording/replay-robot.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import { buildPlanner, type PlannerSetup } from "../runtime/planner-setup.js";
import { Lockstep } from "./lockstep.js";
import { SimulatedClock } from "./simulated-clock.js";

const ODOM = "odom";

export interface ReplayStep {
  readonly stampNs: bigint;
  /** Since the bag's beginning. */
  readonly timeS: number;
  readonly mode: Mode;
  readonly verdict: Verdict["kind"];
  readonly given: TwistCommand;
  /** What the robot was told then; undefined before the first command in the bag. */
  readonly recorded: TwistCommand | undefined;
  readonly remaining: number | undefined;
  readonly surprise: number | undefined;
}

export interface ReplaySummary {
  readonly ticks: number;
  readonly plans: number;
  readonly meanSpeedDifferenceMps: number;
  readonly meanYawRateDifferenceRps: number;
  /** Topics by stream that have another name in this bag than the project's own. */
  readonly topics: Readonly<Record<string, string>>;
  /** What of the bag did not reach the controller, and why: messages that were refused, topics that nobody can choose among, damage. */
  readonly leftOut: readonly string[];
}

/**
 * Drives the controller from a bag, in the bag's time. Messages and the goal are refused as the live nodes refuse them. The robot in the bag goes its own way
 * whatever is commanded; so at every period the controller answers for what was seen, and is told that what was recorded has been done.
 * @param topics of the bag by stream (`image`, `odometry`, `scan`, `command`), for those that can't be found by themselves
 * @throws RehearseError RH-BAG-…, RH-GOAL-…, RH-MODEL-…, RH-ROBOT-…
 */
export async function replay(
  path: string,
  goal: { readonly xM: number; readonly yM: number },
  setup: PlannerSetup,
  onStep: (step: ReplayStep) => void,
  topics: Readonly<Record<string, string>> = {},
): Promise<ReplaySummary> {
  const bag = await BagReader.open(path);
  const robot = await ReplayRobot.open(bag, topics);
  const { mpc, model } = await buildPlanner(setup);
  try {
    const options = controlOptionsOf(setup);
    const startNs = robot.stampNs;
    const clock = new SimulatedClock(startNs);
    const controller = new Controller(options, new SafetyGate(setup.robot, customGuardrails(setup.robot)));
    const run = new Lockstep(robot, clock, controller, (request) => mpc.plan(request), {
      controlPeriodNs: options.periodNs,
      planDelayNs: BigInt(Math.round(setup.parameters.planning_budget_s * 1e9)),
    });
    controller.on("configure");
    const refusal = controller.onGoal(poseRequest(goal), startNs, [ODOM]);
    if (refusal instanceof RehearseError) throw refusal;
    const heldBack = new Map<string, { readonly frames: number; readonly first: RehearseError }>();
    robot.frames.subscribe(() => {
      const { frameFault: first } = controller;
      if (first !== undefined)
        heldBack.set(first.code, { first: heldBack.get(first.code)?.first ?? first, frames: (heldBack.get(first.code)?.frames ?? 0) + 1 });
    });

    let ticks = 0;
    const plans = new Set<bigint>();
    const speedDifferences: number[] = [];
    const yawRateDifferences: number[] = [];
    while (!robot.ended) {
      const cycle = await run.tick();
      ticks++;
      if (cycle.plan !== undefined) plans.add(cycle.plan.frameNs);
      const last = robot.commands.at(-1);
      const given = cycle.verdict.command as TwistCommand;
      const recorded = last?.recorded;
      if (recorded !== undefined) {
        controller.onExecuted(recorded, cycle.nowNs);
        speedDifferences.push(Math.abs(given.vxMps - recorded.vxMps));
        yawRateDifferences.push(Math.abs(given.yawRateRps - recorded.yawRateRps));
      }
      onStep({
        stampNs: cycle.nowNs,
        timeS: Number(cycle.nowNs - startNs) / 1e9,
        mode: cycle.mode,
        verdict: cycle.verdict.kind,
        given,
        recorded,
        remaining: cycle.plan?.remaining,
        surprise: cycle.plan?.surprise,
      });
    }
    return {
      ticks,
      plans: plans.size,
      meanSpeedDifferenceMps: mean(speedDifferences),
      meanYawRateDifferenceRps: mean(yawRateDifferences),
      topics: Object.fromEntries(
        Object.entries(robot.found.topics).filter(([stream, topic]) => topic !== OBSERVATION_TOPICS[stream as Stream]),
      ),
      leftOut: [
        ...[...heldBack.values()].map(
          ({ frames, first }) => `${robot.found.topics.image}: ${frames} frames held back, ${first.describe()}`,
        ),
        ...leftOut(bag, robot),
      ],
    };
  } finally {
    await robot.close();
    await model.dispose();
  }
}

/** In the odometry frame, now, with any heading. */
function poseRequest({ xM, yM }: { readonly xM: number; readonly yM: number }): GoalRequest {
  return { kind: "pose", stampNs: 0n, frameId: ODOM, position: { x: xM, y: yM, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 0 } };
}

function leftOut(bag: BagReader, robot: ReplayRobot): string[] {
  const { found, refused, unstamped } = robot;
  return [
    ...found.undecided.map(
      ({ stream, among }) => `${stream}: several topics could be it (${among.join(", ")}); choose by --topics ${stream}=…`,
    ),
    ...refused.map(({ topic, messages, first }) => `${topic}: ${messages} messages refused, first ${first.describe()}`),
    ...[...unstamped].map(
      ([topic, messages]) => `${topic}: ${messages} messages without a stamp were given that of their recording; live they count as stale`,
    ),
    ...bag.damage.map(({ path, byte, reason }) => `the bag is damaged: ${path} at byte ${byte}: ${reason}`),
  ];
}
