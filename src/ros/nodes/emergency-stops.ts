import { RehearseError } from "../../core/error.js";
import { SERVICES, TOPICS } from "../../messages/topics.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { PatientAnswers } from "../rcl/patient-answers.js";
import { StopListener } from "./stop-listener.js";

export interface StoredStop {
  /** Not reset yet. */
  readonly latched: boolean;
  /** Publishers that hold it down. */
  readonly held: readonly string[];
}

/** Keeps the emergency stop beyond the end of the process. */
export interface StopLatch {
  /** @throws RehearseError RH-ESTOP-LATCH when it can't be read: that counts as pressed */
  read(): StoredStop;
  write(stored: StoredStop): Promise<void>;
}

/** The part of the guard that receives the state of the buttons. */
interface Stoppable {
  onEmergencyStop(pressed: boolean): void;
  reset(): boolean;
}

/**
 * The guard's emergency stop: each button by itself, the latch on disk, and the service that resets it. A reset acknowledges buttons that vanished
 * while pressed; it is refused while one that is there is pressed, or as long as the guard refuses it.
 */
export class EmergencyStops {
  private readonly listener: StopListener;
  private latched = false;
  private written = "";
  private writing = false;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly guard: Stoppable,
    private readonly latch: StopLatch | undefined,
    received: () => void,
  ) {
    this.listener = new StopListener(endpoints, () => {
      received();
      this.pass();
    });
    this.restore();
    endpoints.trigger(SERVICES.estopReset, () => this.reset(), new PatientAnswers(endpoints.node, SERVICES.estopReset));
  }

  /** Whether a button that was pressed before the guard began would have been received by now. */
  isSettled(steadyNs: bigint): boolean {
    return this.listener.isSettled(steadyNs);
  }

  private restore(): void {
    try {
      const { latched, held } = this.latch?.read() ?? { latched: false, held: [] };
      this.written = JSON.stringify({ latched, held });
      this.listener.buttons.restore(held);
      this.latched = latched;
    } catch (error) {
      this.endpoints.report(error, TOPICS.estop);
      this.latched = true;
    }
    if (!this.latched && !this.listener.buttons.pressed) return;
    this.endpoints.log.warn("the emergency stop was pressed before the guard began, and has not been reset");
    this.guard.onEmergencyStop(true);
    this.pass();
  }

  private pass(): void {
    const { pressed } = this.listener.buttons;
    this.latched ||= pressed;
    this.guard.onEmergencyStop(pressed);
    this.store();
  }

  private reset(): string {
    const { listener, guard } = this;
    const present = listener.publishers().filter(({ gid }) => listener.buttons.held.includes(gid));
    if (present.length > 0) throw held(present.map(({ nodeName }) => nodeName));
    guard.onEmergencyStop(false);
    if (!guard.reset()) {
      guard.onEmergencyStop(listener.buttons.pressed);
      throw held([]);
    }
    listener.acknowledgeGone();
    this.latched = false;
    this.store();
    return "the emergency stop is reset";
  }

  /** One write at a time, off this thread: the next command must not wait for a disk. */
  private store(): void {
    const stored: StoredStop = { latched: this.latched, held: this.listener.buttons.held };
    const text = JSON.stringify(stored);
    if (this.latch === undefined || this.writing || text === this.written) return;
    this.writing = true;
    this.latch
      .write(stored)
      .catch((error) => this.endpoints.node.errors.contain(error, "the emergency stop's latch"))
      .then(() => {
        this.written = text;
        this.writing = false;
        this.store();
      });
  }
}

/** @param heldBy whose button is pressed; none: it is not known that the robot is at rest */
function held(heldBy: readonly string[]): RehearseError {
  const pressed = heldBy.length > 0;
  return new RehearseError(
    "RH-ESTOP-HELD",
    `the emergency stop stays: ${pressed ? `its button is pressed (by ${heldBy.join(", ")})` : "the robot isn't known to be at rest"}`,
    "release the button (estop: false), see that fresh odometry comes in, and ask again",
    { details: { reason: pressed ? "pressed" : "not-at-rest", heldBy } },
  );
}
