import type { BodyMeasurement } from "../core/body.js";
import type { Command } from "../core/command.js";
import type { ControllerInput, OperatorEvent } from "../core/controller-input.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import type { RehearseError } from "../core/error.js";
import type { Gate } from "../core/gate.js";
import type { Goal, GoalRequest } from "../core/goal.js";
import type { Mode } from "../core/mode.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Polygon } from "../core/robot-description.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import { ActionTimeline } from "./action-timeline.js";
import { arrivalEvent } from "./arrival.js";
import type { ControlOptions } from "./control-options.js";
import { GoalAdmission } from "./goal-admission.js";
import { InputBuffers } from "./input-buffers.js";
import { INITIAL_RUN, type ModeEvent, mayMove, modeOf, type RunState, transition, wantsPlan } from "./modes.js";
import { PlanSchedule } from "./plan-schedule.js";
import { ProgressWatch } from "./progress-watch.js";
import { withEdges, withZones } from "./zone-edges.js";

/**
 * The controller, without a clock, a thread or a topic: measurements, goals, events and plans go in, requests for plans and, every tick, a command come
 * out. It never waits, least of all for a plan. All times are of one clock, which the caller owns; the same calls give the same commands, so that a robot, an
 * embedded world and a bag are driven by one and the same thing.
 */
export class Controller {
  private run: RunState = INITIAL_RUN;
  private readonly inputs: InputBuffers;
  private readonly goals = new GoalAdmission();
  private readonly schedule = new PlanSchedule();
  private readonly timeline: ActionTimeline;
  private readonly progress: ProgressWatch;
  private zones = withEdges([]);
  private ticks = 0;

  /** @param note receives every input, in order, before it is taken in */
  constructor(
    private options: ControlOptions,
    private readonly gate: Gate,
    private readonly note: (input: ControllerInput) => void = () => {},
  ) {
    this.inputs = new InputBuffers(options);
    this.timeline = new ActionTimeline(options);
    this.progress = new ProgressWatch(options);
  }

  get mode(): Mode {
    return modeOf(this.run);
  }

  get activeGoal(): Goal | undefined {
    return this.run.goal ? this.goals.newest : undefined;
  }

  /** Why the newest frame was held back; undefined: it was not. */
  get frameFault() {
    return this.inputs.frameFault;
  }

  /** Frames held back since the start, by what was wrong with them. */
  get heldBack() {
    return this.inputs.heldBack;
  }

  /** The planning period, and what goals are judged by, from now on; all else stays as it was. */
  adjust({ planningPeriodNs, goals }: ControlOptions): void {
    this.options = { ...this.options, planningPeriodNs, goals };
  }

  on(event: OperatorEvent): void {
    this.note({ kind: "event", event });
    this.turn(event);
  }

  /** @param frames names under which positions in the odometry frame may come @returns the goal that is pursued from now on, or why it is not */
  onGoal(request: GoalRequest, nowNs: bigint, frames: readonly string[]): Goal | RehearseError {
    this.note({ kind: "goal", goal: request.kind, stampNs: request.stampNs, atNs: nowNs, frames });
    const answer = this.goals.admit(request, { ...this.options.goals, frames, nowNs });
    if ("id" in answer) this.pursue(answer);
    return answer;
  }

  /** Takes up a goal that nobody has to admit: one of an evaluation, say. */
  pursue(goal: Goal): void {
    this.goals.newest = goal;
    this.turn("goal");
    // The old plan led elsewhere; keeping it as a warm start or playing it on would be wrong in both cases.
    this.forgetPlan();
  }

  onFrame(frame: CameraFrame, receivedNs: bigint): void {
    this.note({ kind: "frame", stampNs: frame.stampNs, atNs: receivedNs });
    this.inputs.onFrame(frame);
  }

  /** Odometry, or, of an arm, joint states. */
  onBody(body: BodyMeasurement, receivedNs: bigint): void {
    this.note({ kind: "body", stampNs: body.stampNs, atNs: receivedNs });
    if (!this.inputs.onBody(body, receivedNs)) return;
    this.timeline.forgetTime();
    this.forgetPlan();
  }

  onScan(scan: LaserScan, receivedNs: bigint): void {
    this.note({ kind: "scan", stampNs: scan.stampNs, atNs: receivedNs });
    this.inputs.onScan(scan, receivedNs);
  }

  /** Where the robot must not be from now on, besides what its file says; polygons of the odometry frame. Plans keep away from their edges. */
  onZones(zonesM: readonly Polygon[] | "unknown"): void {
    this.note({ kind: "zones", zonesM });
    this.zones = withEdges(zonesM);
  }

