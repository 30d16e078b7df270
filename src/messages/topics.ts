import type { MessageName } from "./types.js";

/** Relative names, so that a namespace or a remapping moves them; `/diagnostics` and `/clock` are global by convention. */
export const TOPICS = {
  image: "image",
  cameraInfo: "camera_info",
  odometry: "odom",
  scan: "scan",
  goalPose: "goal_pose",
  goalImage: "goal_image",
  estop: "estop",
  commandProposed: "cmd_vel_proposed",
  command: "cmd_vel",
  /** How little the proposer trusts its model: [surprise, uncertainty], in multiples of the usual; the second may be left out. */
  doubt: "doubt",
  jointStates: "joint_states",
  /** Of arms: proposed to the guard, and the guard's to the joints. */
  jointsProposed: "commands_proposed",
  jointCommands: "commands",
  guardState: "guard_state",
  plan: "plan",
  markers: "markers",
  imagination: "imagination",
  status: "status",
  /** What the controller was given from tick to tick, so that a recording can be replayed exactly; published while somebody listens. */
  trace: "trace",
  diagnostics: "/diagnostics",
  clock: "/clock",
  initialPose: "initialpose",
  worldState: "world_state",
  tf: "/tf",
  /** What is true of a world with a task, in recordings; for training readouts and for judging, never for a controller. */
  truth: "truth",
} as const;

/** Outside of every namespace, as bags name topics. */
export function absolute(name: string): string {
  return name.startsWith("/") ? name : `/${name}`;
}

/** What comes on each; commands are Twist where `enable_stamped_cmd_vel` is false. */
export const TOPIC_TYPES = {
  image: "sensor_msgs/msg/Image",
  cameraInfo: "sensor_msgs/msg/CameraInfo",
  odometry: "nav_msgs/msg/Odometry",
  scan: "sensor_msgs/msg/LaserScan",
  command: "geometry_msgs/msg/TwistStamped",
  jointStates: "sensor_msgs/msg/JointState",
  jointsProposed: "sensor_msgs/msg/JointState",
  goalPose: "geometry_msgs/msg/PoseStamped",
  goalImage: "sensor_msgs/msg/Image",
  estop: "std_msgs/msg/Bool",
  trace: "std_msgs/msg/String",
  clock: "rosgraph_msgs/msg/Clock",
  truth: "std_msgs/msg/Float64MultiArray",
} as const satisfies Partial<Record<keyof typeof TOPICS, MessageName>>;

export const SERVICES = { cancel: "cancel", pause: "pause", resume: "resume", estopReset: "estop_reset" } as const;
