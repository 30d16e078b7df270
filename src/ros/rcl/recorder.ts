import { RehearseError } from "../../core/error.js";
import { rosClock } from "./clock.js";
import type { Ros } from "./context.js";
import { Endpoints } from "./endpoints.js";
import { type PublisherInfo, publishersOf } from "./graph.js";
import type { QosProfile } from "./qos.js";

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

const SEARCH_PERIOD_MS = 500;
const NOT_BY_DEFAULT = ["/rosout", "/parameter_events"];

/** Writes topics down as they come, without decoding them. New topics are found twice a second; QoS follows the publishers', as rosbag2's does. */
export class Recorder {
  /** Messages by topic. */
  readonly counts: Readonly<Record<string, number>>;
  private readonly written: Record<string, number> = {};
  private readonly endpoints: Endpoints;
  private readonly nowNs: () => bigint;
  private readonly unusable = new Set<string>();
  private search: NodeJS.Timeout | undefined;

  constructor(
    ros: Ros,
    private readonly options: RecorderOptions,
  ) {
    this.counts = this.written;
    const node = ros.createNode(options.name ?? "recorder");
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
    const { node } = this.endpoints;
    for (const { name, types } of node.getTopicNamesAndTypes()) {
      if (name in this.written || this.unusable.has(name) || !this.wanted(name)) continue;
      const [type] = types;
      const publishers = publishersOf(node, name);
      if (type === undefined || publishers.length === 0) continue;
      try {
        this.record(name, type, qosFor(publishers));
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

  private record(topic: string, type: string, qos: QosProfile): void {
    this.endpoints.subscribeRaw(type, topic, qos, (cdr) => {
      this.options.sink.write(topic, type, cdr, this.nowNs());
      this.written[topic] = this.written[topic]! + 1;
    });
    this.written[topic] = 0;
    this.endpoints.log.info(`recording ${topic} (${type})`);
  }

  private wanted(name: string): boolean {
    const { topics } = this.options;
    return topics ? topics.includes(name) : !NOT_BY_DEFAULT.includes(name) && !name.split("/").some((part) => part.startsWith("_"));
  }
}

/** The strictest that every publisher offers: a stricter one would hear nothing from the others. */
function qosFor(publishers: readonly PublisherInfo[]): QosProfile {
  const latched = publishers.every(({ transientLocal }) => transientLocal);
  return {
    depth: 100,
    reliability: publishers.every(({ reliable }) => reliable) ? "reliable" : "best-effort",
    durability: latched ? "transient-local" : "volatile",
  };
}
