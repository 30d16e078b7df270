import type { Command } from "../core/command.js";
import type { TimedPlan } from "../core/cycle.js";
import type { Verdict } from "../core/gate.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { CommandHistory } from "./command-history.js";
import { type ControlOptions, committedTicks } from "./control-options.js";
import { holdsBack } from "./holds-back.js";
import { PlanBuffer } from "./plan-buffer.js";

/** What was sent, what is played now, and what will be played until a new plan can begin. */
export class ActionTimeline {
  /** The command that means "stand still". */
  readonly rest: Command;
  private readonly scaling: ActionScaling;
  private readonly plans: PlanBuffer;
  private readonly history: CommandHistory;
  private output: Command;
  private outputNs: bigint | undefined;
  /** The gate holds the robot back from the running plan, and not only while it changes its speed. */
  private obstructed = false;

  constructor(private readonly options: ControlOptions) {
    this.scaling = new ActionScaling(options.axes, options.command);
    this.rest = this.scaling.rest;
    this.output = this.rest;
    this.plans = new PlanBuffer(options.planExpiryNs);
    this.history = new CommandHistory(this.scaling.toAction(this.rest));
  }

  get plan(): TimedPlan | undefined {
    return this.plans.plan;
  }

  /** What was last sent to the robot. */
  get lastOutput(): { readonly lastOutput: Command; readonly lastOutputNs: bigint | undefined } {
    return { lastOutput: this.output, lastOutputNs: this.outputNs };
  }

  /** Takes a plan unless one from a newer frame for the same goal is held already. */
  offer(plan: TimedPlan): boolean {
    return this.plans.offer(plan);
  }

  /** The command that is planned for now; undefined: none is. */
  planned(nowNs: bigint): Command | undefined {
    const action = this.plans.actionAt(nowNs);
    return action && this.scaling.toCommand(action);
  }

  /** The gate's verdict on the present command. */
  judged(verdict: Verdict, nowNs: bigint): void {
    this.obstructed = holdsBack(verdict);
    this.executed(verdict.command, nowNs);
  }

  /** What the robot was commanded. */
  executed(command: Command, nowNs: bigint): void {
    this.output = command;
    this.outputNs = nowNs;
    this.history.record(nowNs, this.scaling.toAction(command));
  }

  /** Where the gate limits the plan, the plan is not what will be executed: the next one starts from what the gate lets through. */
  followGate(): void {
    if (this.obstructed) this.plans.hold(this.scaling.toAction(this.output));
  }

  /** `[tick, action]` executed from `startNs` on, independent of the next plan. @param moving whether the running plan is played on */
  committed(startNs: bigint, nowNs: bigint, moving: boolean): Float32Array {
    return this.actionsFrom(startNs, committedTicks(this.options), nowNs, moving);
  }

  /** `[tick, action]` of the model step before `startNs`. */
  recent(startNs: bigint, nowNs: bigint, moving: boolean): Float32Array {
    return this.actionsFrom(startNs - this.options.stepNs, this.options.blockSize, nowNs, moving);
  }

  forgetPlans(): void {
    this.plans.clear();
  }

  forgetTime(): void {
    this.history.clear();
    this.plans.clear();
  }

  /** Control-rate actions from a time on: those sent, then those that the running plan holds, then rest. */
  private actionsFrom(startNs: bigint, ticks: number, nowNs: bigint, moving: boolean): Float32Array {
    const { blockSize, stepNs, axes } = this.options;
    const actions = new Float32Array(ticks * axes.length);
    const rest = this.scaling.toAction(this.rest);
    for (let i = 0; i < ticks; i++) {
      // Sampled in the middle of each control period, so that a jitter of the tick does not move an action to its neighbour.
      const t = startNs + (stepNs * BigInt(2 * i + 1)) / BigInt(2 * blockSize);
      const action = t <= nowNs ? this.history.at(t) : ((moving ? this.plans.planned(t) : undefined) ?? rest);
      actions.set(action, i * axes.length);
    }
    return actions;
  }
}
