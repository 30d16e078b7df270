import type { RclNode } from "./rclnodejs.js";

/** What a publisher offers, or a subscription asks for, and whose it is. */
export interface EndpointInfo {
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
export function publishersOf(node: RclNode, topic: string): EndpointInfo[] {
  return endpoints(node.getPublishersInfoByTopic(node.resolveTopicName(topic), false));
}

/** Its subscriptions that are known by now. */
export function subscribersOf(node: RclNode, topic: string): EndpointInfo[] {
  return endpoints(node.getSubscriptionsInfoByTopic(node.resolveTopicName(topic), false));
}

function endpoints(found: unknown): EndpointInfo[] {
  const infos = found as {
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

/** For a new publisher's node to be known by its name. */
const NAMED_MS = 1000;
const POLL_MS = 5;

/** The gids of a node's own publishers of a topic among those that were not there before. Their names come a moment later: this waits for them. */
export function ownGids(node: RclNode, topic: string, before: ReadonlySet<string>): ReadonlySet<string> {
  const name = node.getFullyQualifiedName();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let leftMs = NAMED_MS; ; leftMs -= POLL_MS) {
    const added = publishersOf(node, topic).filter(({ gid }) => !before.has(gid));
    const own = added.filter(({ fullName }) => fullName === name);
    if (own.length > 0 || leftMs <= 0 || added.length === 0) return new Set((own.length > 0 ? own : added).map(({ gid }) => gid));
    Atomics.wait(cell, 0, 0, POLL_MS);
  }
}

export function gidsOf(node: RclNode, topic: string): ReadonlySet<string> {
  return new Set(publishersOf(node, topic).map(({ gid }) => gid));
}
