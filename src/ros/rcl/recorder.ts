import { RehearseError } from "../../core/error.js";
import type { Qos } from "../../messages/qos.js";
import { rosClock } from "./clock.js";
import type { Ros } from "./context.js";
import { Endpoints } from "./endpoints.js";
import { type EndpointInfo, publishersOf } from "./graph.js";

/** Where recorded messages go. */
export interface RecordingSink {
  /** @param cdr the message as it was on the wire, with its encapsulation header; owned by the sink @param receivedNs ROS time */
  write(topic: string, type: string, cdr: Uint8Array, receivedNs: bigint): void;
}

export interface RecorderOptions {
  /** Absolute names; default: everything that there is, now and later, but for ROS's own (`/rosout`, `/parameter_events`, hidden ones). */
  readonly topics?: readonly string[];
  readonly sink: RecordingSink;
  readonly name?: string;
}

/** Messages that a publisher with another QoS sends before it is discovered are lost. */
const SEARCH_PERIOD_MS = 100;
const NOT_BY_DEFAULT = ["/rosout", "/parameter_events"];

interface Subscribed {
  readonly qos: Qos;
  readonly end: () => void;
  /** Whether all its publishers went away: those who come next are new, and nothing of theirs was heard yet. */
  readonly isAbandoned: boolean;
}

/**
 * Writes topics down as they come, without decoding them. The graph is checked for new topics and publishers ten times a second; QoS follows the publishers' as
 * rosbag2's does, and goes on doing so: a driver that restarts with another one is still recorded. With `use_sim_time` nothing is subscribed to before the first
 * /clock: there is no time to write it by, and what is latched comes then.
 */
export class Recorder {
  /** Messages by topic. */
  readonly counts: Readonly<Record<string, number>>;
  private readonly written: Record<string, number> = {};
  private readonly endpoints: Endpoints;
  private readonly nowNs: () => bigint;
  private readonly subscribed = new Map<string, Subscribed>();
  private readonly unusable = new Set<string>();
  private saidWaiting = false;
  private search: NodeJS.Timeout | undefined;

  constructor(
    ros: Ros,
    private readonly options: RecorderOptions,
  ) {
    this.counts = this.written;
    const node = ros.createNode(options.name ?? "recorder", "", { answersParameterRequests: false });
    this.endpoints = new Endpoints(ros, node);
    this.nowNs = rosClock(ros, node).nowNs;
    node.spin();
    ros.onStop(() => this.stop());
  }

  start(): void {
    this.find();
    this.search = setInterval(() => this.find(), SEARCH_PERIOD_MS);
  }

  /** Nothing is written any more. */
  stop(): void {
    clearInterval(this.search);
    this.endpoints.close();
  }

  private find(): void {
    if (this.nowNs() === 0n) {
      if (!this.saidWaiting) this.endpoints.log.info("use_sim_time is set: recording begins with the first /clock");
      this.saidWaiting = true;
      return;
    }
    const { node } = this.endpoints;
    for (const { name, types } of node.getTopicNamesAndTypes()) {
      if (this.unusable.has(name) || !this.wanted(name)) continue;
      const [type] = types;
      const publishers = publishersOf(node, name);
      const qos = qosFor(publishers);
      const before = this.subscribed.get(name);
      if (before !== undefined && publishers.length === 0) this.subscribed.set(name, { ...before, isAbandoned: true });
      if (type === undefined || publishers.length === 0 || (before !== undefined && serves(before, qos))) continue;
      try {
        before?.end();
        this.record(name, type, qos);
      } catch (error) {
        this.unusable.add(name);
        this.endpoints.report(
          new RehearseError(
            "RH-RECORD-TYPE",
            `${name} (${type}) isn't recorded: ${(error as Error).message}`,
            `install the package of ${type}, or leave the topic out`,
          ),
          name,
        );
      }
    }
  }

  private record(topic: string, type: string, qos: Qos): void {
    const end = this.endpoints.subscribeRaw(type, topic, qos, (cdr) => {
      const nowNs = this.nowNs();
      // Simulated time that was set back to its beginning.
      if (nowNs === 0n) return;
      this.options.sink.write(topic, type, cdr, nowNs);
      this.written[topic] = this.written[topic]! + 1;
    });
    const again = this.subscribed.has(topic) ? `, anew: its publishers are ${qos.reliability} and ${qos.durability} now` : "";
    this.subscribed.set(topic, { qos, end, isAbandoned: false });
    this.written[topic] ??= 0;
    this.endpoints.log.info(`recording ${topic} (${type})${again}`);
  }

  private wanted(name: string): boolean {
    const { topics } = this.options;
    return topics ? topics.includes(name) : !NOT_BY_DEFAULT.includes(name) && !name.split("/").some((part) => part.startsWith("_"));
  }
}

/**
 * Whether a subscription still receives all that these publishers offer. One that requests less stays, as it loses nothing by it, unless they are new
 * and have kept a message for those who come later.
 */
function serves({ qos, isAbandoned }: Subscribed, offered: Qos): boolean {
  const isReliableEnough = qos.reliability === "best_effort" || offered.reliability === qos.reliability;
  return isReliableEnough && (offered.durability === qos.durability || (qos.durability === "volatile" && !isAbandoned));
}

/** The strictest that every publisher offers: a stricter one would receive nothing from the others. */
function qosFor(publishers: readonly EndpointInfo[]): Qos {
  const latched = publishers.every(({ transientLocal }) => transientLocal);
  return {
    depth: 100,
    reliability: publishers.every(({ reliable }) => reliable) ? "reliable" : "best_effort",
    durability: latched ? "transient_local" : "volatile",
  };
}
