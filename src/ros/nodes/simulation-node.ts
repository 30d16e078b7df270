import type { Pose2 } from "../../core/body.js";
import type { Clock } from "../../core/clock.js";
import { RehearseError } from "../../core/error.js";
import { isTaskWorld, type NavigationWorld, type World } from "../../core/world.js";
import { uncalibratedCameraInfo } from "../../messages/camera-info.js";
import { diagnosticArray, diagnosticStatus } from "../../messages/diagnostics.js";
import { FRAME_IDS } from "../../messages/frame-ids.js";
import { imageFromFrame } from "../../messages/image.js";
import { jointStateMessage } from "../../messages/joint-state.js";
import { messageFromScan } from "../../messages/laser-scan.js";
import { messageFromOdometry } from "../../messages/odometry.js";
import { quaternionFromYaw, yawFromQuaternion } from "../../messages/pose.js";
import { LATCHED_QOS, RELIABLE_QOS, SENSOR_QOS } from "../../messages/qos.js";
import { header, stampFromNs } from "../../messages/stamp.js";
import { TOPICS } from "../../messages/topics.js";
import type { MessageTypes } from "../../messages/types.js";
import { SIMULATION_PARAMETERS } from "../../parameters/simulation-parameters.js";
import { systemClock } from "../rcl/clock.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication } from "../rcl/endpoints.js";
import { Parameters } from "../rcl/parameters.js";
import { everyNs, type Ticker } from "../rcl/ticker.js";
import { BodyTopics, DIFFERENTIAL, type RosBody } from "./body-topics.js";

export interface SimulationNodeOptions {
  /** A world for a seed: the first one, and another whenever the parameter `seed` is set. */
  readonly createWorld: (seed: number) => World;
  /** The type of robot whose commands it accepts; default: a differential-drive base. */
  readonly body?: RosBody;
  /** Further ground truth for `world_state`, such as where the door is. */
  readonly describe?: (world: World) => Readonly<Record<string, unknown>>;
  /** Default: `simulation`. */
  readonly name?: string;
  readonly namespace?: string;
}

/** `world_state`, as JSON: ground truth, for evaluating a run; a controller must not read it. */
export interface WorldState {
  readonly stampNs: string;
  readonly seed: number;
  readonly pose: Pose2;
  /** World with a task only: its whole state, for evaluation and drawing. */
  readonly task?: readonly number[];
  /** Contacts since the robot was last placed. */
  readonly collisions: number;
  /** Number of times the robot was placed or the world was recreated: the client sees by it that its request was carried out. */
  readonly placements: number;
  /** Why the last placement was refused; absent: it wasn't. */
  readonly placementRefusal?: string;
  readonly [more: string]: unknown;
}

const STEP_NS = 10_000_000n;
/** Publishing intervals, in steps. */
const EVERY = { odometry: 2, scan: 10, state: 10 } as const;
/** After a longer hold-up (a stopped process) the world goes on from where it was. */
const MAX_ADVANCE_NS = 500_000_000n;
const SCAN_PERIOD_S = 0.1;
/** Steps from one report in /diagnostics to the next. */
const DIAGNOSTICS_EVERY = 100;

/**
 * An embedded world as a robot on ROS, in real time: image, camera_info, odom, scan, the odometry's transform (where tf2_msgs is installed) and
 * /clock out, cmd_vel in; for an arm, joint_states out and commands in. Stamps and /clock are the machine's time when the world was sampled, even with use_sim_time; so the others may
 * go by either. `initialpose` puts the robot somewhere, at rest, if it touches nothing there.
 */
