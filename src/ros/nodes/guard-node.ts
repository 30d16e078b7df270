import type { BodyMeasurement } from "../../core/body.js";
import type { Clock } from "../../core/clock.js";
import { type Command, STOP_TWIST } from "../../core/command.js";
import type { RehearseError } from "../../core/error.js";
import type { Verdict } from "../../core/gate.js";
import type { ModelUncertainty } from "../../core/guardrail.js";
import type { Polygon } from "../../core/robot-description.js";
import type { LaserScan } from "../../core/sensors.js";
import type { Violation } from "../../core/violation.js";
import { type DiagnosticReport, diagnosticArray, diagnosticStatus, worstLevel } from "../../messages/diagnostics.js";
import { verdictValues } from "../../messages/guard-state.js";
import { RELIABLE_QOS } from "../../messages/qos.js";
import { type OwnTable, TOPIC_TABLE, TOPICS } from "../../messages/topics.js";
import type { MessageTypes } from "../../messages/types.js";
import { verdictText } from "../../messages/verdict-text.js";
import { GUARD_PARAMETERS } from "../../parameters/guard-parameters.js";
import type { ParameterValues } from "../../parameters/parameter.js";
import { rosClock } from "../rcl/clock.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication } from "../rcl/endpoints.js";
import { Parameters } from "../rcl/parameters.js";
import { everyNs, type Ticker } from "../rcl/ticker.js";
import { BodyTopics, type CommandPublisher, DIFFERENTIAL, type RosBody } from "./body-topics.js";
import { EmergencyStops, type StopLatch } from "./emergency-stops.js";
import { Inputs } from "./inputs.js";
import { KeepOutZones } from "./keep-out-zones.js";
import { Proposals } from "./proposals.js";
import { ReportedUncertainty } from "./reported-uncertainty.js";
import { RivalCommands } from "./rival-commands.js";
import { StandbyAlly } from "./standby-ally.js";
import { Strangers } from "./strangers.js";

/** The guard itself, which judges: what the node needs of it. It has the node's clock. */
export interface Guard {
  onCommand(command: Command, stampNs: bigint): void;
  /** Odometry, or, for an arm, joint states. */
  onBody(body: BodyMeasurement): void;
  onScan(scan: LaserScan): void;
  onModelUncertainty(uncertainty: ModelUncertainty): void;
  /** All keep-out zones that are said for the time being; "unknown": one of them cannot be used. */
  onZones(zonesM: readonly Polygon[] | "unknown"): void;
  onEmergencyStop(pressed: boolean): void;
  /** Ends an emergency stop. @returns false when it stays */
  reset(): boolean;
  /** What goes to the robot now, and what has been counted since the start. @param held why the robot has to stop, whatever is proposed */
  tick(held?: Violation): GuardReport;
}

export interface GuardReport {
  readonly verdict: Verdict;
  readonly emergencyStopped: boolean;
  /** The longest time from one judgement to the next within the last seconds, and what the robot file counts on. */
  readonly interval?: { readonly worstS: number; readonly allowedS: number };
  readonly counts: Readonly<Record<string, number>>;
}

export interface GuardNodeOptions {
  /** Called once, when the parameters are known and before anything is taken or sent. */
  readonly createGuard: (clock: Clock, parameters: ParameterValues<typeof GUARD_PARAMETERS>) => Guard;
  /** The robot's commands and measurements; default: those of a differential-drive base. Called after `createGuard`. */
  readonly body?: () => RosBody;
  /** Where the emergency stop is kept beyond the end of the process, by the full name of the topic that commands the robot; default: nowhere. Called after `createGuard`. */
  readonly openLatch?: (topic: string) => StopLatch;
  /** Full names of nodes that may publish the guard's topics besides it; default: none. Called after `createGuard`. */
  readonly otherPublishers?: () => readonly string[];
  /** More for guard_state and /diagnostics, such as which robot file it guards by. */
  readonly facts?: () => Readonly<Record<string, string>>;
  /** Default 20 ms. */
  readonly periodNs?: bigint;
  /** Default: `guard`. */
  readonly name?: string;
  readonly namespace?: string;
  readonly hardwareId?: string;
}

