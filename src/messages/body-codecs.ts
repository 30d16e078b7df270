import type { BodyMeasurement, JointState, Odometry } from "../core/body.js";
import type { Command, JointVelocityCommand, TwistCommand } from "../core/command.js";
import { commandFromJoints, commandMessageFromJoints, jointStateMessage, jointsFromMessage } from "./joint-state.js";
import { commandFromMultiArray, multiArrayFromCommand } from "./multi-array.js";
import { messageFromOdometry, odometryFromMessage } from "./odometry.js";
import { commandFromTwist, twistFromCommand, twistStampedFromCommand } from "./twist.js";
import type { MessageName, MessageTypes } from "./types.js";

/** What a message carries besides the numbers: the names of joints in the order of the robot file, if there are any, its time and its frame. */
export interface Carried {
  readonly joints: readonly string[];
  readonly stampNs: bigint;
  readonly frameId: string;
}

export interface CommandCodec<Type extends MessageName = MessageName> {
  readonly type: Type;
  /** @throws RehearseError RH-COMMAND-NAN: nothing that leaves a node may be no number */
  encode(command: Command, carried: Carried): MessageTypes[Type];
  /** NaN and infinities pass: the judge behind must see them to refuse them. */
  decode(message: MessageTypes[Type], joints: readonly string[]): Command;
}

export interface MeasurementCodec<Type extends MessageName = MessageName> {
  readonly type: Type;
  encode(body: BodyMeasurement, carried: Omit<Carried, "stampNs">): MessageTypes[Type];
  /** @throws RehearseError that says what cannot be used of it */
  decode(message: MessageTypes[Type], joints: readonly string[]): BodyMeasurement;
}

const TWIST_STAMPED: CommandCodec<"geometry_msgs/msg/TwistStamped"> = {
  type: "geometry_msgs/msg/TwistStamped",
  encode: (command, { stampNs, frameId }) => twistStampedFromCommand(command as TwistCommand, stampNs, frameId),
  decode: ({ twist }) => commandFromTwist(twist),
};
const TWIST: CommandCodec<"geometry_msgs/msg/Twist"> = {
  type: "geometry_msgs/msg/Twist",
  encode: (command) => twistFromCommand(command as TwistCommand),
  decode: commandFromTwist,
};
const NAMED_VELOCITIES: CommandCodec<"sensor_msgs/msg/JointState"> = {
  type: "sensor_msgs/msg/JointState",
  encode: (command, { joints, stampNs }) => commandMessageFromJoints(command as JointVelocityCommand, joints, stampNs),
  decode: commandFromJoints,
};
const VELOCITIES: CommandCodec<"std_msgs/msg/Float64MultiArray"> = {
  type: "std_msgs/msg/Float64MultiArray",
  encode: (command) => multiArrayFromCommand(command as JointVelocityCommand),
  decode: commandFromMultiArray,
};
const ODOMETRY: MeasurementCodec<"nav_msgs/msg/Odometry"> = {
  type: "nav_msgs/msg/Odometry",
  encode: (body, { frameId }) => messageFromOdometry(body as Odometry, "odom", frameId),
  decode: odometryFromMessage,
};
const JOINT_STATES: MeasurementCodec<"sensor_msgs/msg/JointState"> = {
  type: "sensor_msgs/msg/JointState",
  encode: (body, { joints }) => jointStateMessage(joints, body as JointState),
  decode: jointsFromMessage,
};

/** By the names that embodiments give. Throws RangeError for a type that no codec is for. */
export function commandCodecOf(type: string): CommandCodec {
  return found([TWIST_STAMPED, TWIST, NAMED_VELOCITIES, VELOCITIES] as readonly unknown[] as readonly CommandCodec[], type);
}

/** By the names that embodiments give. Throws RangeError for a type that no codec is for. */
export function measurementCodecOf(type: string): MeasurementCodec {
  return found([ODOMETRY, JOINT_STATES] as readonly unknown[] as readonly MeasurementCodec[], type);
}

function found<Codec extends { readonly type: MessageName }>(codecs: readonly Codec[], type: string): Codec {
  const codec = codecs.find((one) => one.type === type);
  if (codec === undefined) throw new RangeError(`no codec for ${type}: there are ${codecs.map((one) => one.type).join(", ")}`);
  return codec;
}
