import type { RclNode } from "./rclnodejs.js";

/** What a publisher offers. */
export interface PublisherInfo {
  readonly reliable: boolean;
  readonly transientLocal: boolean;
}

/** `rmw_qos_reliability_policy_t`, `rmw_qos_durability_policy_t` */
const RELIABLE = 1;
const TRANSIENT_LOCAL = 1;

/** The publishers of a topic that are known by now; `topic` is expanded and remapped as for a subscription of the node. */
export function publishersOf(node: RclNode, topic: string): PublisherInfo[] {
  const infos = node.getPublishersInfoByTopic(node.resolveTopicName(topic), false) as {
    qos_profile: { reliability: number; durability: number };
  }[];
  return infos.map(({ qos_profile }) => ({
    reliable: qos_profile.reliability === RELIABLE,
    transientLocal: qos_profile.durability === TRANSIENT_LOCAL,
  }));
}