const STATE_PERIOD_NS = 100_000_000n;
const DIAGNOSTICS_PERIOD_NS = 1_000_000_000n;
const FLUSH_MS = 100;

const SEARCH_PERIOD_NS = 500_000_000n;

/** So that a rule that comes and goes does not fill the log. */
const LOG_PERIOD_NS = 1_000_000_000n;

/** When the guard itself breaks. */
const FAILED: GuardReport = {
  verdict: { kind: "stop", command: STOP_TWIST, because: [{ id: "guard.failed", value: 1, limit: 0, unit: "1" }] },
  emergencyStopped: false,
  counts: {},
};

/**
 * The guard's ROS interface. A plain node, which works from the start of its process to its end: a guard that could be deactivated would be none.
 * Sends a command each period, whether or not input arrives: the guard's verdict, or a stop when the guard itself fails.
 */
export class GuardNode {
  readonly clock: Clock;
  private readonly endpoints: Endpoints;
  private readonly inputs: Inputs<"guard", OwnTable>;
  private readonly body: RosBody;
  private readonly topics: BodyTopics;
  private readonly command: CommandPublisher;
  private readonly state: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticStatus"]>;
  private readonly diagnostics: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticArray"]>;
  private ticker: Ticker | undefined;
  private last: GuardReport = FAILED;
  private readonly guard: Guard;
  private readonly stops: EmergencyStops;
  private readonly zones: KeepOutZones;
  private readonly rivals: RivalCommands;
  private readonly standby: StandbyAlly;
  private readonly proposals: Proposals;
  private rival: RehearseError | undefined;
  private readonly strangers: Strangers;
  private stranger: RehearseError | undefined;
  private searchedNs = 0n;
  private sentNs: bigint | undefined;
  private loggedStop: string | undefined;
  private loggedNs = 0n;
  private stateNs = 0n;
  private diagnosticsNs = 0n;

  constructor(
    private readonly ros: Ros,
    private readonly options: GuardNodeOptions,
  ) {
    // Limits and clock are fixed by the command line and the parameter file: no other node can change them at run time.
    const node = ros.createNode(options.name ?? "guard", options.namespace, { answersParameterRequests: false });
    this.clock = rosClock(ros, node);
    const { values } = new Parameters(ros, node, GUARD_PARAMETERS);
    this.guard = options.createGuard(this.clock, values);
    this.endpoints = new Endpoints(ros, node);
    this.body = options.body?.() ?? DIFFERENTIAL;
    this.topics = new BodyTopics(this.endpoints, this.body);
    const { embodiment } = this.body;
    const steadyNs = () => this.clock.steadyNs();
    const commanded = this.topics.commanded(values.enable_stamped_cmd_vel);
    const { enable_stamped_proposed: stamped, proposals_may_pause: mayPause } = values;
    this.proposals = new Proposals(this.endpoints, this.topics, { stamped, mayPause, commanded });
    const { topic } = this.proposals.from;
    this.inputs = new Inputs(this.endpoints, this.topics, embodiment, "guard", steadyNs, TOPIC_TABLE, [topic]);
    this.standby = new StandbyAlly(this.endpoints, steadyNs);
    const allowed = options.otherPublishers?.() ?? [];
    this.rivals = new RivalCommands(this.endpoints, commanded, this.standby, allowed);
    this.command = this.topics.publish(commanded);
    this.rivals.watch(this.body.command.names, steadyNs);
    const watched = { commanded, proposed: this.proposals.from, own: this.rivals.own, allowed };
    this.strangers = new Strangers(this.endpoints, this.standby, watched);
    this.state = this.endpoints.publish("diagnostic_msgs/msg/DiagnosticStatus", TOPICS.guardState, RELIABLE_QOS);
    this.diagnostics = this.endpoints.publish("diagnostic_msgs/msg/DiagnosticArray", TOPICS.diagnostics, RELIABLE_QOS);
    const latch = options.openLatch?.(node.resolveTopicName(commanded.topic));
    const stoppable = { onEmergencyStop: (pressed: boolean) => this.guard.onEmergencyStop(pressed), reset: () => this.reset() };
    this.stops = new EmergencyStops(this.endpoints, stoppable, latch, () => this.inputs.received(TOPICS.estop));
    this.zones = new KeepOutZones(
      this.endpoints,
      () => [this.topics.frames.odom],
      (zonesM) => this.guard.onZones(zonesM),
    );
    this.listen();
  }

