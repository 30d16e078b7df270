import type { ActionAxis } from "../core/action.js";
import type { BodyMeasurement, Pose2 } from "../core/body.js";
import type { Command, CommandNumbers } from "../core/command.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import type { Gate } from "../core/gate.js";
import type { Goal } from "../core/goal.js";
import type { CameraFrame, LaserScan, Surroundings } from "../core/sensors.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { measurementOf, poseOf } from "../embodiment/measurement-of.js";
import { ODOMETRY } from "../embodiment/odometry.js";
import { type ArrivalTolerance, arrives } from "./arrival.js";
import { BodyBuffer } from "./body-buffer.js";
import { CommandHistory } from "./command-history.js";
import { freshness } from "./freshness.js";
import { INITIAL_RUN, type ModeEvent, mayMove, modeOf, type RunState, transition, wantsPlan } from "./modes.js";
import { PlanBuffer } from "./plan-buffer.js";
import { surroundingsOf } from "./surroundings.js";

export interface ControlOptions {
  readonly periodNs: bigint;
  /** Model step, and the control-rate actions within it. */
  readonly stepNs: bigint;
  readonly blockSize: number;
  readonly axes: readonly ActionAxis[];
  /** What the robot's commands are made of. */
  readonly command: CommandNumbers;
  /** Time from the frame on that belongs to the running plan; it covers what planning takes. */
  readonly commitmentNs: bigint;
  /** From sending a command to the body acting on it. */
  readonly commandDelayNs: bigint;
  readonly planExpiryNs: bigint;
  readonly frameMaxAgeNs: bigint;
  /** Of odometry, or of joint states. */
  readonly bodyMaxAgeNs: bigint;
  readonly baseFromScan: Pose2;
  readonly arrival: ArrivalTolerance;
  /** Cost to go that counts as reached, of goals that are no place. */
  readonly goalTolerance: number;
  /** Without this much of the remaining way gained in `patienceNs`, the robot counts as blocked: it holds still, and tries again after half of it. */
  readonly progressM: number;
  readonly patienceNs: bigint;
}

/** Control-rate actions from a frame on that are not for its plan to choose: what planning takes, and what was sent before it and acts after it. */
export function committedTicks({ commitmentNs, commandDelayNs, stepNs, blockSize }: ControlOptions): number {
  const tickNs = Number(stepNs) / blockSize;
  return Math.ceil(Number(commitmentNs) / tickNs - 1e-6) + Math.round(Number(commandDelayNs) / tickNs);
}

/** All that the planner thread is told for one plan: plain data, so that it can cross threads. */
export interface PlanRequest {
  readonly goal: Goal;
  readonly frame: CameraFrame;
  /** The body when the frame was taken. */
  readonly body: BodyMeasurement;
  readonly surroundings: Surroundings | undefined;
  /** When the command was sent whose effect begins at the frame's time: the first action of the plan is for then. */
  readonly startNs: bigint;
  /** `[tick, action]`: what the body will do from the frame's time on, whatever the new plan will say. */
  readonly committed: Float32Array;
  /** `[block * action]`: what was done in the model step before the frame; surprise compares with it. */
  readonly recent: Float32Array;
  readonly previous: Pick<TimedPlan, "actions" | "startNs" | "stepNs"> | undefined;
  /** For how long the robot has come no nearer to its goal. */
  readonly stalledNs: bigint;
  readonly sequence: number;
}

/**
 * The control-rate side of the controller: newest plan → action for now → gate → command. Synchronous and without a clock of its own;
 * it never waits for the planner. All times are of one clock, which the caller owns.
 */
export class ControlLoop {
  private run: RunState = INITIAL_RUN;
  private goal: Goal | undefined;
  private frame: CameraFrame | undefined;
  private scan: LaserScan | undefined;
  private surroundings: Surroundings | undefined;
  private bodyReceivedNs: bigint | undefined;
  private scanReceivedNs: bigint | undefined;
  private readonly bodies = new BodyBuffer<BodyMeasurement>();
  private readonly plans: PlanBuffer;
  private readonly history: CommandHistory;
  private readonly committedTicks: number;
  private readonly scaling: ActionScaling;
  private lastOutput: Command;
  private lastOutputNs: bigint | undefined;
  /** The gate holds the robot back from the running plan, and not only while it speeds up. */
  private obstructed = false;
  private ticks = 0;
  private requests = 0;
  private requestedFrameNs: bigint | undefined;
  private leastRemaining = Number.POSITIVE_INFINITY;
  private progressNs: bigint | undefined;
  private blockedNs: bigint | undefined;

