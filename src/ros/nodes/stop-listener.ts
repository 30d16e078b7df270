import { type Qos, RELIABLE_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { type EndpointInfo, publishersOf } from "../rcl/graph.js";
import { StopButtons } from "./stop-buttons.js";

/** Deep, so that no flood of one publisher pushes out another's press. */
const DEPTH = 100;
/** Together with the latched one these match every publisher; a reliable one also when a packet is lost. */
const QOS: readonly Qos[] = [
  { ...RELIABLE_QOS, depth: DEPTH },
  { depth: DEPTH, reliability: "best_effort", durability: "volatile" },
];
/** Time from the start for discovering the first buttons, and time for a discovered latched one to deliver its state. */
const SETTLE_NS = 1_500_000_000n;
/** A publisher discovered later than this did not exist before. */
const STARTING_NS = 10_000_000_000n;

/** Receives the emergency stop from every publisher, whatever its QoS, and keeps them apart. */
export class StopListener {
  readonly buttons = new StopButtons();
  private readonly heard = new Set<string>();
  private startedNs: bigint | undefined;
  private readonly seenNs = new Map<string, bigint>();
  private started = false;

  /** @param changed called after each message @param topic what is pressed: buttons, or what another node says of them */
  constructor(
    private readonly endpoints: Endpoints,
    changed: (pressed: boolean, gid: string) => void,
    private readonly topic: string = TOPICS.estop,
  ) {
    const taken: string[] = [];
    endpoints.subscribeFrom("std_msgs/msg/Bool", topic, QOS, ({ data }, { gid, stampNs }) => {
      const message = `${gid} ${stampNs} ${data}`;
      if (taken.includes(message)) return;
      taken.push(message);
      if (taken.length > 32) taken.shift();
      if (this.heard.size < 256) this.heard.add(gid);
      this.buttons.hear(gid, stampNs, data);
      changed(data, gid);
    });
  }

  /** Whether a button that was pressed before this process began would have been received by now. */
  isSettled(steadyNs: bigint): boolean {
    if (this.started) return true;
    this.startedNs ??= steadyNs;
    const sinceNs = steadyNs - this.startedNs;
    this.started = sinceNs >= STARTING_NS;
    if (sinceNs < SETTLE_NS) return false;
    const silent = this.publishers().filter(({ gid, transientLocal }) => transientLocal && !this.heard.has(gid));
    for (const { gid } of silent) if (!this.seenNs.has(gid)) this.seenNs.set(gid, steadyNs);
    return silent.every(({ gid }) => steadyNs - this.seenNs.get(gid)! >= SETTLE_NS);
  }

  publishers(): readonly EndpointInfo[] {
    return publishersOf(this.endpoints.node, this.topic);
  }

  /** Names of those that are pressed and still there. */
  present(): readonly string[] {
    return this.publishers().flatMap(({ gid, nodeName }) => (this.buttons.held.includes(gid) ? [nodeName] : []));
  }

  /** Forgets buttons whose publishers are gone. @returns whether that released anything */
  acknowledgeGone(): boolean {
    return this.buttons.acknowledge(new Set(this.publishers().map(({ gid }) => gid)));
  }
}
