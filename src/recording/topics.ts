import type { MessageTypes } from "../messages/types.js";
import { COMMAND_QOS, type Qos } from "./qos.js";

/** A topic of a bag. `Message` is what `write` takes for it; raw CDR goes by `writeRaw`. */
export interface BagTopic<Message = unknown> {
  /** With its leading slash. */
  readonly name: string;
  /** `package/msg/Type` */
  readonly type: string;
  readonly qos: Qos;
  /** Text of the `ros2msg` schema; only needed for types that are not among ROS 2's common ones. */
  readonly definition?: string;
  /** RIHS01 hash, when it is known. */
  readonly typeHash?: string;
  /** Never set: ties the message's type to the topic. */
  readonly message?: Message;
}

/** What a robot's recording holds. All are offered reliably, which subscribers of either kind can connect to on replay. */
export const TOPICS = {
  image: { name: "/image", type: "sensor_msgs/msg/Image", qos: COMMAND_QOS } as BagTopic<MessageTypes["sensor_msgs/msg/Image"]>,
  cameraInfo: { name: "/camera_info", type: "sensor_msgs/msg/CameraInfo", qos: COMMAND_QOS } as BagTopic<
    MessageTypes["sensor_msgs/msg/CameraInfo"]
  >,
  odometry: { name: "/odom", type: "nav_msgs/msg/Odometry", qos: COMMAND_QOS } as BagTopic<MessageTypes["nav_msgs/msg/Odometry"]>,
  scan: { name: "/scan", type: "sensor_msgs/msg/LaserScan", qos: COMMAND_QOS } as BagTopic<MessageTypes["sensor_msgs/msg/LaserScan"]>,
  command: { name: "/cmd_vel", type: "geometry_msgs/msg/TwistStamped", qos: COMMAND_QOS } as BagTopic<
    MessageTypes["geometry_msgs/msg/TwistStamped"]
  >,
  /** What is true of a world with a task; for training readouts and for judging, never for a controller. */
  truth: { name: "/truth", type: "std_msgs/msg/Float64MultiArray", qos: COMMAND_QOS } as BagTopic<
    MessageTypes["std_msgs/msg/Float64MultiArray"]
  >,
  joints: { name: "/joint_states", type: "sensor_msgs/msg/JointState", qos: COMMAND_QOS } as BagTopic<
    MessageTypes["sensor_msgs/msg/JointState"]
  >,
  /** Velocities by name: what arms are told. */
  jointCommand: { name: "/commands_proposed", type: "sensor_msgs/msg/JointState", qos: COMMAND_QOS } as BagTopic<
    MessageTypes["sensor_msgs/msg/JointState"]
  >,
  clock: { name: "/clock", type: "rosgraph_msgs/msg/Clock", qos: COMMAND_QOS } as BagTopic<MessageTypes["rosgraph_msgs/msg/Clock"]>,
} as const;