  constructor(
    private readonly options: ControlOptions,
    private readonly gate: Gate,
  ) {
    this.plans = new PlanBuffer(options.planExpiryNs);
    this.scaling = new ActionScaling(options.axes, options.command);
    this.lastOutput = this.scaling.rest;
    this.history = new CommandHistory(this.scaling.toAction(this.scaling.rest));
    this.committedTicks = committedTicks(options);
  }

  get mode() {
    return modeOf(this.run);
  }

  get activeGoal(): Goal | undefined {
    return this.run.goal ? this.goal : undefined;
  }

  /** An operator's or the lifecycle's word. */
  on(event: ModeEvent): void {
    this.run = transition(this.run, event);
    if (!this.run.goal) this.forgetPlan();
  }

  setGoal(goal: Goal): void {
    this.goal = goal;
    this.on("goal");
    // The old plan led elsewhere; keeping it as a warm start or playing it on would be wrong in both cases.
    this.forgetPlan();
  }

  onFrame(frame: CameraFrame): void {
    this.frame = frame;
  }

  /** Odometry, or, of an arm, joint states. */
  onBody(body: BodyMeasurement, receivedNs: bigint): void {
    if (this.bodies.push(body) === "jumped-back") this.forgetTime();
    this.bodyReceivedNs = receivedNs;
  }

  onScan(scan: LaserScan, receivedNs: bigint): void {
    this.scan = scan;
    this.scanReceivedNs = receivedNs;
    const then = this.bodies.at(scan.stampNs) ?? this.bodies.newest;
    const from = then && poseOf(then);
    this.surroundings = from && surroundingsOf(scan, from, this.options.baseFromScan, this.surroundings);
  }

  /** What the robot was really told, if it was not this loop's own command: the guard's, or that of a recorded run. */
  onExecuted(command: Command, nowNs: bigint): void {
    this.lastOutput = command;
    this.lastOutputNs = nowNs;
    this.history.record(nowNs, this.scaling.toAction(command));
  }

  /** A plan from the planner thread. Dropped when its goal is no longer the goal. */
  onPlan(plan: TimedPlan, nowNs: bigint): void {
    if (!this.run.goal || plan.goalId !== this.goal?.id || !this.plans.offer(plan)) return;
    // A plan that breaks a guardrail is played too: from a place that is itself too close there is no other, the planner has found
    // the one that breaks it least, and the gate lets through only what is safe.
    if (this.run.blocked && nowNs - (this.blockedNs ?? nowNs) < this.options.patienceNs / 2n) return;
    if (this.run.blocked) this.forgetProgress();
    this.on("plan");
    this.watchProgress(plan, nowNs);
  }

  /**
   * What to plan next, or undefined when nothing new can be planned: no goal, no fresh inputs, or the newest frame was planned from already.
   */
  planRequest(nowNs: bigint): PlanRequest | undefined {
    const { options, frame, goal } = this;
    if (!wantsPlan(this.mode) || frame === undefined || goal === undefined || frame.stampNs === this.requestedFrameNs) return undefined;
    if (freshness(frame.stampNs, nowNs, options.frameMaxAgeNs) !== "fresh") return undefined;
    const body = this.bodies.at(frame.stampNs);
    if (body === undefined) return undefined;
    this.requestedFrameNs = frame.stampNs;
    // Where the gate does not let the plan be, the plan is not what will be done: the next one starts from what the gate lets through.
    if (this.obstructed) this.plans.hold(this.scaling.toAction(this.lastOutput));
    const startNs = frame.stampNs - options.commandDelayNs;
    return {
      goal,
      frame,
      body,
      surroundings: this.surroundings,
      startNs,
      committed: this.actionsFrom(startNs, this.committedTicks, nowNs),
      recent: this.actionsFrom(startNs - options.stepNs, options.blockSize, nowNs),
      previous: this.plans.plan,
      stalledNs: this.progressNs === undefined ? 0n : nowNs - this.progressNs,
      sequence: this.requests++,
    };
  }

