import type { Command } from "../../core/command.js";
import { commandCodecOf } from "../../messages/body-codecs.js";
import { type DiagnosticReport, diagnosticArray, diagnosticStatus } from "../../messages/diagnostics.js";
import { INTAKES } from "../../messages/intakes.js";
import { RELIABLE_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import type { MessageTypes } from "../../messages/types.js";
import type { ParameterValues } from "../../parameters/parameter.js";
import { STANDBY_PARAMETERS } from "../../parameters/standby-parameters.js";
import { rosClock } from "../rcl/clock.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication, type Source } from "../rcl/endpoints.js";
import { publishersOf } from "../rcl/graph.js";
import { Parameters } from "../rcl/parameters.js";
import { BodyTopics, type CommandPublisher, type RosBody } from "./body-topics.js";
import type { StopLatch } from "./emergency-stops.js";
import { StandbyStops } from "./standby-stops.js";

/** The standby itself, which decides: what the node needs of it. */
export interface StandbyBrake {
  readonly mode: "waiting" | "watching" | "braking";
  readonly takeovers: number;
  readonly deadlineNs: bigint | undefined;
  /** @returns the time since the command before */
  onGuard(command: Command, steadyNs: bigint): bigint | undefined;
  onEmergencyStop(pressed: boolean, steadyNs: bigint): void;
  /** The command to send now, if any. */
  check(steadyNs: bigint): Command | undefined;
}

export interface StandbyNodeOptions {
  /** Called once, when the parameters are known and before anything is taken or sent. */
  readonly create: (parameters: ParameterValues<typeof STANDBY_PARAMETERS>) => { readonly brake: StandbyBrake; readonly body: RosBody };
  /** Where the emergency stop is kept beyond the end of the process, by the full name of the topic that commands the robot; default: nowhere. */
  readonly openLatch?: (topic: string) => StopLatch;
  /** Default: `standby`. */
  readonly name?: string;
  readonly namespace?: string;
}

const BRAKING_PERIOD_MS = 20;
const STATE_PERIOD_MS = 300;
const DIAGNOSTICS_PERIOD_NS = 1_000_000_000n;
/** A decision that comes this late finds messages that have not been taken yet: the standby itself was held up. */
const LATE_NS = 8_000_000n;
/** Time to take them. */
const CATCH_UP_MS = 8;
/** For a publisher whose node isn't known yet. */
const SEARCH_NS = 50_000_000n;
/** Publishers that are known not to be the guard. */
const MAX_STRANGERS = 64;

/**
 * The standby's ROS interface: hears what the guard sends to the robot, and brakes when that ends. It shares nothing with the guard but this topic, so
 * that whatever ends, blocks or stops the guard's process is silence here.
 */
export class StandbyNode {
  private readonly endpoints: Endpoints;
  private readonly brake: StandbyBrake;
  private readonly command: CommandPublisher;
  private readonly commanded: string;
  private readonly guardName: string;
  private readonly clock: ReturnType<typeof rosClock>;
  private readonly state: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticStatus"]>;
  private readonly diagnostics: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticArray"]>;
  private readonly stops: StandbyStops;
  private readonly guards = new Set<string>();
  private readonly strangers = new Set<string>();
  private searchedNs = 0n;
  private timer: NodeJS.Timeout | undefined;
  private caughtUp = false;
  private stopped = false;
  private longestGapNs = 0n;
  private diagnosticsNs = 0n;

  constructor(
    private readonly ros: Ros,
    options: StandbyNodeOptions,
  ) {
    const node = ros.createNode(options.name ?? "standby", options.namespace, { answersParameterRequests: false });
    this.clock = rosClock(ros, node);
    const { values } = new Parameters(ros, node, STANDBY_PARAMETERS);
    const { brake, body } = options.create(values);
    this.brake = brake;
    this.endpoints = new Endpoints(ros, node);
    const topics = new BodyTopics(this.endpoints, body);
    const commanded = topics.commanded(values.enable_stamped_cmd_vel);
    this.commanded = commanded.topic;
    this.guardName = `${node.namespace().replace(/\/$/, "")}/${values.guard}`;
    this.command = topics.publish(commanded);
    this.state = this.endpoints.publish("diagnostic_msgs/msg/DiagnosticStatus", TOPICS.standbyState, RELIABLE_QOS);
    this.diagnostics = this.endpoints.publish("diagnostic_msgs/msg/DiagnosticArray", TOPICS.diagnostics, RELIABLE_QOS);
    const codec = commandCodecOf(commanded.type);
    // Not reliable: a standby that is held up must not hold up the guard.
    const qos = { depth: 10, reliability: "best_effort", durability: "volatile" } as const;
    const take = (message: never, { gid }: Source) => {
      if (this.isGuard(gid)) this.hear(codec.decode(message, body.command.names));
    };
    this.endpoints.subscribeFrom(codec.type, commanded.topic, [qos], take as never, { intake: INTAKES.small });
    this.stops = new StandbyStops(this.endpoints, options.openLatch?.(node.resolveTopicName(commanded.topic)), (latched) =>
      brake.onEmergencyStop(latched, this.clock.steadyNs()),
    );
  }

  get log() {
    return this.endpoints.log;
  }

  /** Begins to listen. */
  start(): void {
    this.endpoints.node.spin();
    const reports = setInterval(() => this.report(), STATE_PERIOD_MS);
    this.ros.onStop(() => {
      this.stopped = true;
      clearTimeout(this.timer);
      clearInterval(reports);
    });
  }

  private hear(command: Command): void {
    const gapNs = this.brake.onGuard(command, this.clock.steadyNs()) ?? 0n;
    if (gapNs > this.longestGapNs) this.longestGapNs = gapNs;
    if (this.brake.mode !== "braking") this.arm();
  }

  /** Wakes when the guard will have been silent for too long, and, once it brakes, at the guard's rate. */
  private arm(ms = Number(this.brake.deadlineNs! - this.clock.steadyNs()) / 1e6): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    // After the messages that have arrived by then.
    this.timer = setTimeout(() => setImmediate(() => this.decide()), Math.ceil(Math.max(0, ms)));
  }

  private decide(): void {
    if (this.stopped) return;
    const { brake } = this;
    const steadyNs = this.clock.steadyNs();
    const before = brake.mode;
    if (before !== "braking" && !this.caughtUp && steadyNs - brake.deadlineNs! > LATE_NS) {
      this.caughtUp = true;
      this.arm(CATCH_UP_MS);
      return;
    }
    this.caughtUp = false;
    const command = brake.check(steadyNs);
    if (command !== undefined) this.send(command);
    this.arm(command === undefined ? undefined : BRAKING_PERIOD_MS);
    if (brake.mode === before) return;
    if (brake.mode === "braking") this.log.error(`${this.guardName} is silent: the standby brakes`);
    else this.log.warn(`${this.guardName} is back: the standby watches again`);
    this.report();
  }

  private send(command: Command): void {
    try {
      this.command.send(command, this.clock.nowNs());
    } catch (error) {
      this.endpoints.node.errors.contain(error, this.commanded);
    }
  }

  private isGuard(gid: string): boolean {
    if (this.guards.has(gid)) return true;
    const steadyNs = this.clock.steadyNs();
    if (this.strangers.has(gid) || steadyNs - this.searchedNs < SEARCH_NS) return false;
    this.searchedNs = steadyNs;
    const info = publishersOf(this.endpoints.node, this.commanded).find((each) => each.gid === gid);
    if (info?.fullName === this.guardName) this.guards.add(gid);
    // The name of a new node comes a little later than its first messages.
    else if (info !== undefined && !info.nodeName.startsWith("_") && this.strangers.size < MAX_STRANGERS) this.strangers.add(gid);
    return this.guards.has(gid);
  }

  private report(): void {
    // An emergency stop has no deadline.
    if (this.brake.mode === "watching") this.decide();
    const { mode, takeovers } = this.brake;
    const steadyNs = this.clock.steadyNs();
    const silentMs = this.brake.deadlineNs === undefined ? undefined : Math.max(0, Number(steadyNs - this.brake.deadlineNs) / 1e6);
    const report: DiagnosticReport = {
      level: mode === "braking" ? "error" : mode === "waiting" ? "warn" : "ok",
      message: MESSAGES[mode](this.guardName),
      values: {
        mode,
        takeovers,
        emergency_stop: this.stops.isLatched,
        "guard.overdue_ms": silentMs,
        "guard.longest_gap_ms": Number(this.longestGapNs) / 1e6,
        ...this.endpoints.node.errors.values(),
      },
    };
    const status = diagnosticStatus("rehearse: standby", "", report);
    this.state.send(status);
    if (steadyNs - this.diagnosticsNs < DIAGNOSTICS_PERIOD_NS) return;
    [this.diagnosticsNs, this.longestGapNs] = [steadyNs, 0n];
    this.diagnostics.send(diagnosticArray(this.clock.nowNs(), [status]));
  }
}

const MESSAGES = {
  waiting: (guard: string) => `waits for ${guard}, which has not sent a command yet`,
  watching: (guard: string) => `watches ${guard}`,
  braking: (guard: string) => `brakes: ${guard} is silent, or has not been back for long enough`,
} as const;
