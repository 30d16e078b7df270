import type { RclNode } from "./rclnodejs.js";

/** What a publisher offers, and whose it is. */
export interface PublisherInfo {
  /** As messages name where they are from. */
  readonly gid: string;
  readonly nodeName: string;
  /** With its namespace: `/robot1/guard`. */
  readonly fullName: string;
  readonly type: string;
  readonly reliable: boolean;
  readonly transientLocal: boolean;
}

/** `rmw_qos_reliability_policy_t`, `rmw_qos_durability_policy_t` */
const RELIABLE = 1;
const TRANSIENT_LOCAL = 1;

export function gidText(gid: Iterable<number>): string {
  return Buffer.from([...gid]).toString("hex");
}

/** The publishers of a topic that are known by now; `topic` is expanded and remapped as for a subscription of the node. */
export function publishersOf(node: RclNode, topic: string): PublisherInfo[] {
  const infos = node.getPublishersInfoByTopic(node.resolveTopicName(topic), false) as {
    endpoint_gid: number[];
    node_name: string;
    node_namespace: string;
    topic_type: string;
    qos_profile: { reliability: number; durability: number };
  }[];
  return infos.map(({ endpoint_gid, node_name, node_namespace, topic_type, qos_profile }) => ({
    gid: gidText(endpoint_gid),
    nodeName: node_name,
    fullName: `${node_namespace.replace(/\/$/, "")}/${node_name}`,
    type: topic_type,
    reliable: qos_profile.reliability === RELIABLE,
    transientLocal: qos_profile.durability === TRANSIENT_LOCAL,
  }));
}
