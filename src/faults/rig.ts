import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Pose2 } from "../core/body.js";
import { RehearseError } from "../core/error.js";
import type { Random } from "../core/random.js";
import type { OdometryMessage } from "../messages/odometry.js";
import { LATCHED_QOS, RELIABLE_QOS } from "../messages/qos.js";
import { stampFromNs, stampToNs } from "../messages/stamp.js";
import { TOPICS } from "../messages/topics.js";
import type { TwistStampedMessage } from "../messages/twist.js";
import { GoalClient } from "../ros/clients/goal-client.js";
import { LifecycleClient } from "../ros/clients/lifecycle-client.js";
import { SimulationClient } from "../ros/clients/simulation-client.js";
import { type GuardState, StatusClient } from "../ros/clients/status-client.js";
import type { ControllerStatus } from "../ros/nodes/status.js";
import type { Ros } from "../ros/rcl/context.js";
import { Endpoints, type Publication } from "../ros/rcl/endpoints.js";
import { publishersOf } from "../ros/rcl/graph.js";
import { PROJECT_ROOT } from "../runtime/project-path.js";
import { Processes } from "../supervisor/processes.js";
import type { TwistSample } from "./measures.js";
import type { Order } from "./preload.js";
import { type ProcessResources, resourcesOf } from "./process-resources.js";
import { LosingRecorder } from "./recorder.js";
import { PROPOSED, RELAYED, Relay } from "./relay.js";

export type NodeName = "simulation" | "guard" | "controller";

export interface RigOptions {
  readonly logFolder: string;
  /** The namespace of all nodes. */
  readonly namespace: string;
  /** Parameters of the controller, `name:=value` each. */
  readonly parameters: readonly string[];
}

/** The robot counts as driving from here on. */
const AT_SPEED_MPS = 0.5;
const NODES: readonly NodeName[] = ["simulation", "guard", "controller"];
const WORLD = "rooms";
const ROBOT = "calibration/rooms/robot.yaml";
const WORLD_SEED = 1;
/** Mostly for loading the model. */
const START_MS = 60_000;
/** For this long the guard distrusts odometry that has just jumped; by then messages from before the placing have arrived, too. */
const SETTLE_MS = 600;
const CANCEL_MS = 1500;
/** A guard that has just begun waits until every button would have been discovered. */
const RESET_MS = 8000;
const UP_TO_SPEED_MS = 8000;
/** From the goal's being sent until the robot has long arrived: it turns, sets off, drives, slows down and rests. */
const WHILE_MS = 9000;
/** Distance from the start to where the fault comes; the robot is at speed after 0.2 m. */
const RUN_M = [0.4, 1.6] as const;

/** As it arrived, with the instant of the steady clock at which it was sent by its stamp; good to a millisecond, and only where stamps are of the machine's time. */
export interface SentTwist extends TwistSample {
  readonly sentNs: bigint;
}

/** World, guard and controller in processes of their own, with the campaign between the world's sensors and the two others. */
export class Rig {
  readonly relay: Relay;
  readonly lifecycle: LifecycleClient;
  readonly status: StatusClient;
  /** Commands sent to the robot, and its motion, since `forget`. */
  commands: SentTwist[] = [];
  motion: TwistSample[] = [];
  /** The rules by which the guard stopped it. */
  stops: { readonly atNs: bigint; readonly rules: string }[] = [];
  /** Processes that ended by themselves since `forget`. */
  deaths: string[] = [];
  /** Absent while nothing is recorded. */
  recorder: LosingRecorder | undefined;
  private readonly processes: Processes;
  private readonly simulation: SimulationClient;
  private readonly goals: GoalClient;
  private readonly endpoints: Endpoints;
  private readonly estop: Publication<{ data: boolean }>;
  /** While a fault proposes: the guard stops for whoever is wired to it besides its one proposer. */
  private proposals: Publication<TwistStampedMessage> | undefined;
  private readonly running = new Map<string, ReturnType<Processes["start"]>>();
  private simulatedTime = false;
  private closed = false;
  private lastStatus: ControllerStatus | undefined;
  private lastStatusNs = 0n;
  private lastGuard: GuardState | undefined;
  private goal: Pick<Pose2, "xM" | "yM"> | undefined;
  private watcher: ((sample: TwistSample, at: Pose2) => void) | undefined;

