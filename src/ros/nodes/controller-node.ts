import { BehaviorSubject, merge, type Observable, Subject } from "rxjs";
import type { JointState, Odometry, Pose2 } from "../../core/body.js";
import type { Clock } from "../../core/clock.js";
import type { Command } from "../../core/command.js";
import type { ControllerInput } from "../../core/controller-input.js";
import type { Cycle, TimedPlan } from "../../core/cycle.js";
import { RehearseError } from "../../core/error.js";
import type { Goal, GoalRequest } from "../../core/goal.js";
import type { Mode } from "../../core/mode.js";
import type { Robot } from "../../core/robot.js";
import type { Polygon } from "../../core/robot-description.js";
import type { CameraFrame, LaserScan } from "../../core/sensors.js";
import { type DiagnosticReport, diagnosticArray, diagnosticStatus, worstLevel } from "../../messages/diagnostics.js";
import { compressedRefusal, imageFromFrame } from "../../messages/image.js";
import { type Drawing, markersFromDrawings } from "../../messages/markers.js";
import { messageFromUncertainty } from "../../messages/multi-array.js";
import { pathFromPoses } from "../../messages/path.js";
import { LATCHED_QOS, RELIABLE_QOS } from "../../messages/qos.js";
import { sideBySide } from "../../messages/side-by-side.js";
import { inputsOf, type ReadKey, type ValueOf } from "../../messages/topic.js";
import { type OwnTable, SERVICES, TOPIC_TABLE, TOPICS } from "../../messages/topics.js";
import { textOfTrace } from "../../messages/trace.js";
import type { MessageTypes } from "../../messages/types.js";
import { CONTROLLER_PARAMETERS, type ControllerParameters } from "../../parameters/controller-parameters.js";
import type { ParameterTable } from "../../parameters/parameter.js";
import { rosClock } from "../rcl/clock.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication, type TriggerHandler } from "../rcl/endpoints.js";
import { Parameters } from "../rcl/parameters.js";
import { BodyTopics, type CommandPublisher, DIFFERENTIAL, type RosBody } from "./body-topics.js";
import { ControllerStops } from "./controller-stops.js";
import { Inputs, type Takers } from "./inputs.js";
import { KeepOutZones } from "./keep-out-zones.js";
import type { LifecycleState } from "./lifecycle.js";
import { type LifecycleHooks, type LifecycleRequest, ManagedNode } from "./managed-node.js";
import { type ControllerStatus, STATUS_SCHEMA, statusGoal, statusOfCycle, statusRefusal } from "./status.js";

/** What the controller does on request. Services answer with the returned text, or with the RehearseError that is thrown. */
export interface ControllerHooks extends LifecycleHooks {
  readonly onCancel: TriggerHandler;
  readonly onPause: TriggerHandler;
  readonly onResume: TriggerHandler;
  /** Once a second, for /diagnostics. */
  readonly diagnose: () => DiagnosticReport;
}

export interface ControllerNodeOptions {
  readonly hooks: ControllerHooks;
  /** The robot's commands and measurements; default: those of a differential-drive base. Called once. */
  readonly body?: (parameters: ControllerParameters) => RosBody;
  /** Its parameters, by the values that it is started with: modules that these name declare their own. Default: those that every controller has. */
  readonly tableOf?: (given: Readonly<Record<string, unknown>>) => ParameterTable;
  /** Default: `controller`. */
  readonly name?: string;
  readonly namespace?: string;
  /** For diagnostics: which robot. */
  readonly hardwareId?: string;
}

const STATUS_PERIOD_NS = 200_000_000n;
const DIAGNOSTICS_PERIOD_MS = 1000;
/** Longest wait for the middleware to confirm the last stop command. */
const FLUSH_MS = 100;

/** Its inputs, with the emergency stop that each publisher holds by itself. */
type Streams = { readonly [Key in ReadKey<OwnTable, "controller"> | "estop"]: Subject<ValueOf<OwnTable[Key]>> };

