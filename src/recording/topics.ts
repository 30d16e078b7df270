import { type Qos, RELIABLE_QOS } from "../messages/qos.js";
import { absolute, type OwnTable, TOPIC_TABLE } from "../messages/topics.js";
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

/** Every topic outside of a namespace. All are offered reliably, which subscribers of either kind can connect to on replay. */
export const BAG_TOPICS = Object.fromEntries(
  Object.entries(TOPIC_TABLE).map(([key, { topic, type }]) => [key, { name: absolute(topic), type, qos: RELIABLE_QOS }]),
) as { readonly [Key in keyof OwnTable]: BagTopic<MessageTypes[OwnTable[Key]["type"]]> };
