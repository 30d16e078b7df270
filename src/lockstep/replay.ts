import { customGuardrails } from "../config/custom-guardrails.js";
import { Controller } from "../control/controller.js";
import { SafetyGate } from "../control/gate.js";
import type { TwistCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { Verdict } from "../core/gate.js";
import type { Mode } from "../core/mode.js";
import type { PlanRequest } from "../core/plan-request.js";
import { mean } from "../math/statistics.js";
import { BagReader } from "../recording/bag-reader.js";
import { OBSERVATION_TOPICS, type Stream } from "../recording/observation-topics.js";
import { ReplayRobot } from "../recording/replay-robot.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import { buildPlanner, type PlannerSetup } from "../runtime/planner-setup.js";
import { type Place, type ReplayedCycle, replayInLockstep } from "./replay-in-lockstep.js";
import { ReplayNotes } from "./replay-notes.js";
import { replayTraced } from "./replay-traced.js";

export interface ReplayStep {
  readonly stampNs: bigint;
  /** Since the bag's beginning. */
  readonly timeS: number;
  readonly mode: Mode;
  readonly verdict: Verdict["kind"];
  readonly given: TwistCommand;
  /** What the robot was commanded then, or, in a traced run, what its controller proposed; undefined before the first command in the bag. */
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
  /** The run itself is replayed, by the trace of its controller, and not only what its sensors saw. */
  readonly traced: boolean;
  /** Goals in the bag that were not pursued, and why. */
  readonly refusals: readonly { readonly timeS: number; readonly error: RehearseError }[];
  /** What of the bag did not reach the controller, and why: messages that were refused, topics that nobody can choose among, damage. */
  readonly leftOut: readonly string[];
}

/**
 * Drives the controller from a bag, by the decoders and checks of the live nodes. With a goal, in the bag's time: the robot in the bag moves as recorded whatever
 * is commanded; so at every period the controller answers for what was seen, and is given the recorded command as the one executed. Without one the bag's own
 * goals are pursued: exactly as they were, where the bag holds the controller's trace, else in the bag's time.
 * @param topics of the bag by stream (`image`, `odometry`, `scan`, `command`, …), for those that can't be found by themselves
 * @throws RehearseError RH-BAG-…, RH-MODEL-…, RH-ROBOT-…, RH-GOAL-… for the goal that was given, RH-REPLAY-GOAL when there is none at all
 */
export async function replay(
  path: string,
  goal: Place | undefined,
  setup: PlannerSetup,
  onStep: (step: ReplayStep) => void,
  topics: Readonly<Record<string, string>> = {},
): Promise<ReplaySummary> {
  const bag = await BagReader.open(path);
  const robot = await ReplayRobot.open(bag, topics);
  const { goalPose, goalImage, trace } = robot.found.topics;
  const holds = (topic: string) => bag.topics.some(({ name, messages }) => name === topic && messages > 0);
  const isTraced = goal === undefined && holds(trace);
  if (goal === undefined && !holds(goalPose) && !holds(goalImage)) {
    await robot.close();
    throw new RehearseError(
      "RH-REPLAY-GOAL",
      `${path} holds no goal on ${goalPose} or ${goalImage}, and none is given`,
      "give one: --goal 1.2 0.4",
    );
  }
  const { mpc, model } = await buildPlanner(setup);
  const controller = new Controller(controlOptionsOf(setup), new SafetyGate(setup.robot, customGuardrails(setup.robot)));
  controller.on("configure");
  const notes = new ReplayNotes();
  const parts = { bag, robot, controller, setup, plan: (request: PlanRequest) => mpc.plan(request), notes };
  const tally = new Tally(onStep);
  try {
    for await (const cycle of isTraced ? replayTraced(parts) : replayInLockstep(parts, goal)) tally.note(cycle);
    return {
      ...tally.summary,
      topics: Object.fromEntries(
        Object.entries(robot.found.topics).filter(([stream, topic]) => topic !== OBSERVATION_TOPICS[stream as Stream]),
      ),
      traced: isTraced,
      refusals: notes.refusals.map(({ atNs, error }) => ({ timeS: tally.timeS(atNs), error })),
      leftOut: notes.leftOut(bag, robot),
    };
  } finally {
    await robot.close();
    await model.dispose();
  }
}

/** Commands beside those that were recorded. */
class Tally {
  private ticks = 0;
  private startNs: bigint | undefined;
  private readonly plans = new Set<bigint>();
  private readonly speedDifferences: number[] = [];
  private readonly yawRateDifferences: number[] = [];

  constructor(private readonly onStep: (step: ReplayStep) => void) {}

  get summary() {
    return {
      ticks: this.ticks,
      plans: this.plans.size,
      meanSpeedDifferenceMps: mean(this.speedDifferences),
      meanYawRateDifferenceRps: mean(this.yawRateDifferences),
    };
  }

  /** Since the first tick. */
  timeS(nowNs: bigint): number {
    return Number(nowNs - (this.startNs ?? nowNs)) / 1e9;
  }

  note({ cycle, recorded }: ReplayedCycle): void {
    this.startNs ??= cycle.nowNs;
    this.ticks++;
    const { plan } = cycle;
    if (plan !== undefined) this.plans.add(plan.frameNs);
    const given = cycle.verdict.command as TwistCommand;
    if (recorded !== undefined) {
      this.speedDifferences.push(Math.abs(given.vxMps - recorded.vxMps));
      this.yawRateDifferences.push(Math.abs(given.yawRateRps - recorded.yawRateRps));
    }
    this.onStep({
      stampNs: cycle.nowNs,
      timeS: this.timeS(cycle.nowNs),
      mode: cycle.mode,
      verdict: cycle.verdict.kind,
      given,
      recorded,
      remaining: plan?.remaining,
      surprise: plan?.surprise,
    });
  }
}