/**
 * The controller's ROS interface: sensors and goals in, proposed commands, plans and status out. It is the Robot that the
 * controller drives; commands are sent as `cmd_vel_proposed`, or, to an arm, as `commands_proposed`, for the guard, and only while the node is active. Observables are hot, and complete
 * at shutdown. Refused messages (RH-IMAGE-…, RH-ODOM-NAN, RH-JOINTS-NAMES, RH-SCAN-SHAPE) never reach them: they are logged and counted in diagnostics, and
 * what stays away counts as stale.
 */
export class ControllerNode implements Robot {
  /** Every input that the controller reads, by its key in the table of topics; those below by the names that a Robot gives them. */
  readonly streams: { readonly [Key in keyof Streams]: Observable<ValueOf<OwnTable[Key]>> };
  readonly frames: Observable<CameraFrame>;
  readonly odometry: Observable<Odometry>;
  readonly joints: Observable<JointState>;
  readonly scans: Observable<LaserScan>;
  /** Unchecked; each must be answered with `answer`. */
  readonly goals: Observable<GoalRequest>;
  /** Zones to keep out of for the time being, from the newest on; "unknown": one of them cannot be used. */
  readonly zones: Observable<readonly Polygon[] | "unknown">;
  /** true: pressed. */
  readonly estop: Observable<boolean>;
  readonly lifecycle: Observable<LifecycleState>;
  readonly clock: Clock;
  readonly parameters: Parameters<typeof CONTROLLER_PARAMETERS>;

  private readonly endpoints: Endpoints;
  private readonly managed: ManagedNode;
  private readonly inputs: Inputs<"controller", OwnTable>;
  private stops: ControllerStops | undefined;
  private readonly body: RosBody;
  private readonly topics: BodyTopics;
  private readonly subjects = Object.fromEntries(
    inputsOf(TOPIC_TABLE)
      .filter(([, { readBy }]) => readBy?.includes("controller"))
      .map(([key]) => [key, new Subject()]),
  ) as unknown as Streams;
  private readonly out: {
    command: CommandPublisher;
    /** Under its present and its former name. */
    modelUncertainty: readonly Publication<MessageTypes["std_msgs/msg/Float64MultiArray"]>[];
    plan: Publication<MessageTypes["nav_msgs/msg/Path"]>;
    markers: Publication<MessageTypes["visualization_msgs/msg/MarkerArray"]>;
    imagination: Publication<MessageTypes["sensor_msgs/msg/Image"]>;
    status: Publication<MessageTypes["std_msgs/msg/String"]>;
    trace: Publication<MessageTypes["std_msgs/msg/String"]>;
    diagnostics: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticArray"]>;
  };
  private goalStatus: Pick<ControllerStatus, "goal" | "refusal"> = {};
  private keepOut: KeepOutZones | undefined;
  private readonly zonesSaid = new BehaviorSubject<readonly Polygon[] | "unknown">([]);
  private shownPlan: TimedPlan | undefined;
  private lastCycle: Cycle | undefined;
  private lastStatusNs: bigint | undefined;
  private lastMode: Mode | undefined;

