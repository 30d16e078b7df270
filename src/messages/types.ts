/**
 * The ROS 2 messages that Rehearse speaks, as plain objects in the form that rclnodejs takes and gives. Written out here, rather than taken
 * from the typings that rclnodejs generates, so that the project compiles without a ROS installation.
 */
export interface TimeMessage {
  sec: number;
  nanosec: number;
}

export interface HeaderMessage {
  stamp: TimeMessage;
  frame_id: string;
}

export interface Vector3Message {
  x: number;
  y: number;
  z: number;
}

export interface QuaternionMessage {
  x: number;
  y: number;
  z: number;
  w: number;
}

export interface PoseMessage {
  position: Vector3Message;
  orientation: QuaternionMessage;
}

export interface TwistMessage {
  linear: Vector3Message;
  angular: Vector3Message;
}

export interface ImageMessage {
  header: HeaderMessage;
  height: number;
  width: number;
  encoding: string;
  is_bigendian: number;
  step: number;
  data: Uint8Array | readonly number[];
}

export interface CameraInfoMessage {
  header: HeaderMessage;
  height: number;
  width: number;
  distortion_model: string;
  d: Float64Array;
  k: Float64Array;
  r: Float64Array;
  p: Float64Array;
}

export interface OdometryMessage {
  header: HeaderMessage;
  child_frame_id: string;
  pose: { pose: PoseMessage; covariance?: Float64Array };
  twist: { twist: TwistMessage; covariance?: Float64Array };
}

export interface LaserScanMessage {
  header: HeaderMessage;
  angle_min: number;
  angle_max: number;
  angle_increment: number;
  time_increment: number;
  scan_time: number;
  range_min: number;
  range_max: number;
  ranges: Float32Array | readonly number[];
  intensities: Float32Array | readonly number[];
}

export interface JointStateMessage {
  header: HeaderMessage;
  name: readonly string[];
  position: Float64Array | readonly number[];
  velocity: Float64Array | readonly number[];
  effort: Float64Array | readonly number[];
}

export interface Float64MultiArrayMessage {
  layout: { dim: { label: string; size: number; stride: number }[]; data_offset: number };
  data: Float64Array | readonly number[];
}

export interface TwistStampedMessage {
  header: HeaderMessage;
  twist: TwistMessage;
}

export interface PoseStampedMessage {
  header: HeaderMessage;
  pose: PoseMessage;
}

export interface PoseWithCovarianceStampedMessage {
  header: HeaderMessage;
  pose: { pose: PoseMessage; covariance?: Float64Array };
}

export interface PathMessage {
  header: HeaderMessage;
  poses: PoseStampedMessage[];
}

export interface ColorMessage {
  r: number;
  g: number;
  b: number;
  a: number;
}

export interface MarkerMessage {
  header: HeaderMessage;
  ns: string;
  id: number;
  type: number;
  action: number;
  pose: PoseMessage;
  scale: Vector3Message;
  color: ColorMessage;
  lifetime: TimeMessage;
  frame_locked: boolean;
  points: Vector3Message[];
  colors: ColorMessage[];
  text: string;
}

export interface MarkerArrayMessage {
  markers: MarkerMessage[];
}

export interface KeyValueMessage {
  key: string;
  value: string;
}

export interface DiagnosticStatusMessage {
  level: number;
  name: string;
  message: string;
  hardware_id: string;
  values: KeyValueMessage[];
}

export interface DiagnosticArrayMessage {
  header: HeaderMessage;
  status: DiagnosticStatusMessage[];
}

export interface TransformStampedMessage {
  header: HeaderMessage;
  child_frame_id: string;
  transform: { translation: Vector3Message; rotation: QuaternionMessage };
}

export interface LifecycleStateMessage {
  id: number;
  label: string;
}

export interface TransitionEventMessage {
  timestamp: bigint;
  transition: LifecycleStateMessage;
  start_state: LifecycleStateMessage;
  goal_state: LifecycleStateMessage;
}

/** Type name, as ROS writes it → the plain object. */
export interface MessageTypes {
  "std_msgs/msg/Bool": { data: boolean };
  "std_msgs/msg/String": { data: string };
  "std_msgs/msg/Float64MultiArray": Float64MultiArrayMessage;
  "sensor_msgs/msg/Image": ImageMessage;
  "sensor_msgs/msg/CameraInfo": CameraInfoMessage;
  "sensor_msgs/msg/LaserScan": LaserScanMessage;
  "sensor_msgs/msg/JointState": JointStateMessage;
  "nav_msgs/msg/Odometry": OdometryMessage;
  "nav_msgs/msg/Path": PathMessage;
  "geometry_msgs/msg/Twist": TwistMessage;
  "geometry_msgs/msg/TwistStamped": TwistStampedMessage;
  "geometry_msgs/msg/PoseStamped": PoseStampedMessage;
  "geometry_msgs/msg/PoseWithCovarianceStamped": PoseWithCovarianceStampedMessage;
  "visualization_msgs/msg/MarkerArray": MarkerArrayMessage;
  "diagnostic_msgs/msg/DiagnosticStatus": DiagnosticStatusMessage;
  "diagnostic_msgs/msg/DiagnosticArray": DiagnosticArrayMessage;
  "rosgraph_msgs/msg/Clock": { clock: TimeMessage };
  "tf2_msgs/msg/TFMessage": { transforms: TransformStampedMessage[] };
  "lifecycle_msgs/msg/TransitionEvent": TransitionEventMessage;
}

export type MessageName = keyof MessageTypes;
