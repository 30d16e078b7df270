import { type Qos, RELIABLE_QOS } from "../messages/qos.js";
import { absolute, TOPIC_TYPES, TOPICS } from "../messages/topics.js";
import type { MessageTypes } from "../messages/types.js";

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

type RecordedType<Key extends keyof typeof TOPIC_TYPES> = MessageTypes[(typeof TOPIC_TYPES)[Key]];

/** Outside of every namespace. All are offered reliably, which subscribers of either kind can connect to on replay. */
function recorded<Key extends keyof typeof TOPIC_TYPES>(key: Key): BagTopic<RecordedType<Key>> {
  return { name: absolute(TOPICS[key]), type: TOPIC_TYPES[key], qos: RELIABLE_QOS };
}

/** What a robot's recording holds. */
export const BAG_TOPICS = {
  image: recorded("image"),
  cameraInfo: recorded("cameraInfo"),
  odometry: recorded("odometry"),
  scan: recorded("scan"),
  command: recorded("command"),
  truth: recorded("truth"),
  joints: recorded("jointStates"),
  /** Velocities by name: what arms are told. */
  jointCommand: recorded("jointsProposed"),
  goalPose: recorded("goalPose"),
  goalImage: recorded("goalImage"),
  estop: recorded("estop"),
  trace: recorded("trace"),
  clock: recorded("clock"),
} as const;
