import { LATCHED_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import type { Endpoints, Publication } from "../rcl/endpoints.js";
import type { StopLatch } from "./emergency-stops.js";
import { StopListener } from "./stop-listener.js";

/**
 * The standby's emergency stop: it hears the buttons and the guard, and remembers, in a file of its own, that the stop has not been reset. To a guard that
 * does not know (a new one, whose file is lost) it says so. Only the guard resets: when one that said true says false.
 */
export class StandbyStops {
  private readonly buttons: StopListener;
  private readonly guard: StopListener;
  private readonly heard: Publication<{ data: boolean }>;
  private readonly inForce = new Set<string>();
  private latched = false;
  private isUnknownToGuard = false;
  private written: boolean | undefined;
  private writing = false;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly latch: StopLatch | undefined,
    private readonly changed: (latched: boolean) => void,
  ) {
    this.heard = endpoints.publish("std_msgs/msg/Bool", TOPICS.estopHeard, LATCHED_QOS);
    this.buttons = new StopListener(endpoints, (pressed) => {
      this.latched ||= pressed;
      this.tell();
    });
    this.guard = new StopListener(endpoints, (inForce, gid) => this.onGuard(inForce, gid), TOPICS.estopLatched);
    try {
      this.latched = this.latch?.read().latched ?? false;
    } catch (error) {
      endpoints.report(error, TOPICS.estop);
      this.latched = true;
    }
    this.tell();
  }

  get isLatched(): boolean {
    return this.latched;
  }

  private onGuard(inForce: boolean, gid: string): void {
    this.isUnknownToGuard = false;
    if (inForce) {
      this.inForce.clear();
      this.inForce.add(gid);
      this.latched = true;
    } else if (this.inForce.has(gid)) {
      this.inForce.clear();
      this.buttons.acknowledgeGone();
      this.latched = this.buttons.buttons.pressed;
    } else this.isUnknownToGuard = this.latched;
    this.guard.acknowledgeGone();
    this.tell();
  }

  private tell(): void {
    this.changed(this.latched);
    this.heard.send({ data: this.buttons.buttons.pressed || this.isUnknownToGuard });
    this.store();
  }

  private store(): void {
    const { latch, latched } = this;
    if (latch === undefined || this.writing || latched === this.written) return;
    this.writing = true;
    latch
      .write({ latched, held: [] })
      // The guard says that it can't be written.
      .catch((error) => this.endpoints.report(error, TOPICS.estop))
      .then(() => {
        [this.written, this.writing] = [latched, false];
        this.store();
      });
  }
}
