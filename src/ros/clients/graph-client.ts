import { RehearseError } from "../../core/error.js";
import type { Qos } from "../../messages/qos.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication } from "../rcl/endpoints.js";
import { rclQos } from "../rcl/qos.js";
import type { RclNode } from "../rcl/rclnodejs.js";

/** A name in the ROS graph, absolute, with the types that are used under it, as `std_msgs/msg/Bool`. */
export interface NamedTypes {
  readonly name: string;
  readonly types: readonly string[];
}

/** One publisher or subscription, and what it offers or asks for. */
export interface EndpointInfo {
  readonly node: string;
  readonly type: string;
  readonly gid: string;
  readonly reliability: string;
  readonly durability: string;
  readonly history: string;
  readonly depth: number;
}

/** One field of a message type, as its .msg file has it. */
export interface Field {
  readonly name: string;
  readonly type: {
    readonly pkgName: string | null;
    readonly type: string;
    readonly isPrimitiveType: boolean;
    readonly isArray: boolean;
    readonly isFixedSizeArray: boolean;
    readonly arraySize: number | null;
  };
  readonly default_value: unknown;
}

/** Where a message is from, and when it was sent by that machine's clock. */
export interface Arrival {
  readonly gid: string;
  readonly stampNs: bigint;
}

const SEARCH_MS = 50;
/** As long without a change of the graph counts as complete. */
const SETTLED_MS = 700;
/** How long something that is asked for by name is waited for. */
const APPEAR_MS = 2500;
const RELIABILITY = ["system default", "reliable", "best effort", "unknown"];
const DURABILITY = ["system default", "transient local", "volatile", "unknown"];
const HISTORY = ["system default", "keep last", "keep all", "unknown"];

/**
 * Everything that a node can learn of the graph that it is in, and messages and services of any type that is installed: what `ros2 topic`, `ros2 node`,
 * `ros2 service` and `ros2 param` do, for machines without them.
 */
export class GraphClient {
  readonly endpoints: Endpoints;
  private readonly node: RclNode;

  constructor(
    private readonly ros: Ros,
    name = `_introspection_${process.pid}`,
  ) {
    const node = ros.createNode(name, "", { answersParameterRequests: false });
    this.node = node;
    this.endpoints = new Endpoints(ros, node);
    node.spin();
  }

  /** Resolves when the graph has not changed for a while: other nodes are discovered one after another. @param longestMs even if it still changes */
  async settle(longestMs: number): Promise<void> {
    const untilNs = process.hrtime.bigint() + BigInt(Math.round(longestMs)) * 1_000_000n;
    let last = "";
    let quietMs = 0;
    while (process.hrtime.bigint() < untilNs && quietMs < SETTLED_MS) {
      await new Promise((resolve) => setTimeout(resolve, SEARCH_MS));
      const now = JSON.stringify([this.nodes(), this.topics(), this.services()]);
      // An empty graph is one that is not discovered yet, until the time is over.
      quietMs = now === last && this.nodes().length > 0 ? quietMs + SEARCH_MS : 0;
      last = now;
    }
  }

  /** Resolves when something is there that a node may be slow to announce. @returns whether it is, at last */
  async appears(isThere: () => boolean): Promise<boolean> {
    const untilNs = process.hrtime.bigint() + BigInt(APPEAR_MS) * 1_000_000n;
    while (!isThere() && process.hrtime.bigint() < untilNs) await new Promise((resolve) => setTimeout(resolve, SEARCH_MS));
    return isThere();
  }

  /** Full names of the other nodes; as often as there are nodes of that name. */
  nodes(): string[] {
    const own = this.node.getFullyQualifiedName();
    return this.node
      .getNodeNamesAndNamespaces()
      .map(({ name, namespace }) => `${namespace === "/" ? "" : namespace}/${name}`)
      .filter((name) => name !== own && !name.split("/").at(-1)!.startsWith("_"))
      .sort();
  }

  topics(): NamedTypes[] {
    return namedTypes(this.node.getTopicNamesAndTypes());
  }

  services(): NamedTypes[] {
    return namedTypes(this.node.getServiceNamesAndTypes());
  }

  publishers(topic: string): EndpointInfo[] {
    return endpointInfos(this.node.getPublishersInfoByTopic(topic, false));
  }

  subscriptions(topic: string): EndpointInfo[] {
    return endpointInfos(this.node.getSubscriptionsInfoByTopic(topic, false));
  }