export class SimulationNode {
  readonly clock: Clock;
  readonly parameters: Parameters<typeof SIMULATION_PARAMETERS>;
  private readonly endpoints: Endpoints;
  private readonly out: {
    image: Publication<MessageTypes["sensor_msgs/msg/Image"]>;
    cameraInfo: Publication<MessageTypes["sensor_msgs/msg/CameraInfo"]>;
    odometry: Publication<MessageTypes["nav_msgs/msg/Odometry"]>;
    joints: Publication<MessageTypes["sensor_msgs/msg/JointState"]> | undefined;
    scan: Publication<MessageTypes["sensor_msgs/msg/LaserScan"]>;
    clock: Publication<MessageTypes["rosgraph_msgs/msg/Clock"]>;
    state: Publication<MessageTypes["std_msgs/msg/String"]>;
    diagnostics: Publication<MessageTypes["diagnostic_msgs/msg/DiagnosticArray"]>;
    tf: Publication<MessageTypes["tf2_msgs/msg/TFMessage"]> | undefined;
  };
  private readonly imageEvery: number;
  private world: World;
  private ticker: Ticker | undefined;
  private step = 0;
  private lastSteadyNs: bigint | undefined;
  private collisionsBefore = 0;
  private placements = 0;
  private placementRefusal: string | undefined;

  constructor(
    private readonly ros: Ros,
    private readonly options: SimulationNodeOptions,
  ) {
    const node = ros.createNode(options.name ?? "simulation", options.namespace);
    this.parameters = new Parameters(ros, node, SIMULATION_PARAMETERS);
    const { seed, image_rate, enable_stamped_cmd_vel } = this.parameters.values;
    this.imageEvery = Math.max(1, Math.round(100 / image_rate));
    this.clock = systemClock(ros);
    this.world = options.createWorld(seed);
    const endpoints = new Endpoints(ros, node);
    this.endpoints = endpoints;
    this.out = {
      image: endpoints.publish("sensor_msgs/msg/Image", TOPICS.image, RELIABLE_QOS),
      cameraInfo: endpoints.publish("sensor_msgs/msg/CameraInfo", TOPICS.cameraInfo, RELIABLE_QOS),
      odometry: endpoints.publish("nav_msgs/msg/Odometry", TOPICS.odometry, RELIABLE_QOS),
      joints: this.world.joints && endpoints.publish("sensor_msgs/msg/JointState", TOPICS.jointStates, RELIABLE_QOS),
      scan: endpoints.publish("sensor_msgs/msg/LaserScan", TOPICS.scan, SENSOR_QOS),
      clock: endpoints.publish("rosgraph_msgs/msg/Clock", TOPICS.clock, RELIABLE_QOS),
      state: endpoints.publish("std_msgs/msg/String", TOPICS.worldState, LATCHED_QOS),
      diagnostics: endpoints.publish("diagnostic_msgs/msg/DiagnosticArray", TOPICS.diagnostics, RELIABLE_QOS),
      tf: endpoints.knows("tf2_msgs/msg/TFMessage") ? endpoints.publish("tf2_msgs/msg/TFMessage", TOPICS.tf, RELIABLE_QOS) : undefined,
    };
    const topics = new BodyTopics(endpoints, options.body ?? DIFFERENTIAL);
    topics.onCommanded(topics.commanded(enable_stamped_cmd_vel), (command) => this.world.command(command));
    endpoints.subscribe("geometry_msgs/msg/PoseWithCovarianceStamped", TOPICS.initialPose, RELIABLE_QOS, (message) => {
      const { position, orientation } = message.pose.pose;
      this.place({ xM: position.x, yM: position.y, yawRad: yawFromQuaternion(orientation) });
    });
    this.parameters.onChange(({ seed }) => this.reset(seed));
  }

  /** Begins to take messages, and lets time pass. */
  start(): void {
    this.endpoints.node.spin();
    this.ticker = everyNs(STEP_NS, (steadyNs, missed) => this.tick(steadyNs, missed));
    this.ros.onStop(() => this.ticker?.stop());
  }

  get log() {
    return this.endpoints.log;
  }

  private reset(seed: number): void {
    this.world = this.options.createWorld(seed);
    this.collisionsBefore = 0;
    this.placements++;
    this.placementRefusal = undefined;
    this.publishState();
  }

