import { Observable } from "rxjs";
import { RehearseError } from "../../core/error.js";
import { type DiagnosticLevel, levelFromMessage } from "../../messages/diagnostics.js";
import {
  type CommandNumber,
  commandFrom,
  countsFrom,
  type GuardCounts,
  type ReportedVerdict,
  verdictFrom,
} from "../../messages/guard-state.js";
import { RELIABLE_QOS } from "../../messages/qos.js";
import { SERVICES, TOPICS } from "../../messages/topics.js";
import type { WorldState } from "../nodes/simulation-node.js";
import { type ControllerStatus, parseStatus } from "../nodes/status.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints } from "../rcl/endpoints.js";

/** The guard's report on `guard_state`. */
export interface GuardState {
  readonly level: DiagnosticLevel;
  /** The verdict in words. */
  readonly message: string;
  readonly verdict: ReportedVerdict;
  readonly proposed: readonly CommandNumber[];
  readonly command: readonly CommandNumber[];
  readonly counts: GuardCounts;
  /** All that was said, as it came. */
  readonly values: Readonly<Record<string, string>>;
}

/** Observes a running controller, guard and simulation, and calls their services. Observables are cold: they subscribe to the topic when subscribed to. */
export class StatusClient {
  readonly controller: Observable<ControllerStatus>;
  readonly guard: Observable<GuardState>;
  readonly world: Observable<WorldState>;
  private readonly endpoints: Endpoints;

  constructor(ros: Ros, options: { readonly name?: string; readonly namespace?: string } = {}) {
    const node = ros.createNode(options.name ?? "status_client", options.namespace, { answersParameterRequests: false });
    const endpoints = new Endpoints(ros, node);
    this.endpoints = endpoints;
    this.controller = shared((next) =>
      endpoints.subscribeLatched("std_msgs/msg/String", TOPICS.status, ({ data }) => next(parseStatus(data))),
    );
    this.world = shared((next) =>
      endpoints.subscribeLatched("std_msgs/msg/String", TOPICS.worldState, ({ data }) => next(JSON.parse(data) as WorldState)),
    );
    this.guard = shared((next) =>
      endpoints.subscribe("diagnostic_msgs/msg/DiagnosticStatus", TOPICS.guardState, RELIABLE_QOS, ({ level, message, values }) =>
        next(guardState(levelFromMessage(level), message, Object.fromEntries(values.map(({ key, value }) => [key, value])))),
      ),
    );
    node.spin();
  }

  /** Calls a Trigger service. @throws RehearseError RH-SERVICE-ABSENT, RH-SERVICE-REFUSED */
  async call(service: keyof typeof SERVICES, timeoutMs = 5000): Promise<string> {
    const name = SERVICES[service];
    const answer = await this.endpoints.call<{ success: boolean; message: string }>("std_srvs/srv/Trigger", name, {}, timeoutMs);
    if (!answer.success) {
      throw new RehearseError("RH-SERVICE-REFUSED", `${name} was refused: ${answer.message}`, "see the message", {
        details: { service: name, answer: answer.message },
      });
    }
    return answer.message;
  }
}

function guardState(level: DiagnosticLevel, message: string, values: GuardState["values"]): GuardState {
  const [proposed, command] = [commandFrom(values, "proposed"), commandFrom(values, "command")];
  return { level, message, verdict: verdictFrom(values), proposed, command, counts: countsFrom(values), values };
}

/** One subscription to the topic, made when first wanted, for as many observers as come. */
function shared<T>(subscribe: (next: (value: T) => void) => void): Observable<T> {
  const observers = new Set<(value: T) => void>();
  let subscribed = false;
  return new Observable<T>((observer) => {
    const next = (value: T): void => observer.next(value);
    observers.add(next);
    if (!subscribed) {
      subscribed = true;
      subscribe((value) => {
        for (const each of observers) each(value);
      });
    }
    return () => observers.delete(next);
  });
}