  /** What one node publishes, subscribes to, offers and calls. @param node full name */
  of(node: string): Readonly<Record<"publishers" | "subscriptions" | "services" | "clients", NamedTypes[]>> {
    const slash = node.lastIndexOf("/");
    const [name, namespace] = [node.slice(slash + 1), node.slice(0, slash) || "/"];
    return {
      publishers: namedTypes(this.node.getPublisherNamesAndTypesByNode(name, namespace)),
      subscriptions: namedTypes(this.node.getSubscriptionNamesAndTypesByNode(name, namespace)),
      services: namedTypes(this.node.getServiceNamesAndTypesByNode(name, namespace)),
      clients: namedTypes(this.node.getClientNamesAndTypesByNode(name, namespace)),
    };
  }

  /** Absolute, with the remappings of the command line. */
  resolved(topic: string): string {
    return this.node.resolveTopicName(topic);
  }

  resolvedService(service: string): string {
    return this.node.resolveServiceName(service);
  }

  /** Fields of a message type; of a service's request or response by `part`. @throws RehearseError RH-ROS-TYPE when it is not installed */
  fields(type: string, part?: "Request" | "Response"): readonly Field[] {
    try {
      const found = this.ros.rcl.require(type as never) as unknown as Record<string, { ROSMessageDef: { fields: readonly Field[] } }>;
      return (part === undefined ? (found as unknown as { ROSMessageDef: { fields: readonly Field[] } }) : found[part]!).ROSMessageDef
        .fields;
    } catch (cause) {
      throw new RehearseError(
        "RH-ROS-TYPE",
        `the type ${type} is not installed here`,
        "write it as package/msg/Name or package/srv/Name; `rehearse ros interface list` shows those that are",
        { cause },
      );
    }
  }

  /** @throws RehearseError RH-ROS-TYPE */
  subscribe(type: string, topic: string, qos: Qos, take: (message: object, from: Arrival) => void): void {
    this.fields(type);
    // Two parameters make rclnodejs hand over where the message is from.
    const callback = (message: object, info: { sourceTimestamp: bigint; publisherGid: Uint8Array }): void =>
      take(message, { gid: Buffer.from(info.publisherGid).toString("hex"), stampNs: info.sourceTimestamp });
    this.node.createSubscription(type as never, topic, { qos: rclQos(this.ros.rcl, qos) } as never, callback as never);
  }

  /** Messages as they are on the wire, not decoded. @throws RehearseError RH-ROS-TYPE */
  subscribeRaw(type: string, topic: string, qos: Qos, take: (cdr: Uint8Array) => void): void {
    this.fields(type);
    this.endpoints.subscribeRaw(type, topic, qos, take);
  }

  /** @throws RehearseError RH-ROS-TYPE */
  publish(type: string, topic: string, qos: Qos): Publication<object> {
    this.fields(type);
    return this.endpoints.publish(type as never, topic, qos) as unknown as Publication<object>;
  }

  /** @throws RehearseError RH-ROS-TYPE, RH-SERVICE-ABSENT */
  call(type: string, service: string, request: object, timeoutMs: number): Promise<object> {
    this.fields(type, "Request");
    return this.endpoints.call<object>(type, service, request, timeoutMs);
  }
}

function namedTypes(found: unknown): NamedTypes[] {
  return (found as { name: string; types: string[] }[])
    .map(({ name, types }) => ({ name, types: [...types].sort() }))
    .filter(({ name }) => !name.split("/").some((part) => part.startsWith("_")))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function endpointInfos(found: unknown): EndpointInfo[] {
  return (
    found as {
      node_name: string;
      node_namespace: string;
      topic_type: string;
      endpoint_gid: number[];
      qos_profile: { reliability: number; durability: number; history: number; depth: number };
    }[]
  ).map(({ node_name, node_namespace, topic_type, endpoint_gid, qos_profile }) => ({
    node: `${node_namespace === "/" ? "" : node_namespace}/${node_name}`,
    type: topic_type,
    gid: Buffer.from(endpoint_gid).toString("hex"),
    reliability: RELIABILITY[qos_profile.reliability] ?? "unknown",
    durability: DURABILITY[qos_profile.durability] ?? "unknown",
    history: HISTORY[qos_profile.history] ?? "unknown",
    depth: qos_profile.depth,
  }));
}