  constructor(
    ros: Ros,
    private readonly options: ControllerNodeOptions,
  ) {
    const node = ros.createNode(options.name ?? "controller", options.namespace);
    this.clock = rosClock(ros, node);
    this.parameters = new Parameters(ros, node, CONTROLLER_PARAMETERS, options.tableOf);
    this.body = options.body?.(this.parameters.values) ?? DIFFERENTIAL;
    const endpoints = new Endpoints(ros, node);
    this.endpoints = endpoints;
    this.topics = new BodyTopics(endpoints, this.body);
    const steadyNs = () => this.clock.steadyNs();
    this.inputs = new Inputs(endpoints, this.topics, this.body.embodiment, "controller", steadyNs, TOPIC_TABLE);
    const { subjects } = this;
    this.streams = subjects;
    this.frames = subjects.image.asObservable();
    this.odometry = subjects.odometry.asObservable();
    this.joints = subjects.jointStates.asObservable();
    this.scans = subjects.scan.asObservable();
    this.goals = merge(subjects.goalPose, subjects.goalImage);
    this.estop = subjects.estop.asObservable();
    this.zones = this.zonesSaid.asObservable();
    this.out = {
      command: this.topics.publish(this.topics.proposed()),
      modelUncertainty: [TOPICS.modelUncertainty, TOPICS.formerModelUncertainty].map((topic) =>
        endpoints.publish("std_msgs/msg/Float64MultiArray", topic, RELIABLE_QOS),
      ),
      plan: endpoints.publish("nav_msgs/msg/Path", TOPICS.plan, RELIABLE_QOS),
      markers: endpoints.publish("visualization_msgs/msg/MarkerArray", TOPICS.markers, RELIABLE_QOS),
      imagination: endpoints.publish("sensor_msgs/msg/Image", TOPICS.imagination, RELIABLE_QOS),
      status: endpoints.publish("std_msgs/msg/String", TOPICS.status, LATCHED_QOS),
      trace: endpoints.publish("std_msgs/msg/String", TOPICS.trace, RELIABLE_QOS),
      diagnostics: endpoints.publish("diagnostic_msgs/msg/DiagnosticArray", TOPICS.diagnostics, RELIABLE_QOS),
    };
    this.listen();
    const { hooks } = options;
    this.managed = new ManagedNode(endpoints, this.clock, {
      onConfigure: () => hooks.onConfigure(),
      onActivate: () => hooks.onActivate(),
      onDeactivate: () => this.stopAround(() => hooks.onDeactivate()),
      onCleanup: () => hooks.onCleanup(),
    });
    this.lifecycle = this.managed.states;
    this.lifecycle.subscribe(() => this.publishStatus());
    endpoints.trigger(SERVICES.cancel, hooks.onCancel);
    endpoints.trigger(SERVICES.pause, hooks.onPause);
    endpoints.trigger(SERVICES.resume, hooks.onResume);
    const diagnostics = setInterval(() => this.publishDiagnostics(), DIAGNOSTICS_PERIOD_MS);
    ros.onStop(async () => {
      clearInterval(diagnostics);
      // A model that is being loaded is released once it is loaded: loading can't be cancelled.
      await this.managed.settled();
      if (this.state === "unconfigured" || this.state === "inactive") await this.managed.request("shutdown");
      else
        await this.stopAround(async () => {
          await this.managed.request("shutdown");
        });
      for (const subject of Object.values(this.subjects)) subject.complete();
    });
  }

  /** Begins to take messages; configures and activates when `autostart` says so. @returns why that failed, if it did; it can be retried */
  async start(): Promise<RehearseError | undefined> {
    this.endpoints.node.spin();
    if (!this.parameters.values.autostart) return undefined;
    return (await this.managed.request("configure")) ?? (await this.managed.request("activate"));
  }

  get state(): LifecycleState {
    return this.managed.state;
  }

  /** Transition as requested by a lifecycle manager. @returns why not, if not */
  request(transition: LifecycleRequest): Promise<RehearseError | undefined> {
    return this.managed.request(transition);
  }

  /** Frames that odometry and goals are in: as the odometry's messages name them. */
  get frameIds(): { readonly odom: string; readonly base: string } {
    return { odom: this.topics.frames.odom, base: this.topics.frames.base };
  }

  get log() {
    return this.endpoints.log;
  }

  /** Proposes a command to the guard. Does nothing unless the node is active. @throws RehearseError RH-COMMAND-KIND, RH-COMMAND-NAN */
  command(command: Command): void {
    if (this.state === "active") this.send(command);
  }

