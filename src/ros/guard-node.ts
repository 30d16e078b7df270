import type { Odometry } from "../core/body.js";
import type { Clock } from "../core/clock.js";
import { type Command, STOP_TWIST, type TwistCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { Verdict } from "../core/gate.js";
import type { LaserScan } from "../core/sensors.js";
import { rosClock } from "./clock.js";
import { CommandPublisher, ENABLE_STAMPED } from "./command-topic.js";
import type { Ros } from "./context.js";
import { Endpoints, type Publication } from "./endpoints.js";
import { InputMonitor } from "./input-monitor.js";
import { type DiagnosticReport, diagnosticArray, diagnosticStatus, worstLevel } from "./messages/diagnostics.js";
import { scanFromMessage } from "./messages/laser-scan.js";
import { odometryFromMessage } from "./messages/odometry.js";
import { stampToNs } from "./messages/stamp.js";
import { commandFromTwist } from "./messages/twist.js";
import type { MessageTypes } from "./messages/types.js";
import { type ParameterSpec, Parameters } from "./parameters.js";
import { RELIABLE_QOS, SENSOR_QOS } from "./qos.js";
import { everyNs, type Ticker } from "./ticker.js";
import { SERVICES, TOPICS } from "./topics.js";

/** The guard itself, which judges: what the node needs of it. All times are ROS time. */
export interface Guard {
  /** @param stampNs 0: not stamped, counts from its arrival */
  onCommand(command: Command, stampNs: bigint, receivedNs: bigint): void;
  onOdometry(odometry: Odometry, receivedNs: bigint): void;
  onScan(scan: LaserScan, receivedNs: bigint): void;
  onEmergencyStop(pressed: boolean): void;
  /** @throws RehearseError when the stop stays, with the reason */
  resetEmergencyStop(): void;
  /** What goes to the robot now. */
  tick(nowNs: bigint): Verdict;
  /** For guard_state and /diagnostics. */
  diagnose(): DiagnosticReport;
}

export interface GuardNodeOptions {
  readonly guard: Guard;
  /** Default 20 ms. */
  readonly periodNs?: bigint;
  /** Besides `enable_stamped_cmd_vel` and `use_sim_time`. */
  readonly parameters?: readonly ParameterSpec[];
  /** Default: `guard`. */
  readonly name?: string;
  readonly namespace?: string;
  readonly hardwareId?: string;
}

const STATE_PERIOD_NS = 100_000_000n;
const DIAGNOSTICS_PERIOD_NS = 1_000_000_000n;
/** Simulated time that stands still makes nothing stale, ever; so it is watched by the steady clock. */
const CLOCK_STALL_NS = 250_000_000n;
const FLUSH_MS = 100;

const INPUTS = [TOPICS.commandProposed, TOPICS.odometry, TOPICS.scan, TOPICS.estop] as const;

/**
 * The guard's face to ROS. A plain node, which works from the start of its process to its end: a guard that could be deactivated would be none.
 * Sends a command each period, whatever comes in or doesn't: the guard's verdict, or a stop when the guard itself fails.
 */
export class GuardNode {
  readonly clock: Clock;
  readonly parameters: Parameters;
  private readonly endpoints: Endpoints;
  private readonly inputs = new InputMonitor(INPUTS);
  private readonly command: CommandPublisher;
  private readonly state: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticStatus"]>;
  private readonly diagnostics: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticArray"]>;
  private ticker: Ticker | undefined;
  private baseFrame = "base_link";
  private verdict: Verdict = { kind: "stop", command: STOP_TWIST, because: [] };
  private stateNs = 0n;
  private diagnosticsNs = 0n;
  private lastRosNs = 0n;
  private rosMovedNs: bigint;

  constructor(
    private readonly ros: Ros,
    private readonly options: GuardNodeOptions,
  ) {
    const node = ros.createNode(options.name ?? "guard", options.namespace);
    this.clock = rosClock(ros, node);
    this.rosMovedNs = this.clock.steadyNs();
    this.parameters = new Parameters(ros, node, [ENABLE_STAMPED, ...(options.parameters ?? [])]);
    this.endpoints = new Endpoints(ros, node);
    this.command = new CommandPublisher(this.endpoints, this.parameters.boolean(ENABLE_STAMPED.name));
    this.state = this.endpoints.publish("diagnostic_msgs/msg/DiagnosticStatus", TOPICS.guardState, RELIABLE_QOS);
    this.diagnostics = this.endpoints.publish("diagnostic_msgs/msg/DiagnosticArray", TOPICS.diagnostics, RELIABLE_QOS);
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
      this.send(STOP_TWIST, this.clock.nowNs());
      this.command.flush(FLUSH_MS);
    });
  }

  private listen(): void {
    const { endpoints, inputs, clock } = this;
    const { guard } = this.options;
    const options = (topic: string) => ({
      onRefused: (error: RehearseError) => {
        inputs.refused(topic, error);
        endpoints.report(error, topic);
      },
    });
    const received = (topic: string): bigint => {
      inputs.received(topic, clock.steadyNs());
      return clock.nowNs();
    };
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", TOPICS.commandProposed, RELIABLE_QOS, (message) => {
      const nowNs = received(TOPICS.commandProposed);
      guard.onCommand(commandFromTwist(message.twist), stampToNs(message.header.stamp), nowNs);
    });
    endpoints.subscribe(
      "nav_msgs/msg/Odometry",
      TOPICS.odometry,
      SENSOR_QOS,
      (message) => {
        const odometry = odometryFromMessage(message);
        this.baseFrame = message.child_frame_id || this.baseFrame;
        guard.onOdometry(odometry, received(TOPICS.odometry));
      },
      options(TOPICS.odometry),
    );
    endpoints.subscribe(
      "sensor_msgs/msg/LaserScan",
      TOPICS.scan,
      SENSOR_QOS,
      (message) => guard.onScan(scanFromMessage(message), received(TOPICS.scan)),
      options(TOPICS.scan),
    );
    endpoints.subscribeLatched("std_msgs/msg/Bool", TOPICS.estop, (message) => {
      received(TOPICS.estop);
      guard.onEmergencyStop(message.data);
    });
    endpoints.trigger(SERVICES.estopReset, () => {
      guard.resetEmergencyStop();
      return "the emergency stop is reset";
    });
  }

  private tick(steadyNs: bigint): void {
    const nowNs = this.clock.nowNs();
    const before = this.verdict.kind;
    this.verdict = this.judge(nowNs, steadyNs);
    this.send(this.verdict.command, nowNs);
    try {
      if (this.verdict.kind !== before || steadyNs - this.stateNs >= STATE_PERIOD_NS) {
        this.stateNs = steadyNs;
        this.state.send(diagnosticStatus("rehearse: guard", this.options.hardwareId ?? "", this.report()));
      }
      if (steadyNs - this.diagnosticsNs >= DIAGNOSTICS_PERIOD_NS) {
        this.diagnosticsNs = steadyNs;
        this.publishDiagnostics(nowNs, steadyNs);
      }
    } catch (error) {
      // Whatever is wrong with telling about it: the next command must go out.
      this.endpoints.report(error, "guard state");
    }
  }

  private judge(nowNs: bigint, steadyNs: bigint): Verdict {
    if (nowNs !== this.lastRosNs) {
      this.lastRosNs = nowNs;
      this.rosMovedNs = steadyNs;
    }
    const stalledNs = steadyNs - this.rosMovedNs;
    try {
      // The guard is asked all the same, so that its own state goes on.
      const verdict = this.options.guard.tick(nowNs);
      if (stalledNs <= CLOCK_STALL_NS) return verdict;
      const because = [{ guardrail: "clock", value: Number(stalledNs) / 1e9, limit: Number(CLOCK_STALL_NS) / 1e9, unit: "s" }];
      return { kind: "stop", command: STOP_TWIST, because };
    } catch (error) {
      this.endpoints.report(error, "guard");
      return { kind: "stop", command: STOP_TWIST, because: [{ guardrail: "guard.failed", value: 1, limit: 0, unit: "1" }] };
    }
  }

  private send(command: Command, nowNs: bigint): void {
    try {
      if (command.kind !== "twist") {
        throw new RehearseError(
          "RH-COMMAND-KIND",
          `a command of kind ${command.kind} can't be sent as a twist`,
          "a stop was sent in its place",
        );
      }
      this.command.send(command, nowNs, this.baseFrame);
    } catch (error) {
      this.endpoints.report(error, TOPICS.command);
      this.command.send(STOP_TWIST as TwistCommand, nowNs, this.baseFrame);
    }
  }

  /** What the guard says, and the node's last verdict with its reasons. */
  private report(): DiagnosticReport {
    const { level, message, values } = this.options.guard.diagnose();
    const { verdict } = this;
    const because = verdict.kind === "pass" ? [] : verdict.because;
    return {
      level,
      message,
      values: {
        verdict: verdict.kind,
        because: because
          .map(({ guardrail, value, limit, unit }) => `${guardrail} ${value.toPrecision(3)} (limit ${limit} ${unit})`)
          .join("; "),
        ...(verdict.command.kind === "twist" && {
          "command.linear.x_mps": verdict.command.vxMps,
          "command.angular.z_rps": verdict.command.yawRateRps,
        }),
        ...values,
      },
    };
  }

  private publishDiagnostics(nowNs: bigint, steadyNs: bigint): void {
    const report = this.report();
    const jitter = this.ticker!.statistics();
    this.ticker!.reset();
    const status = diagnosticStatus("rehearse: guard", this.options.hardwareId ?? "", {
      // Being late isn't dangerous by itself (the robot's own timeout covers it), but somebody should know.
      level: jitter.missed > 0 ? worstLevel(report.level, "warn") : report.level,
      message: report.message,
      values: {
        ...report.values,
        "tick.calls": jitter.calls,
        "tick.missed": jitter.missed,
        "tick.jitter_p50_us": jitter.p50Us,
        "tick.jitter_p99_us": jitter.p99Us,
        "tick.jitter_max_us": jitter.maxUs,
        ...this.inputs.report(steadyNs),
      },
    });
    this.diagnostics.send(diagnosticArray(nowNs, [status]));
  }
}