  constructor(
    ros: Ros,
    private readonly options: RigOptions,
  ) {
    this.processes = new Processes(options.logFolder);
    this.relay = new Relay(ros, (odometry) => this.see(odometry));
    this.lifecycle = new LifecycleClient(ros);
    this.simulation = new SimulationClient(ros);
    this.goals = new GoalClient(ros);
    this.status = new StatusClient(ros);
    this.status.controller.subscribe((status) => {
      this.lastStatus = status;
      this.lastStatusNs = process.hrtime.bigint();
    });
    this.status.guard.subscribe((state) => {
      this.lastGuard = state;
      const { kind, because } = state.verdict;
      if (kind === "stop") this.stops.push({ atNs: process.hrtime.bigint(), rules: because.map(({ id }) => id).join(", ") });
    });
    const node = ros.createNode("fault_campaign");
    const endpoints = new Endpoints(ros, node);
    this.endpoints = endpoints;
    this.estop = endpoints.publish("std_msgs/msg/Bool", TOPICS.estop, LATCHED_QOS);
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", TOPICS.command, RELIABLE_QOS, ({ header, twist }) => {
      const atNs = process.hrtime.bigint();
      const agoNs = BigInt(Date.now()) * 1_000_000n - stampToNs(header.stamp);
      this.commands.push({ atNs, sentNs: atNs - agoNs, speedMps: twist.linear.x, yawRateRps: twist.angular.z });
    });
    node.spin();
  }

  /** Touches since the robot was last placed, by the world's own count. */
  get touches(): number {
    return this.simulation.state?.collisions ?? 0;
  }

  /** All processes run, undisturbed, and wait for a goal; those that are missing are started. @param simulatedTime whether all nodes use /clock */
  async ready(simulatedTime: boolean): Promise<void> {
    if (simulatedTime !== this.simulatedTime) {
      await this.endAll();
      this.simulatedTime = simulatedTime;
      if (simulatedTime) this.relay.relayClock();
    }
    this.relay.restore();
    this.endRecorder();
    for (const name of this.running.keys()) if (!NODES.includes(name as NodeName)) await this.end(name);
    for (const node of NODES) if (!this.running.has(node)) this.start(node);
    await this.controllerIs(({ lifecycle, mode }) => lifecycle === "active" && mode !== "stopped" && mode !== "unconfigured", "active");
  }

  /** @param name for a second one of its kind */
  start(node: NodeName, name: string = node): void {
    if (this.closed)
      throw new RehearseError("RH-FAULTS-ENDED", `the ${name} is not started: the campaign is over`, "run it again for a result");
    const { namespace, parameters } = this.options;
    const more: Record<NodeName, readonly string[]> = {
      simulation: ["-p", `seed:=${WORLD_SEED}`, ...RELAYED],
      guard: ["-p", `robot:=${ROBOT}`],
      controller: [...PROPOSED, ...parameters.flatMap((each) => ["-p", each])],
    };
    const child = this.processes.start({
      node,
      name,
      preload: join(PROJECT_ROOT, "dist/faults/preload.js"),
      flags: node === "simulation" ? ["--world", WORLD] : [],
      rosArgs: [
        ...["-r", `__ns:=${namespace}`],
        ...(name === node ? [] : ["-r", `__node:=${name}`]),
        ...(this.simulatedTime && node !== "simulation" ? ["-p", "use_sim_time:=true"] : []),
        ...more[node],
      ],
    });
    if (node === "controller") this.lastStatus = undefined;
    this.running.set(name, child);
    child.once("exit", () => {
      if (this.running.get(name) !== child) return;
      this.running.delete(name);
      this.deaths.push(name);
    });
  }

  /** Waits until a managed node is active. @throws RehearseError RH-FAULTS-START */
  async isActive(node: string): Promise<void> {
    const untilNs = process.hrtime.bigint() + BigInt(START_MS) * 1_000_000n;
    while ((await this.lifecycle.state(node).catch(() => undefined)) !== "active") {
      if (process.hrtime.bigint() < untilNs) continue;
      const log = join(this.options.logFolder, `${node}.log`);
      throw new RehearseError("RH-FAULTS-START", `${node} was not active within ${START_MS / 1000} s`, `see ${log}`);
    }
  }

  /** Waits until that many guards send commands. @throws RehearseError RH-FAULTS-START */
  async guardsAre(count: number): Promise<void> {
    const untilNs = process.hrtime.bigint() + BigInt(START_MS) * 1_000_000n;
    while (publishersOf(this.endpoints.node, TOPICS.command).length < count) {
      if (process.hrtime.bigint() > untilNs)
        throw new RehearseError(
          "RH-FAULTS-START",
          `there were not ${count} guards within ${START_MS / 1000} s`,
          `see ${this.options.logFolder}`,
        );
      await pause(20);
    }
  }

  /** Begins to record what training needs. @throws RehearseError RH-FAULTS-START */
  async record(): Promise<void> {
    const { logFolder, namespace } = this.options;
    this.endRecorder();
    const topics = [TOPICS.image, TOPICS.odometry, TOPICS.scan, TOPICS.command].map((topic) => `${namespace}/${topic}`);
    this.recorder = new LosingRecorder(join(logFolder, "bag"), topics, ["-r", `__ns:=${namespace}`]);
    await this.recorder.records();
  }

  endRecorder(): void {
    this.recorder?.end();
    this.recorder = undefined;
  }

  /** Ends a process and waits until it has ended. */
  async end(name: string, signal?: NodeJS.Signals): Promise<void> {
    this.running.delete(name);
    await this.processes.end(name, signal);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    // A process killed on purpose did not end by itself.
    if (signal === "SIGKILL") this.running.delete(name);
    const pid = this.processes.pid(name);
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** Sends a line to the module that is preloaded into a process. */
  order(order: Order, name: NodeName = "controller"): void {
    this.running.get(name)?.send(order);
  }

  /** By the node's service, each on its own: a wrong one among them doesn't keep out the others. @throws RehearseError RH-SERVICE-ABSENT */
  async setParameters(node: string, values: Readonly<Record<string, number | boolean | string>>): Promise<void> {
    const parameters = Object.entries(values).map(([name, value]) => ({ name, value: parameterValue(value) }));
    await this.endpoints.call("rcl_interfaces/srv/SetParameters", `${node}/set_parameters`, { parameters }, CANCEL_MS);
  }

  /** Resources that a process holds; undefined: it is not running. */
  resources(name: string): ProcessResources | undefined {
    const pid = this.processes.pid(name);
    return pid === undefined ? undefined : resourcesOf(pid);
  }

  pressEmergencyStop(pressed: boolean): void {
    this.estop.send({ data: pressed });
  }

  /** Released and reset, as soon as the guard accepts that: not before it knows every button, and that the robot is at rest. @throws RehearseError of the last try */
  async resetEmergencyStop(): Promise<void> {
    this.pressEmergencyStop(false);
    const untilNs = process.hrtime.bigint() + BigInt(RESET_MS) * 1_000_000n;
    for (;;) {
      try {
        await this.status.call("estopReset");
        return;
      } catch (error) {
        if (process.hrtime.bigint() > untilNs) throw error;
        await pause(50);
      }
    }
  }

  /** Publishes as a controller would, or another node in its place. */
  propose(speedMps: number, yawRateRps: number): void {
    const zero = { x: 0, y: 0, z: 0 };
    this.proposals ??= this.endpoints.publish("geometry_msgs/msg/TwistStamped", TOPICS.commandProposed, RELIABLE_QOS);
    this.proposals.send({
      header: { stamp: stampFromNs(BigInt(Date.now()) * 1_000_000n), frame_id: "base_link" },
      twist: { linear: { ...zero, x: speedMps }, angular: { ...zero, z: yawRateRps } },
    });
  }

  endProposing(): void {
    this.proposals?.end();
    this.proposals = undefined;
  }

  /** Puts the robot at one end of a straight path, and sends it to the other. Resolves in the instant in which it is at speed and has run for a while. */
  async driveAtSpeed(random: Random): Promise<void> {
    await this.cancel();
    const { start, goal } = straight(random);
    const runM = RUN_M[0] + random.uniform() * (RUN_M[1] - RUN_M[0]);
    await this.simulation.place(start);
    await pause(SETTLE_MS);
    this.forget();
    let best = 0;
    const atSpeed = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.watcher = undefined;
        const { mode = "silent", refusal } = this.lastStatus ?? {};
        const why = refusal?.message ?? `the controller is ${mode}, the guard ${this.lastGuard?.message ?? "is silent"}`;
        reject(
          new RehearseError(
            "RH-FAULTS-SPEED",
            `the robot went no faster than ${best.toFixed(2)} m/s on its straight path within ${UP_TO_SPEED_MS / 1000} s: ${why}`,
            `a fault counts at ${AT_SPEED_MPS} m/s or more: try a model that drives well (--param model:=…), or a quieter machine`,
          ),
        );
      }, UP_TO_SPEED_MS);
      this.watcher = ({ speedMps }, { xM, yM }) => {
        best = Math.max(best, speedMps);
        if (speedMps < AT_SPEED_MPS || Math.hypot(xM - start.xM, yM - start.yM) < runM) return;
        this.watcher = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
    this.send(goal);
    await atSpeed;
  }

  /** As `driveAtSpeed`, but from any heading, and resolves at any moment of that drive or of the rest after it. */
  async driveForAWhile(random: Random): Promise<void> {
    await this.cancel();
    const { start, goal } = straight(random);
    await this.simulation.place({ ...start, yawRad: (2 * random.uniform() - 1) * Math.PI });
    await pause(SETTLE_MS);
    this.forget();
    this.send(goal);
    await pause(WHILE_MS * random.uniform());
  }

  /** A request may go to the service of a controller that was killed: it stays known for a while. */
  private async cancel(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.status.call("cancel", CANCEL_MS);
        return;
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  /** Sends the last goal again. */
  sendGoalAgain(): void {
    if (this.goal) this.send(this.goal);
  }

  /** The end of the last straight path that is farther from the robot. */
  sendAnotherGoal(): void {
    const { goal } = this;
    const at = this.simulation.state?.pose;
    if (goal === undefined || at === undefined) return;
    this.send(Math.abs(at.yM - goal.yM) > Math.abs(at.yM + goal.yM) ? goal : { xM: goal.xM, yM: -goal.yM });
  }

  /** Resolves when the robot is commanded to move again, with whether that came in time. */
  async movesAgain(sinceNs: bigint, timeoutMs: number): Promise<number | undefined> {
    const untilNs = process.hrtime.bigint() + BigInt(timeoutMs) * 1_000_000n;
    while (process.hrtime.bigint() < untilNs) {
      const first = this.commands.find(
        ({ atNs, speedMps, yawRateRps }) => atNs > sinceNs && (Math.abs(speedMps) > 0.1 || Math.abs(yawRateRps) > 0.3),
      );
      if (first) return Number(first.atNs - sinceNs) / 1e6;
      await pause(10);
    }
    return undefined;
  }

  /** Waits for the next status. */
  async controllerIs(isIt: (status: ControllerStatus) => boolean, what: string): Promise<void> {
    const fromNs = process.hrtime.bigint();
    while (this.lastStatus === undefined || this.lastStatusNs < fromNs || !isIt(this.lastStatus)) {
      if (process.hrtime.bigint() - fromNs > BigInt(START_MS) * 1_000_000n) {
        throw new RehearseError(
          "RH-FAULTS-START",
          `the controller was not ${what} within ${START_MS / 1000} s: ${this.lastStatus ? `${this.lastStatus.lifecycle}, ${this.lastStatus.mode}` : "it is silent"}`,
          `see ${join(this.options.logFolder, "controller.log")}`,
        );
      }
      await pause(20);
    }
  }

  forget(): void {
    this.commands = [];
    this.motion = [];
    this.stops = [];
    this.deaths = [];
  }

  /** As `endAll`; afterwards nothing can be started. */
  async close(): Promise<void> {
    this.closed = true;
    await this.endAll();
  }

  /** At once: it is only a simulated robot. */
  async endAll(): Promise<void> {
    this.endRecorder();
    await Promise.all([...this.running.keys()].map((name) => this.end(name, "SIGKILL")));
  }

  /** As `endAll`, without waiting. */
  kill(): void {
    this.endRecorder();
    this.processes.kill();
  }

  private send(goal: Pick<Pose2, "xM" | "yM">): void {
    this.goal = goal;
    void this.goals.pursuePose(goal, { timeoutMs: 1000 });
  }

  private see({ pose, twist }: OdometryMessage): void {
    const sample = { atNs: process.hrtime.bigint(), speedMps: twist.twist.linear.x, yawRateRps: twist.twist.angular.z };
    this.motion.push(sample);
    this.watcher?.(sample, { xM: pose.pose.position.x, yM: pose.pose.position.y, yawRad: 0 });
  }
}

/** A straight path of three metres through the length of one of the two rooms, wherever the door is. */
function straight(random: Random): { readonly start: Pose2; readonly goal: Pick<Pose2, "xM" | "yM"> } {
  const sign = () => (random.uniform() < 0.5 ? -1 : 1);
  const xM = sign() * (0.8 + 0.5 * random.uniform());
  const along = sign();
  return { start: { xM, yM: -1.6 * along, yawRad: (along * Math.PI) / 2 }, goal: { xM, yM: 1.4 * along } };
}

/** `rcl_interfaces/msg/ParameterValue` */
function parameterValue(value: number | boolean | string): object {
  if (typeof value === "boolean") return { type: 1, bool_value: value };
  if (typeof value === "string") return { type: 4, string_value: value };
  return { type: 3, double_value: value };
}
