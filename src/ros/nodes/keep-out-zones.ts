import { RehearseError } from "../../core/error.js";
import type { Polygon } from "../../core/robot-description.js";
import { INTAKES } from "../../messages/intakes.js";
import { zoneFromMessage } from "../../messages/polygon.js";
import { type Qos, RELIABLE_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { publishersOf } from "../rcl/graph.js";

/** Publishers of zones at a time. */
const MOST_ZONES = 32;
/** Of a publisher's newest messages: each may come on several subscriptions, in any order. */
const REMEMBERED = 16;
const QOS: Qos = { ...RELIABLE_QOS, depth: MOST_ZONES };

/**
 * Keep-out zones by publisher, each with the newest polygon that it sent; an empty one ends its zone. A zone that cannot be used (of another frame, or no
 * polygon) and zones that are too many count as being anywhere, until that is mended. One whose publisher vanished stays until a person resets the guard.
 */
export class KeepOutZones {
  private readonly byPublisher = new Map<string, Polygon | "unknown">();
  private readonly taken = new Map<string, readonly bigint[]>();
  private zonesM: readonly Polygon[] | "unknown" = [];

  /** @param frames names of the odometry frame, by now @param changed called when the zones are others */
  constructor(
    private readonly endpoints: Endpoints,
    private readonly frames: () => readonly string[],
    private readonly changed: (zonesM: readonly Polygon[] | "unknown") => void,
  ) {
    endpoints.subscribeFrom(
      "geometry_msgs/msg/PolygonStamped",
      TOPICS.keepOut,
      [QOS],
      (message, { gid, stampNs }) => {
        if (this.isRepeated(gid, stampNs)) return;
        this.hear(gid, () => {
          const { frameId, cornersM } = zoneFromMessage(message);
          if (cornersM.length > 0 && !this.frames().includes(frameId)) throw this.foreign(frameId);
          return cornersM;
        });
      },
      { intake: INTAKES.small },
    );
  }

  /** How many there are; those that cannot be used count, too. */
  get count(): number {
    return this.byPublisher.size;
  }

  /** A person has looked: zones of publishers that are gone end. */
  acknowledgeGone(): void {
    const present = new Set(publishersOf(this.endpoints.node, TOPICS.keepOut).map(({ gid }) => gid));
    for (const gid of [...this.byPublisher.keys()]) if (!present.has(gid)) this.byPublisher.delete(gid);
    for (const gid of [...this.taken.keys()]) if (!present.has(gid)) this.taken.delete(gid);
    this.tell();
  }

  private isRepeated(gid: string, stampNs: bigint): boolean {
    const stamps = this.taken.get(gid) ?? [];
    if (stamps.includes(stampNs)) return true;
    this.taken.set(gid, [...stamps.slice(1 - REMEMBERED), stampNs]);
    return false;
  }

  private hear(gid: string, read: () => Polygon): void {
    const before = this.byPublisher.get(gid);
    try {
      const zone = read();
      if (zone.length === 0) this.byPublisher.delete(gid);
      else this.byPublisher.set(gid, zone);
    } catch (error) {
      this.byPublisher.set(gid, "unknown");
      this.endpoints.report(error, TOPICS.keepOut);
    }
    if (this.byPublisher.size > MOST_ZONES) {
      const details = { publishers: this.byPublisher.size, most: MOST_ZONES };
      this.endpoints.report(
        new RehearseError(
          "RH-ZONE-COUNT",
          `more than ${MOST_ZONES} nodes publish keep-out zones`,
          "publish several zones from one node, or let some end",
          { details },
        ),
        TOPICS.keepOut,
      );
    }
    const now = this.byPublisher.get(gid);
    // A zone that is said again and again is the same zone.
    if (JSON.stringify(now) !== JSON.stringify(before)) this.tell();
  }

  private tell(): void {
    const zones = [...this.byPublisher.values()];
    const usable = zones.filter((zone): zone is Polygon => zone !== "unknown");
    this.zonesM = usable.length < zones.length || zones.length > MOST_ZONES ? "unknown" : usable;
    this.changed(this.zonesM);
  }

  private foreign(frame: string): RehearseError {
    const known = this.frames();
    return new RehearseError(
      "RH-ZONE-FRAME",
      `a keep-out zone in the frame "${frame}", not ${known.join(" or ")}`,
      "transform it into the odometry frame first",
      {
        details: { frame, known },
      },
    );
  }
}
