import { LATCHED_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import type { Endpoints, Publication } from "../rcl/endpoints.js";
import { StopListener } from "./stop-listener.js";

/**
 * The controller's emergency stop: pressed while a button is, or while the guard's is in force. What it hears of the buttons it passes on to the guard,
 * which may not have heard it.
 */
export class ControllerStops {
  private readonly buttons: StopListener;
  private readonly guard: StopListener;
  private readonly heard: Publication<{ data: boolean }>;
  private pressed = false;

  /** @param received called for each message of a button @param changed called when one came, and when it is no longer, or newly, pressed */
  constructor(
    endpoints: Endpoints,
    received: () => void,
    private readonly changed: (pressed: boolean) => void,
  ) {
    this.heard = endpoints.publish("std_msgs/msg/Bool", TOPICS.estopHeard, LATCHED_QOS);
    this.buttons = new StopListener(endpoints, () => {
      received();
      this.say();
      this.pass(true);
    });
    this.guard = new StopListener(
      endpoints,
      (inForce, gid) => {
        // A guard in whose memory the stop is takes it over from the one before it, which may be dead, and known to ROS for a while yet.
        if (inForce) this.guard.buttons.acknowledge(new Set([gid]));
        this.pass(false);
      },
      TOPICS.estopLatched,
    );
    this.say();
  }

  /**
   * Forgets buttons and guards that are gone, and tells the guard once more: it keeps a button that vanished pressed until it is reset; the controller
   * has forgotten its goal, and waits for another.
   */
  acknowledgeGone(): void {
    this.buttons.acknowledgeGone();
    this.guard.acknowledgeGone();
    this.say();
    this.pass(false);
  }

  private say(): void {
    this.heard.send({ data: this.buttons.buttons.pressed });
  }

  private pass(always: boolean): void {
    const pressed = this.buttons.buttons.pressed || this.guard.buttons.pressed;
    const before = this.pressed;
    this.pressed = pressed;
    if (always || pressed !== before) this.changed(pressed);
  }
}
