import type { CameraInfoMessage } from "./camera-info.js";
import type { DiagnosticArrayMessage, DiagnosticStatusMessage } from "./diagnostics.js";
import type { ImageMessage } from "./image.js";
import type { JointStateMessage } from "./joint-state.js";
import type { LaserScanMessage } from "./laser-scan.js";
import type { TransitionEventMessage } from "./lifecycle.js";
import type { MarkerArrayMessage } from "./markers.js";
import type { Float64MultiArrayMessage } from "./multi-array.js";
import type { OdometryMessage } from "./odometry.js";
import type { PathMessage } from "./path.js";
import type { PoseStampedMessage, PoseWithCovarianceStampedMessage, TransformStampedMessage } from "./pose.js";
import type { TimeMessage } from "./stamp.js";
import type { TwistMessage, TwistStampedMessage } from "./twist.js";

/**
 * Type name, as ROS writes it → the plain object that rclnodejs takes and gives, and that a bag's CDR is read to. Written out here, rather than
 * taken from the typings that rclnodejs generates, so that the project compiles without a ROS installation. The file of a further type's codec adds
 * it by itself: `declare module "./types.js" { interface MessageTypes { … } }`.
 */
export interface MessageTypes {
  "std_msgs/msg/Bool": { readonly data: boolean };
  "std_msgs/msg/String": { readonly data: string };
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
  "rosgraph_msgs/msg/Clock": { readonly clock: TimeMessage };
  "tf2_msgs/msg/TFMessage": { readonly transforms: readonly TransformStampedMessage[] };
  "lifecycle_msgs/msg/TransitionEvent": TransitionEventMessage;
}

export type MessageName = keyof MessageTypes;