  private place(pose: Pose2): void {
    try {
      if (!("place" in this.world))
        throw new RehearseError("RH-WORLD-KIND", "the robot of this world has its place by the seed", "set the parameter seed", {
          details: { name: undefined, known: [] },
        });
      (this.world as NavigationWorld).place(pose);
      this.collisionsBefore = this.world.collisions;
      this.placementRefusal = undefined;
    } catch (error) {
      this.placementRefusal = (error as Error).message;
      this.endpoints.report(error, TOPICS.initialPose);
    }
    this.placements++;
    this.publishState();
  }

  private tick(steadyNs: bigint, missed: number): void {
    const passedNs = this.lastSteadyNs === undefined ? STEP_NS : steadyNs - this.lastSteadyNs;
    this.lastSteadyNs = steadyNs;
    this.world.advance(passedNs > MAX_ADVANCE_NS ? MAX_ADVANCE_NS : passedNs);
    const before = this.step;
    this.step += 1 + missed;
    // Steps left out by a busy machine must not lower the rates.
    const due = (every: number): boolean => Math.floor(this.step / every) > Math.floor(before / every);
    const { out } = this;
    const stampNs = this.clock.nowNs();
    out.clock.send({ clock: stampFromNs(stampNs) });
    if (due(EVERY.odometry)) this.publishBody(stampNs);
    const scan = due(EVERY.scan) ? this.world.scan?.() : undefined;
    if (scan !== undefined) out.scan.send(messageFromScan({ ...scan, stampNs }, FRAME_IDS.scan, SCAN_PERIOD_S));
    if (due(this.imageEvery)) {
      const frame = { ...this.world.frame(), stampNs };
      out.image.send(imageFromFrame(frame, FRAME_IDS.camera));
      out.cameraInfo.send(uncalibratedCameraInfo(frame, stampNs));
    }
    if (due(EVERY.state)) this.publishState();
    if (due(DIAGNOSTICS_EVERY)) {
      const values = this.endpoints.node.errors.values();
      const report = { level: "ok", message: "simulates", values } as const;
      out.diagnostics.send(diagnosticArray(stampNs, [diagnosticStatus("rehearse: simulation", "", report)]));
    }
  }

  private publishBody(stampNs: bigint): void {
    const joints = this.world.joints?.();
    if (joints) this.out.joints?.send(jointStateMessage(this.options.body?.command.names ?? [], { ...joints, stampNs }));
    const seen = this.world.odometry?.();
    if (seen === undefined) return;
    const odometry = { ...seen, stampNs };
    this.out.odometry.send(messageFromOdometry(odometry, FRAME_IDS.odom, FRAME_IDS.base));
    const { xM, yM, yawRad } = odometry.odomFromBase;
    this.out.tf?.send({
      transforms: [
        {
          header: header(stampNs, FRAME_IDS.odom),
          child_frame_id: FRAME_IDS.base,
          transform: { translation: { x: xM, y: yM, z: 0 }, rotation: quaternionFromYaw(yawRad) },
        },
        {
          header: header(stampNs, FRAME_IDS.base),
          child_frame_id: FRAME_IDS.scan,
          transform: { translation: { x: 0, y: 0, z: 0 }, rotation: quaternionFromYaw(0) },
        },
      ],
    });
  }

  private publishState(): void {
    const { world, placementRefusal } = this;
    const state: WorldState = {
      ...this.options.describe?.(world),
      stampNs: String(this.clock.nowNs()),
      seed: this.parameters.values.seed,
      pose: world.odometry?.().odomFromBase ?? { xM: 0, yM: 0, yawRad: 0 },
      ...(isTaskWorld(world) && { task: [...world.save()] }),
      collisions: world.collisions - this.collisionsBefore,
      placements: this.placements,
      ...(placementRefusal !== undefined && { placementRefusal }),
    };
    this.out.state.send({ data: JSON.stringify(state) });
  }
}