  tick(nowNs: bigint): Cycle {
    this.checkFreshness(nowNs);
    this.checkArrival();
    const body = this.bodies.newest;
    const action = mayMove(this.mode) ? this.plans.actionAt(nowNs) : undefined;
    if (mayMove(this.mode) && action === undefined) this.on("plan-lost");
    const verdict = this.gate.admit(action === undefined ? this.scaling.rest : this.scaling.toCommand(action), {
      nowNs,
      odometry: undefined,
      ...(body && { [measurementOf(body).name]: body }),
      scan: this.scan,
      odometryReceivedNs: this.bodyReceivedNs,
      jointsReceivedNs: this.bodyReceivedNs,
      scanReceivedNs: this.scanReceivedNs,
      commandReceivedNs: nowNs,
      doubt: { surprise: this.plans.plan?.surprise },
      lastOutput: this.lastOutput,
      lastOutputNs: this.lastOutputNs,
    });
    this.obstructed = verdict.kind !== "pass" && verdict.because.some(({ guardrail }) => !guardrail.startsWith("acceleration"));
    this.onExecuted(verdict.command, nowNs);
    const plan = this.plans.plan;
    return {
      tick: this.ticks++,
      nowNs,
      mode: this.mode,
      body,
      plan,
      verdict,
      planAgeNs: plan === undefined ? undefined : nowNs - plan.startNs,
    };
  }

  /** `[tick, action]` control-rate actions from a time on: those sent, then those that the running plan holds, then rest. */
  private actionsFrom(startNs: bigint, ticks: number, nowNs: bigint): Float32Array {
    const { blockSize, stepNs, axes } = this.options;
    const { scaling } = this;
    const actions = new Float32Array(ticks * axes.length);
    const rest = scaling.toAction(scaling.rest);
    for (let i = 0; i < ticks; i++) {
      // Sampled in the middle of each control period, so that a jitter of the tick does not move an action to its neighbour.
      const t = startNs + (stepNs * BigInt(2 * i + 1)) / BigInt(2 * blockSize);
      const action = t <= nowNs ? this.history.at(t) : ((mayMove(this.mode) ? this.plans.planned(t) : undefined) ?? rest);
      actions.set(action, i * axes.length);
    }
    return actions;
  }

  private checkFreshness(nowNs: bigint): void {
    const body = freshness(this.bodyReceivedNs, nowNs, this.options.bodyMaxAgeNs);
    const stamped = freshness(this.bodies.newest?.stampNs, nowNs, this.options.bodyMaxAgeNs);
    const frame = freshness(this.frame?.stampNs, nowNs, this.options.frameMaxAgeNs);
    const fresh = body === "fresh" && stamped === "fresh" && frame === "fresh";
    if (fresh === this.run.stale) this.on(fresh ? "fresh" : "stale");
    if (!fresh) this.plans.clear();
  }

  private checkArrival(): void {
    const body = this.bodies.newest;
    const goal = this.activeGoal;
    if (body === undefined || goal === undefined) return;
    const plan = this.plans.plan?.goalId === goal.id ? this.plans.plan : undefined;
    const { arrival } = this.options;
    // An image goal lies where the model reads it out of the picture; without a plan that is not known yet.
    const place = goal.kind === "pose" ? goal : plan?.place;
    if (place === undefined) {
      // No place: what is to go was found in the picture that the plan was made from.
      if (plan !== undefined && !this.run.arrived && plan.remaining <= this.options.goalTolerance) this.on("arrive");
      return;
    }
    if (!ODOMETRY.is(body)) return;
    if (!this.run.arrived && arrives(body, place, arrival)) this.on("arrive");
    else if (this.run.arrived && !arrives(body, place, { ...arrival, positionM: 2 * arrival.positionM, yawRad: 2 * arrival.yawRad })) {
      this.on("leave");
      this.forgetProgress();
    }
  }

  private watchProgress(plan: TimedPlan, nowNs: bigint): void {
    if (this.progressNs === undefined || plan.remaining < this.leastRemaining - this.options.progressM) {
      this.leastRemaining = plan.remaining;
      this.progressNs = nowNs;
    } else if (nowNs - this.progressNs > this.options.patienceNs) {
      this.on("no-way");
      this.blockedNs = nowNs;
    }
  }

  private forgetPlan(): void {
    this.plans.clear();
    this.run = transition(this.run, "plan-lost");
    this.requestedFrameNs = undefined;
    this.forgetProgress();
  }

  private forgetProgress(): void {
    this.leastRemaining = Number.POSITIVE_INFINITY;
    this.progressNs = undefined;
  }

  private forgetTime(): void {
    this.frame = undefined;
    this.scan = undefined;
    this.surroundings = undefined;
    this.history.clear();
    this.forgetPlan();
  }
}