  get log() {
    return this.endpoints.log;
  }

  /** Begins to take messages and to send commands. */
  start(): void {
    this.endpoints.node.spin();
    this.ticker = everyNs(this.options.periodNs ?? 20_000_000n, (steadyNs) => this.tick(steadyNs));
    this.ros.onStop(() => {
      this.ticker?.stop();
      this.send(this.topics.rest, this.clock.nowNs());
      this.command.flush(FLUSH_MS);
    });
  }

  private listen(): void {
    const { inputs, guard, clock } = this;
    const uncertainty = new ReportedUncertainty(() =>
      this.log.warn(
        `the topic ${TOPICS.formerModelUncertainty} is called ${TOPICS.modelUncertainty} now, and is no longer read under its former name after this release`,
      ),
    );
    inputs.subscribe({
      modelUncertainty: (reported) => guard.onModelUncertainty(uncertainty.report("present", reported)),
      formerModelUncertainty: (reported) => guard.onModelUncertainty(uncertainty.report("former", reported)),
      odometry: (body) => guard.onBody(body),
      jointStates: (body) => guard.onBody(body),
      scan: (scan) => guard.onScan(scan),
    });
    this.proposals.listen(
      () => clock.nowNs(),
      inputs,
      (command, stampNs, gid) => {
        this.strangers.onProposal(gid, clock.steadyNs());
        guard.onCommand(command, stampNs);
      },
    );
  }

  private tick(steadyNs: bigint): void {
    try {
      const nowNs = this.clock.nowNs();
      const before = this.last.verdict.kind;
      if (steadyNs - this.searchedNs >= SEARCH_PERIOD_NS) {
        this.searchedNs = steadyNs;
        this.stranger = this.strangers.find(steadyNs);
      }
      this.rival = this.rivals.refusal(steadyNs) ?? this.stranger;
      if (this.rival) this.endpoints.report(this.rival, "guard");
      this.last = this.judge(this.held(steadyNs));
      this.send(this.last.verdict.command, nowNs);
      this.standby.onOwn(this.last.verdict.command, steadyNs);
      this.sentNs = steadyNs;
      this.logStops(steadyNs);
      if (this.last.verdict.kind !== before || steadyNs - this.stateNs >= STATE_PERIOD_NS) {
        this.stateNs = steadyNs;
        this.state.send(diagnosticStatus("rehearse: guard", this.options.hardwareId ?? "", this.report()));
      }
      if (steadyNs - this.diagnosticsNs >= DIAGNOSTICS_PERIOD_NS) {
        this.diagnosticsNs = steadyNs;
        this.publishDiagnostics(nowNs, steadyNs);
        this.stops.say();
      }
    } catch (error) {
      // Whatever is wrong: the next command must go out.
      this.endpoints.node.errors.contain(error, "tick");
    }
  }

  /** A person has looked: the emergency stop ends, and the zones of those who are gone. */
  private reset(): boolean {
    if (!this.guard.reset()) return false;
    this.zones.acknowledgeGone();
    return true;
  }

  /** What stops the robot whatever is proposed. */
  private held(steadyNs: bigint): Violation | undefined {
    const overruled = this.standby.hold(steadyNs, steadyNs - (this.sentNs ?? steadyNs));
    // A button may have been pressed before the guard began; until it would have been received, nothing moves.
    if (!this.stops.isSettled(steadyNs)) return { id: "guard.starting", value: 1, limit: 0, unit: "1" };
    if (this.rival === undefined) return overruled;
    return { id: this.rival.code === "RH-GUARD-RIVAL" ? "guard.rival" : "guard.proposers", value: 1, limit: 0, unit: "1" };
  }

