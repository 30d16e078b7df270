import { requestFromImage, requestFromPose } from "./goal.js";
import { frameFromImage } from "./image.js";
import { INTAKES } from "./intakes.js";
import { jointsFromMessage } from "./joint-state.js";
import { scanFromMessage } from "./laser-scan.js";
import { uncertaintyFromMessage } from "./multi-array.js";
import { odometryFromMessage } from "./odometry.js";
import { zoneFromMessage } from "./polygon.js";
import { input, output } from "./topic.js";
import { traceFromText } from "./trace.js";
import { executedCommand } from "./twist.js";

/**
 * Every topic, with all that the nodes, recording and replay need to know of it: they subscribe, count, refuse, record and replay by this table.
 * The keys of what is replayed are the streams of `rehearse replay --topics`. `/diagnostics`, `/tf` and `/clock` are global by convention.
 */
export const TOPIC_TABLE = {
  image: input("image", "sensor_msgs/msg/Image", frameFromImage, {
    readBy: ["controller"],
    qos: "sensor",
    recorded: true,
    replayed: "required",
    measured: true,
  }),
  cameraInfo: output("camera_info", "sensor_msgs/msg/CameraInfo", { recorded: true }),
  odometry: input("odom", "nav_msgs/msg/Odometry", odometryFromMessage, {
    readBy: ["controller", "guard"],
    measurement: "odometry",
    recorded: true,
    replayed: "required",
    measured: true,
  }),
  scan: input("scan", "sensor_msgs/msg/LaserScan", scanFromMessage, {
    readBy: ["controller", "guard"],
    qos: "sensor",
    intake: INTAKES.scan,
    floor: true,
    recorded: true,
    replayed: "optional",
    measured: true,
  }),
  /** Twist where `enable_stamped_cmd_vel` is false. */
  command: input("cmd_vel", "geometry_msgs/msg/TwistStamped", executedCommand, {
    otherTypes: ["geometry_msgs/msg/Twist"],
    recorded: true,
    replayed: "optional",
    byName: true,
  }),
  jointStates: input("joint_states", "sensor_msgs/msg/JointState", jointsFromMessage, {
    readBy: ["controller", "guard"],
    measurement: "joints",
    recorded: true,
    measured: true,
  }),
  /** From the guard to the joints of an arm. */
  jointCommands: output("commands", "std_msgs/msg/Float64MultiArray", { recorded: true }),
  goalPose: input("goal_pose", "geometry_msgs/msg/PoseStamped", requestFromPose, {
    readBy: ["controller"],
    qos: "latched",
    intake: INTAKES.small,
    recorded: true,
    replayed: "optional",
    byName: true,
  }),
  goalImage: input("goal_image", "sensor_msgs/msg/Image", requestFromImage, {
    readBy: ["controller"],
    qos: "latched",
    recorded: true,
    replayed: "optional",
    byName: true,
  }),
  estop: input("estop", "std_msgs/msg/Bool", ({ data }) => data, {
    readBy: ["controller", "guard"],
    byPublisher: true,
    recorded: true,
    replayed: "optional",
    byName: true,
  }),
  /** Zones that come and go, one of each publisher, in the odometry frame: they add to those of the robot file. */
  keepOut: input("keep_out", "geometry_msgs/msg/PolygonStamped", zoneFromMessage, {
    readBy: ["controller", "guard"],
    byPublisher: true,
    floor: true,
    recorded: true,
  }),
  /** What controller and standby hear of the emergency stop, for the guard: it need not rely on its own ears alone. */
  estopHeard: output("estop_heard", "std_msgs/msg/Bool"),
  /** Whether the guard's emergency stop is in force, for controller and standby: until `estop_reset`. */
  estopLatched: output("estop_latched", "std_msgs/msg/Bool"),
  /** The inputs of the controller from tick to tick, so that a recording can be replayed exactly; published while somebody listens. */
  trace: input("trace", "std_msgs/msg/String", ({ data }) => traceFromText(data), { recorded: true, replayed: "optional", byName: true }),
  clock: output("/clock", "rosgraph_msgs/msg/Clock", { recorded: true }),
  /** What the controller reports of its model: [surprise, uncertainty], in multiples of the usual; the second may be left out. */
  modelUncertainty: input("model_uncertainty", "std_msgs/msg/Float64MultiArray", uncertaintyFromMessage, {
    readBy: ["guard"],
    qos: "reliable",
    intake: INTAKES.small,
  }),
  /** The same under its former name, for one release: controllers, remappings and recordings of before. */
  formerModelUncertainty: input("doubt", "std_msgs/msg/Float64MultiArray", uncertaintyFromMessage, {
    readBy: ["guard"],
    qos: "reliable",
    intake: INTAKES.small,
  }),
  commandProposed: output("cmd_vel_proposed", "geometry_msgs/msg/TwistStamped"),
  /** Velocities by joint name, from an arm's controller to its guard. */
  jointsProposed: output("commands_proposed", "sensor_msgs/msg/JointState"),
  guardState: output("guard_state", "diagnostic_msgs/msg/DiagnosticStatus"),
  /** Whether the standby watches or brakes. */
  standbyState: output("standby_state", "diagnostic_msgs/msg/DiagnosticStatus"),
  plan: output("plan", "nav_msgs/msg/Path"),
  markers: output("markers", "visualization_msgs/msg/MarkerArray"),
  imagination: output("imagination", "sensor_msgs/msg/Image"),
  status: output("status", "std_msgs/msg/String"),
  diagnostics: output("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray"),
  initialPose: output("initialpose", "geometry_msgs/msg/PoseWithCovarianceStamped"),
  worldState: output("world_state", "std_msgs/msg/String"),
  tf: output("/tf", "tf2_msgs/msg/TFMessage"),
  /** Ground truth of a world with a task, in recordings; for training readouts and for evaluation, never for a controller. */
  truth: output("truth", "std_msgs/msg/Float64MultiArray"),
} as const;

export type OwnTable = typeof TOPIC_TABLE;

/** Their names alone. */
export const TOPICS = Object.fromEntries(Object.entries(TOPIC_TABLE).map(([key, { topic }]) => [key, topic])) as {
  readonly [Key in keyof OwnTable]: OwnTable[Key]["topic"];
};

/** Outside of every namespace, as bags name topics. */
export function absolute(name: string): string {
  return name.startsWith("/") ? name : `/${name}`;
}

export const SERVICES = { cancel: "cancel", pause: "pause", resume: "resume", estopReset: "estop_reset" } as const;