  /** What became of a goal request: published in `status`, and logged. */
  answer(request: GoalRequest, answer: Goal | RehearseError): void {
    if (answer instanceof RehearseError) {
      this.goalStatus = { ...this.goalStatus, refusal: statusRefusal(answer, request) };
      this.log.warn(`goal refused: ${answer.describe()}`);
    } else {
      this.goalStatus = { goal: statusGoal(answer, request) };
      // What the last cycle says ("reached", say) is about the goal before.
      this.lastCycle = undefined;
      this.log.info(
        answer.kind === "pose" ? `goal ${answer.id}: (${answer.xM.toFixed(2)}, ${answer.yM.toFixed(2)}) m` : `goal ${answer.id}: a picture`,
      );
    }
    this.publishStatus();
  }

  /** The goal is no longer pursued (cancelled, or forgotten at an emergency stop). */
  goalGone(): void {
    const { refusal } = this.goalStatus;
    this.goalStatus = refusal ? { refusal } : {};
    this.publishStatus();
  }

  /** Publishes what a cycle brought: status at 5 Hz and whenever the mode changes, each new plan as a path with markers. Call it every tick. */
  show(cycle: Cycle, drawings: (cycle: Cycle) => readonly Drawing[] = drawingsOf): void {
    this.lastCycle = cycle;
    // Sent to the guard even when unchanged: it may have started later.
    if (cycle.plan && this.state === "active")
      for (const publication of this.out.modelUncertainty) publication.send(messageFromUncertainty(cycle.plan.surprise));
    const nowNs = this.clock.steadyNs();
    if (cycle.mode !== this.lastMode || this.lastStatusNs === undefined || nowNs - this.lastStatusNs >= STATUS_PERIOD_NS)
      this.publishStatus();
    if (cycle.plan === this.shownPlan) return;
    this.shownPlan = cycle.plan;
    const { plan } = cycle;
    if (this.out.plan.subscribers > 0) {
      this.out.plan.send(
        pathFromPoses(plan ? posesOf(plan) : [], plan?.startNs ?? cycle.nowNs, plan?.stepNs ?? 0n, this.topics.frames.odom),
      );
    }
    if (this.out.markers.subscribers > 0) this.out.markers.send(markersFromDrawings(drawings(cycle), cycle.nowNs, this.topics.frames.odom));
  }

  /** Publishes what the controller was given since the tick before, and what it made of it, for whoever records it. */
  trace(cycle: Cycle, inputs: readonly ControllerInput[]): void {
    if (this.out.trace.subscribers > 0) this.out.trace.send({ data: textOfTrace(cycle, inputs) });
  }

  /** Whether anybody subscribes to what the model imagines; decoding it without a subscriber would be waste. */
  get imaginationWanted(): boolean {
    return this.out.imagination.subscribers > 0;
  }

  /** Imagined pictures, shown side by side. */
  showImagination(frames: readonly CameraFrame[]): void {
    this.out.imagination.send(imageFromFrame(sideBySide(frames), "imagination"));
  }

  /** A frame that was taken in can't be used, as one that is refused: counted in diagnostics, and logged once a second at most. */
  refuseFrame(error: RehearseError): void {
    this.inputs.refuse(TOPICS.image, error);
  }

  private listen(): void {
    const { subjects, inputs } = this;
    const takers = Object.entries(subjects).map(([key, subject]) => [key, (value: unknown) => (subject as Subject<unknown>).next(value)]);
    inputs.subscribe(Object.fromEntries(takers) as Takers<OwnTable, "controller">);
    this.keepOut = new KeepOutZones(
      this.endpoints,
      () => [this.topics.frames.odom],
      (zonesM) => this.zonesSaid.next(zonesM),
    );
    this.stops = new ControllerStops(
      this.endpoints,
      () => inputs.received(TOPICS.estop),
      (pressed) => subjects.estop.next(pressed),
    );
  }

  /** Sends a stop command before and after `work`, whatever comes of it, and sees that the last one arrives. */
  private async stopAround(work: () => void | Promise<void>): Promise<void> {
    const { rest } = this.topics;
    this.send(rest);
    try {
      await work();
    } finally {
      this.send(rest);
      this.out.command.flush(FLUSH_MS);
    }
  }