  /** Logs what stops the robot when that changes, and when nothing stops it any more. */
  private logStops(steadyNs: bigint): void {
    const { verdict } = this.last;
    const because = verdict.kind === "stop" && !this.proposals.isPause(verdict) ? verdict.because[0]!.id : "";
    if (because === this.loggedStop || steadyNs - this.loggedNs < LOG_PERIOD_NS) return;
    [this.loggedStop, this.loggedNs] = [because, steadyNs];
    if (because === "") this.log.info("the guard lets commands pass");
    else this.log.warn(`the guard stops the robot: ${this.report().values.because}`);
  }

  private judge(held: Violation | undefined): GuardReport {
    try {
      return this.guard.tick(held);
    } catch (error) {
      this.endpoints.report(error, "guard");
      return { ...FAILED, verdict: { ...FAILED.verdict, command: this.topics.rest } };
    }
  }

  private send(command: Command, nowNs: bigint): void {
    try {
      this.command.send(command, nowNs, "a stop was sent in its place");
    } catch (error) {
      this.endpoints.report(error, this.command.topic);
      this.command.send(this.topics.rest, nowNs);
    }
  }

  private report(): DiagnosticReport {
    const { verdict, emergencyStopped, interval, counts } = this.last;
    const isLate = interval !== undefined && interval.worstS > interval.allowedS;
    const late = isLate
      ? `; late: up to ${interval.worstS.toFixed(2)} s from one judgement to the next, where response.reaction_s is ${interval.allowedS} s; it keeps more distance`
      : "";
    const lost = this.standby.isLost(this.clock.steadyNs());
    const well = verdict.kind === "pass" || this.proposals.isPause(verdict);
    const fault = this.rival ?? this.stops.fault;
    return {
      level: emergencyStopped || fault || isLate ? "error" : well && !lost ? "ok" : "warn",
      message: fault?.describe() ?? `${verdictText(verdict)}${lost ? "; no standby: it was there, and is gone" : ""}${late}`,
      values: {
        ...verdictValues(verdict),
        standby: this.standby.describe(this.clock.steadyNs()),
        emergency_stop: emergencyStopped,
        ...(this.zones.count > 0 && { "keep_out.zones": this.zones.count }),
        ...(interval && { worst_interval_s: interval.worstS.toFixed(3) }),
        ...(this.stops.fault && { "emergency_stop.fault": this.stops.fault.message }),
        ...(this.rival && { rival: this.rival.message }),
        ...(this.proposals.newest && this.topics.numbers("proposed", this.proposals.newest)),
        ...this.topics.numbers("command", verdict.command),
        ...this.options.facts?.(),
        ...Object.fromEntries(Object.entries(counts).map(([what, count]) => [`count.${what}`, count])),
      },
    };
  }

  private publishDiagnostics(nowNs: bigint, steadyNs: bigint): void {
    const report = this.report();
    const { base } = this.strangers;
    const jitter = this.ticker!.statistics();
    this.ticker!.reset();
    const status = diagnosticStatus("rehearse: guard", this.options.hardwareId ?? "", {
      // Being late isn't dangerous by itself (the robot's own timeout covers it), but somebody should know.
      level: jitter.missed > 0 || base === undefined ? worstLevel(report.level, "warn") : report.level,
      message: base === undefined ? `${report.message}; nobody listens to ${this.command.topic}` : report.message,
      values: {
        ...report.values,
        "command.subscribers": base,
        "tick.calls": jitter.calls,
        "tick.missed": jitter.missed,
        "tick.jitter_p50_us": jitter.p50Us,
        "tick.jitter_p99_us": jitter.p99Us,
        "tick.jitter_max_us": jitter.maxUs,
        ...this.inputs.monitor.report(steadyNs),
        ...this.endpoints.node.errors.values(),
      },
    });
    this.diagnostics.send(diagnosticArray(nowNs, [status]));
  }
}