  /** What the robot was really commanded, if not by this controller: by a recorded run. */
  onExecuted(command: Command, nowNs: bigint): void {
    this.timeline.executed(command, nowNs);
  }

  /**
   * What to plan next; undefined while a plan is awaited, before the planning period is over, and when nothing new can be planned: no goal, no fresh inputs, or the
   * newest frame was planned from already. Each request must be answered by `onPlan` or `onPlanFailed`.
   * @param steadyNs time that nobody sets, which the planning period and a planner's silence are counted in
   */
  planRequest(nowNs: bigint, steadyNs = nowNs): PlanRequest | undefined {
    const { options, inputs, timeline, schedule } = this;
    const { frame } = inputs;
    const goal = this.goals.newest;
    if (!wantsPlan(this.mode) || frame === undefined || goal === undefined) return undefined;
    if (!schedule.isDue(frame.stampNs, steadyNs, options.planningPeriodNs) || !inputs.hasFreshFrame(nowNs)) return undefined;
    const body = inputs.bodyAt(frame.stampNs);
    if (body === undefined) return undefined;
    this.note({ kind: "request", stampNs: frame.stampNs, atNs: nowNs, steadyNs });
    timeline.followGate();
    const startNs = frame.stampNs - options.commandDelayNs;
    const moving = mayMove(this.mode);
    return {
      goal,
      frame,
      body,
      obstacles: withZones(inputs.obstacles, this.zones.edgePointsM, nowNs),
      startNs,
      committed: timeline.committed(startNs, nowNs, moving),
      recent: timeline.recent(startNs, nowNs, moving),
      previous: timeline.plan,
      stalledNs: this.progress.stalledNs(nowNs),
      sequence: schedule.begin(frame.stampNs, steadyNs),
    };
  }

  /** The requested plan. It is dropped when its goal is no longer the goal. */
  onPlan(plan: TimedPlan, nowNs: bigint): void {
    this.note({ kind: "plan", atNs: nowNs, iterations: plan.iterations });
    this.schedule.end();
    if (plan.goalId !== this.activeGoal?.id || !this.timeline.offer(plan)) return;
    // A plan that breaks a guardrail is played too: from a place that is itself too close there is no other, the planner has found
    // the one that breaks it least, and the gate lets through only what is safe.
    if (this.run.blocked && !this.progress.mayRetry(nowNs)) return;
    if (this.run.blocked) this.progress.forget();
    this.turn("plan");
    if (this.progress.note(plan.remaining, nowNs)) this.turn("no-progress");
  }

  onPlanFailed(): void {
    this.note({ kind: "plan-failed" });
    this.schedule.end();
  }

  /** Whether the planner has been silent for so long that it has to be started anew. */
  isPlannerHung(steadyNs: bigint): boolean {
    return this.schedule.isHung(steadyNs);
  }

  onPlannerRestarted(steadyNs: bigint): void {
    this.note({ kind: "planner-restarted", steadyNs });
    this.schedule.restart(steadyNs);
  }

  /** Once a control period: the command for now, and everything that led to it. */
  tick(nowNs: bigint): Cycle {
    const { inputs, timeline } = this;
    const isFresh = inputs.isFresh(nowNs);
    if (isFresh === this.run.stale) this.turn(isFresh ? "fresh" : "stale");
    if (!isFresh) timeline.forgetPlans();
    this.watchArrival();
    const planned = mayMove(this.mode) ? timeline.planned(nowNs) : undefined;
    if (mayMove(this.mode) && planned === undefined) this.turn("plan-lost");
    const verdict = this.gate.admit(planned ?? timeline.rest, {
      nowNs,
      ...inputs.sensed,
      zonesM: this.zones.zonesM,
      commandReceivedNs: nowNs,
      modelUncertainty: { surprise: timeline.plan?.surprise },
      ...timeline.lastOutput,
    });
    timeline.judged(verdict, nowNs);
    const { plan } = timeline;
    return {
      tick: this.ticks++,
      nowNs,
      mode: this.mode,
      body: inputs.body,
      frameFault: inputs.frameFault,
      plan,
      verdict,
      planAgeNs: plan === undefined ? undefined : nowNs - plan.startNs,
    };
  }

  private turn(event: ModeEvent): void {
    this.run = transition(this.run, event);
    if (!this.run.goal) this.forgetPlan();
  }

  private watchArrival(): void {
    const event = arrivalEvent(this.inputs.body, this.activeGoal, this.timeline.plan, this.run.arrived, this.options);
    if (event === undefined) return;
    this.turn(event);
    if (event === "leave") this.progress.forget();
  }

  private forgetPlan(): void {
    this.timeline.forgetPlans();
    this.run = transition(this.run, "plan-lost");
    this.schedule.forgetFrame();
    this.progress.forget();
  }
}