  private send(command: Command): void {
    this.out.command.send(command, this.clock.nowNs());
  }

  private publishStatus(): void {
    const cycle = this.lastCycle;
    const { goal } = this.goalStatus;
    const cycleless: Pick<ControllerStatus, "mode"> = { mode: this.state !== "active" ? "unconfigured" : goal ? "planning" : "idle" };
    const status: ControllerStatus = {
      schema: STATUS_SCHEMA,
      stampNs: String(this.clock.nowNs()),
      lifecycle: this.state,
      ...(cycle && this.state === "active" ? statusOfCycle(cycle, this.body.command.names) : cycleless),
      ...this.goalStatus,
      ...(this.unguarded && { unguarded: this.unguarded.toJSON() }),
    };
    this.lastMode = cycle?.mode;
    this.lastStatusNs = this.clock.steadyNs();
    this.out.status.send({ data: JSON.stringify(status) });
  }

  /** RH-GUARD-ABSENT while nobody takes the commands that are proposed. */
  private get unguarded(): RehearseError | undefined {
    if (this.out.command.subscribers > 0) return undefined;
    return new RehearseError(
      "RH-GUARD-ABSENT",
      `nobody listens to ${this.out.command.topic}: no guard runs here, and the robot will not move`,
      "start the guard in the same domain and namespace: ./rehearse node guard",
    );
  }

  private publishDiagnostics(): void {
    const { endpoints } = this;
    this.stops?.acknowledgeGone();
    // The guard keeps them until a person resets it; plans need not.
    this.keepOut?.acknowledgeGone();
    let report: DiagnosticReport;
    try {
      report = this.options.hooks.diagnose();
    } catch (error) {
      endpoints.report(error, "diagnose");
      report = { level: "error", message: String(error), values: {} };
    }
    const failed = this.managed.lastError;
    const values = {
      lifecycle: this.state,
      ...report.values,
      ...this.inputs.monitor.report(this.clock.steadyNs()),
      ...endpoints.node.errors.values(),
    };
    let { level, message } = report;
    if (failed) {
      level = worstLevel(level, "error");
      message = failed.describe();
    } else if (this.state === "active" && this.unguarded) {
      level = worstLevel(level, "warn");
      message = this.unguarded.describe();
    } else if (!this.inputs.monitor.hasReceived(TOPICS.image) && this.onlyCompressed()) {
      level = worstLevel(level, "warn");
      message = compressedRefusal(TOPICS.image).describe();
    }
    const status = diagnosticStatus("rehearse: controller", this.options.hardwareId ?? "", { level, message, values });
    this.out.diagnostics.send(diagnosticArray(this.clock.nowNs(), [status]));
  }

  private onlyCompressed(): boolean {
    const { node } = this.endpoints;
    const topic = node.resolveTopicName(TOPICS.image);
    return node.countPublishers(topic) === 0 && node.countPublishers(`${topic}/compressed`) > 0;
  }
}

/** Plans of an arm have no poses. */
function posesOf({ poses }: TimedPlan): Pose2[] {
  if (poses === undefined) return [];
  return Array.from({ length: poses.shape[0]! }, (_, i) => ({ xM: poses.get(i, 0), yM: poses.get(i, 1), yawRad: poses.get(i, 2) }));
}

/** The plan as a line and the goal as the model sees it. */
function drawingsOf({ plan }: Cycle): Drawing[] {
  if (plan?.poses === undefined) return [];
  const pointsM = posesOf(plan).map(({ xM, yM }) => [xM, yM] as const);
  const line: Drawing = { kind: "line", ns: "plan", pointsM, widthM: 0.03, color: { r: 0.1, g: 0.6, b: 1, a: 1 } };
  if (plan.goalPosition === undefined) return [line];
  const { xM, yM } = plan.goalPosition;
  return [line, { kind: "disc", ns: "goal", atM: [xM, yM], radiusM: 0.1, color: { r: 0.2, g: 0.8, b: 0.3, a: 0.8 } }];
}
