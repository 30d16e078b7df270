import { RehearseError } from "../../core/error.js";
import { gidText } from "./graph.js";
import type { RclNode } from "./rclnodejs.js";

/** From one answer to the next. */
const APART_MS = 200;
const MAX_WAITING = 4;
const POLL_MS = 20;
/** For a client's half of the service to be found, and to stay. */
const FIND_MS = 800;
/** Who listens for that long is there; who was gone at once, or before it was found, is not answered. */
const STAY_MS = 150;

/**
 * Lets the answers of one service out at a pace. Fast DDS holds up whoever answers a client that is gone for 100 ms; clients that come and go would
 * take all of a thread's time. So an answer waits until somebody has listened for answers for a while, is left out when nobody does, and few go out a second.
 */
export class PatientAnswers {
  private waiting = 0;
  private nextMs = 0;

  constructor(
    private readonly node: RclNode,
    private readonly service: string,
  ) {}

  /** Resolves when an answer may go out. @throws RehearseError RH-INPUT-RATE, RH-SERVICE-ABSENT when it must not */
  async turn(isClosed: () => boolean): Promise<void> {
    if (this.waiting >= MAX_WAITING)
      throw new RehearseError("RH-INPUT-RATE", `more than ${MAX_WAITING} requests wait for an answer`, "it was left out; ask again", {
        details: { allowed: MAX_WAITING, periodMs: undefined },
      });
    this.waiting++;
    try {
      const atMs = Math.max(performance.now(), this.nextMs);
      this.nextMs = atMs + APART_MS;
      await wait(atMs - performance.now());
      const seenMs = new Map<string, number>();
      for (const untilMs = performance.now() + FIND_MS; !isClosed(); await wait(POLL_MS)) {
        const nowMs = performance.now();
        const listeners = this.listeners();
        if (listeners === undefined) return;
        for (const gid of listeners) if (!seenMs.has(gid)) seenMs.set(gid, nowMs);
        if (listeners.some((gid) => nowMs - seenMs.get(gid)! >= STAY_MS)) return;
        if (nowMs > untilMs) {
          throw new RehearseError("RH-SERVICE-ABSENT", "the client is gone before its answer", "ask again", {
            details: { service: this.service, timeoutMs: FIND_MS },
          });
        }
      }
    } finally {
      this.waiting--;
    }
  }

  /** Undefined: other middleware has other names for the topics of a service, and doesn't hold anybody up. */
  private listeners(): string[] | undefined {
    const rmw = process.env.RMW_IMPLEMENTATION ?? "";
    if (rmw !== "" && !rmw.startsWith("rmw_fastrtps")) return undefined;
    const topic = `rr${this.node.resolveServiceName(this.service)}Reply`;
    return (this.node.getSubscriptionsInfoByTopic(topic, true) as { endpoint_gid: number[] }[]).map((info) => gidText(info.endpoint_gid));
  }
}

function wait(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
