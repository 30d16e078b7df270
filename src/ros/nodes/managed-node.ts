import { BehaviorSubject, type Observable } from "rxjs";
import type { Clock } from "../../core/clock.js";
import { RehearseError } from "../../core/error.js";
import type { LifecycleStateMessage, TransitionEventMessage } from "../../messages/lifecycle.js";
import { RELIABLE_QOS } from "../../messages/qos.js";
import type { Endpoints, Publication } from "../rcl/endpoints.js";
import {
  availableTransitions,
  LIFECYCLE_STATES,
  LIFECYCLE_TRANSITIONS,
  type LifecycleState,
  type LifecycleTransition,
  outcomeTransition,
  requestedTransition,
  type TransitionOutcome,
} from "./lifecycle.js";

/** The work of each transition. What is thrown in `onConfigure` or `onActivate` leaves the node as it was, and it can be tried again. */
export interface LifecycleHooks {
  /** Load what is needed: model, sessions, threads. */
  onConfigure(): void | Promise<void>;
  onActivate(): void | Promise<void>;
  /** Stop. The node sends a stop command itself, before and after. */
  onDeactivate(): void | Promise<void>;
  /** Release what `onConfigure` made; also called after a failed one, so it must cope with a partial result. */
  onCleanup(): void | Promise<void>;
}

export type LifecycleRequest = "configure" | "activate" | "deactivate" | "cleanup" | "shutdown";

/**
 * A node's lifecycle over ROS: the five standard services and `~/transition_event`, which is all that `ros2 lifecycle` and lifecycle managers
 * use. rclnodejs has a LifecycleNode, but its callbacks are synchronous, so that a model can't be loaded in them, and a request that isn't
 * allowed in the present state never gets an answer. Here the transition states last as long as the work does, requests meanwhile are
 * declined, and every request is answered.
 */
export class ManagedNode {
  readonly states: Observable<LifecycleState>;
  /** Why the last transition failed, until one succeeds. */
  lastError: RehearseError | undefined;
  private ongoing: Promise<unknown> = Promise.resolve();
  private readonly current = new BehaviorSubject<LifecycleState>("unconfigured");
  private readonly events: Publication<TransitionEventMessage>;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly clock: Clock,
    private readonly hooks: LifecycleHooks,
  ) {
    this.states = this.current.asObservable();
    this.events = endpoints.publish("lifecycle_msgs/msg/TransitionEvent", "~/transition_event", RELIABLE_QOS);
    this.serve("ChangeState", "~/change_state", async (request) => ({
      success: (await this.change((request as { transition: LifecycleStateMessage }).transition)) === undefined,
    }));
    this.serve("GetState", "~/get_state", () => ({ current_state: stateMessage(this.state) }));
    this.serve("GetAvailableStates", "~/get_available_states", () => ({
      available_states: (Object.keys(LIFECYCLE_STATES) as LifecycleState[]).map(stateMessage),
    }));
    this.serve("GetAvailableTransitions", "~/get_available_transitions", () => ({
      available_transitions: availableTransitions(this.state).map(description),
    }));
    this.serve("GetAvailableTransitions", "~/get_transition_graph", () => ({
      available_transitions: LIFECYCLE_TRANSITIONS.map(description),
    }));
  }

  get state(): LifecycleState {
    return this.current.value;
  }

  /** Goes through a transition from inside, as a lifecycle manager would. @returns why not, if not */
  request(label: LifecycleRequest): Promise<RehearseError | undefined> {
    return this.change({ id: 0, label });
  }

  /** Resolves when no transition is going on. */
  async settled(): Promise<void> {
    for (let seen: unknown; seen !== this.ongoing; ) {
      seen = this.ongoing;
      await this.ongoing;
    }
  }

  private change(request: LifecycleStateMessage): Promise<RehearseError | undefined> {
    const change = this.transit(request);
    // What is refused at once must not take the place of what is going on.
    this.ongoing = Promise.all([this.ongoing, change]).then(() => undefined);
    return change;
  }

  private async transit(request: LifecycleStateMessage): Promise<RehearseError | undefined> {
    const before = this.state;
    const transition = requestedTransition(before, request);
    if (transition === undefined) {
      const refusal = new RehearseError(
        "RH-LIFECYCLE",
        `"${request.label || request.id}" isn't possible while ${before}`,
        `possible are: ${availableTransitions(before)
          .filter(({ label }) => !label.startsWith("transition_"))
          .map(({ label }) => label)
          .join(", ")}`,
      );
      this.endpoints.log.warn(refusal.describe());
      return refusal;
    }
    this.enter(transition);
    const error = await this.work(transition, before);
    if (error === undefined) {
      this.lastError = undefined;
      this.enter(outcomeTransition(transition.to, "success"));
      return undefined;
    }
    this.lastError = error;
    this.endpoints.log.error(`${transition.label} failed: ${error.describe()}`);
    this.enter(outcomeTransition(transition.to, failureOf(transition)));
    // There is no error state to stay in: once everything is released, the node is unconfigured again.
    if (this.state === "errorprocessing") this.enter(outcomeTransition("errorprocessing", await this.recover()));
    return error;
  }

  /** @returns what went wrong, if anything */
  private async work(transition: LifecycleTransition, before: LifecycleState): Promise<RehearseError | undefined> {
    const { hooks } = this;
    try {
      switch (transition.label as LifecycleRequest) {
        case "configure":
          await hooks.onConfigure();
          break;
        case "activate":
          await hooks.onActivate();
          break;
        case "deactivate":
          await hooks.onDeactivate();
          break;
        case "cleanup":
          await hooks.onCleanup();
          break;
        case "shutdown":
          if (before === "active") await hooks.onDeactivate();
          if (before !== "unconfigured") await hooks.onCleanup();
      }
      return undefined;
    } catch (cause) {
      if (transition.label === "configure") await this.recover();
      if (cause instanceof RehearseError) return cause;
      return new RehearseError(
        "RH-LIFECYCLE-BUG",
        `${transition.label} broke: ${cause instanceof Error ? cause.stack : String(cause)}`,
        "please report this with the log",
        { cause },
      );
    }
  }

  private async recover(): Promise<TransitionOutcome> {
    try {
      await this.hooks.onCleanup();
      return "success";
    } catch (error) {
      this.endpoints.report(error, "cleanup");
      return "failure";
    }
  }

  private enter(transition: LifecycleTransition): void {
    this.events.send({
      timestamp: this.clock.nowNs(),
      transition: { id: transition.id, label: transition.label },
      start_state: stateMessage(transition.from),
      goal_state: stateMessage(transition.to),
    });
    this.current.next(transition.to);
  }

  private serve(type: string, name: string, answer: (request: unknown) => object | Promise<object>): void {
    this.endpoints.service(`lifecycle_msgs/srv/${type}`, name, answer);
  }
}

/** A node that can't deactivate must not be taken for active; one that can't be configured or activated is simply not. */
function failureOf({ label }: LifecycleTransition): TransitionOutcome {
  return label === "configure" || label === "activate" ? "failure" : "error";
}

function stateMessage(state: LifecycleState): LifecycleStateMessage {
  return { id: LIFECYCLE_STATES[state], label: state };
}

function description({ id, label, from, to }: LifecycleTransition): object {
  return { transition: { id, label }, start_state: stateMessage(from), goal_state: stateMessage(to) };
}
