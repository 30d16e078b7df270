import type { Controller } from "../control/controller.js";
import type { ControllerInput } from "../core/controller-input.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Trace } from "../core/trace.js";
import type { RecordedMessages } from "./recorded-messages.js";
import type { ReplayNotes } from "./replay-notes.js";

/** Where the replay's inputs differ from those of the recorded run. */
export interface Departures {
  /** Measurements and goals that the trace names and the bag lacks. */
  missing: number;
  /** Plans that were requested in the recorded run, and not in this one. */
  unasked: number;
  /** Plans of another number of iterations: the clock ended them, or their parameters were others. */
  otherIterations: number;
}

/**
 * A controller that is given what another one was given when it was recorded: in the same order, at the same times, with plans that arrive when they
 * arrived. Only what the plans hold is worked out anew.
 */
export class TracedRun {
  readonly departures: Departures = { missing: 0, unasked: 0, otherIterations: 0 };
  private pending: TimedPlan | undefined;

  constructor(
    private readonly controller: Controller,
    private readonly plan: (request: PlanRequest) => Promise<TimedPlan>,
    private readonly messages: RecordedMessages,
    private readonly notes: ReplayNotes,
  ) {}

  async tick({ inputs, nowNs }: Trace): Promise<Cycle> {
    for (const input of inputs) await this.give(input);
    return this.controller.tick(nowNs);
  }

  private async give(input: ControllerInput): Promise<void> {
    const { controller, departures } = this;
    switch (input.kind) {
      case "body": {
        const found = await this.find("odometry", input.stampNs);
        if (found) controller.onBody({ ...found.value, stampNs: input.stampNs }, input.atNs);
        break;
      }
      case "scan": {
        const found = await this.find("scan", input.stampNs);
        if (found) controller.onScan({ ...found.value, stampNs: input.stampNs }, input.atNs);
        break;
      }
      case "frame": {
        const found = await this.find("image", input.stampNs);
        if (found === undefined) break;
        controller.onFrame({ ...found.value, stampNs: input.stampNs }, input.atNs);
        this.notes.noteFrame(controller.frameFault);
        break;
      }
      case "goal": {
        const found = await this.find(input.goal === "pose" ? "goalPose" : "goalImage", input.stampNs);
        const answer = found && controller.onGoal(found.value, input.atNs, input.frames);
        if (answer instanceof RehearseError) this.notes.refusals.push({ atNs: input.atNs, error: answer });
        break;
      }
      case "zones":
        controller.onZones(input.zonesM);
        break;
      case "event":
        controller.on(input.event);
        break;
      case "request": {
        const request = controller.planRequest(input.atNs, input.steadyNs);
        if (request === undefined) departures.unasked++;
        this.pending = request && (await this.plan(request));
        break;
      }
      case "plan":
        if (this.pending === undefined) break;
        if (this.pending.iterations !== input.iterations) departures.otherIterations++;
        controller.onPlan(this.pending, input.atNs);
        this.pending = undefined;
        break;
      case "plan-failed":
        controller.onPlanFailed();
        this.pending = undefined;
        break;
      case "planner-restarted":
        controller.onPlannerRestarted(input.steadyNs);
        break;
    }
  }

  private async find<Stream extends Parameters<RecordedMessages["take"]>[0]>(stream: Stream, stampNs: bigint) {
    const found = await this.messages.take(stream, stampNs);
    if (found === undefined) this.departures.missing++;
    return found;
  }
}
