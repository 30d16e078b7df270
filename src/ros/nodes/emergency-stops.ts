import { RehearseError } from "../../core/error.js";
import { LATCHED_QOS } from "../../messages/qos.js";
import { SERVICES, TOPICS } from "../../messages/topics.js";
import type { Endpoints, Publication } from "../rcl/endpoints.js";
import { gidsOf, ownGids } from "../rcl/graph.js";
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
  /** @throws RehearseError RH-ESTOP-WRITE */
  write(stored: StoredStop): Promise<void>;
}

/** The part of the guard that receives the state of the buttons. */
interface Stoppable {
  onEmergencyStop(pressed: boolean): void;
  reset(): boolean;
}

const MAX_OTHERS = 64;
/** From one try to write the latch to the next. */
const AGAIN_MS = 1000;

/**
 * The guard's emergency stop: each button by itself, what controller and standby heard of them, the latch on disk, and the service that resets it. A
 * reset acknowledges buttons that vanished while pressed; it is refused while one that is there is pressed, or as long as the guard refuses it. A latch
 * that can't be written counts as pressed from the start, since one that was pressed before could not have been kept either.
 */
export class EmergencyStops {
  private readonly listener: StopListener;
  private readonly relays: StopListener;
  private readonly others: StopListener;
  private readonly latchedOthers = new Set<string>();
  private readonly said: Publication<{ data: boolean }>;
  private latched = false;
  /** Whoever held a button down before the guard began would have been discovered by now. */
  private everyoneHeard = false;
  private written = "";
  private writing = false;
  private ready = false;
  private failure: RehearseError | undefined;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly guard: Stoppable,
    private readonly latch: StopLatch | undefined,
    received: () => void,
  ) {
    const before = gidsOf(endpoints.node, TOPICS.estopLatched);
    this.said = endpoints.publish("std_msgs/msg/Bool", TOPICS.estopLatched, LATCHED_QOS);
    this.listener = new StopListener(endpoints, () => {
      received();
      this.pass();
    });
    this.relays = new StopListener(endpoints, () => this.pass(), TOPICS.estopHeard);
    const own = ownGids(endpoints.node, TOPICS.estopLatched, before);
    this.others = new StopListener(endpoints, (pressed, gid) => !own.has(gid) && this.hearOther(pressed, gid), TOPICS.estopLatched);
    this.restore();
    this.say();
    endpoints.trigger(SERVICES.estopReset, () => this.reset(), new PatientAnswers(endpoints.node, SERVICES.estopReset));
  }

  /** Whether a button that was pressed before the guard began would have been received by now, and the latch is known to be writable. */
  isSettled(steadyNs: bigint): boolean {
    const settled = [this.listener, this.relays, this.others].map((listener) => listener.isSettled(steadyNs));
    this.everyoneHeard = settled.every(Boolean);
    return this.ready && this.everyoneHeard;
  }

  /** RH-ESTOP-WRITE while the latch can't be written. */
  get fault(): RehearseError | undefined {
    return this.failure;
  }

  /** Tells controller and standby once more, for whoever missed it. */
  say(): void {
    this.said.send({ data: this.latched });
  }

  private restore(): void {
    try {
      const { latched, held } = this.latch?.read() ?? { latched: false, held: [] };
      this.listener.buttons.restore(held);
      this.latched = latched || held.length > 0;
    } catch (error) {
      this.endpoints.report(error, TOPICS.estop);
      this.latched = true;
    }
    if (this.latched) {
      this.endpoints.log.warn("the emergency stop was pressed before the guard began, and has not been reset");
      this.guard.onEmergencyStop(true);
      this.pass();
    } else this.store();
  }

  /** Another guard's stop is this one's too; its being reset is not. */
  private hearOther(pressed: boolean, gid: string): void {
    if (!pressed) this.latchedOthers.delete(gid);
    else if (!this.latchedOthers.has(gid) && this.latchedOthers.size < MAX_OTHERS) {
      this.latchedOthers.add(gid);
      this.latched = true;
      this.guard.onEmergencyStop(true);
      this.pass();
      this.say();
    }
  }

  private pass(): void {
    const pressed = this.listener.buttons.pressed || this.relays.buttons.pressed;
    const before = this.latched;
    this.latched ||= pressed;
    this.guard.onEmergencyStop(pressed);
    this.store();
    if (this.latched !== before) this.say();
  }

  private reset(): string {
    const { listener, relays, guard } = this;
    // A button that is pressed and not discovered yet must not count as one that is gone.
    if (!this.everyoneHeard) throw held("starting");
    const present = [...listener.present(), ...relays.present()];
    if (present.length > 0) throw held(present);
    guard.onEmergencyStop(false);
    if (!guard.reset()) {
      guard.onEmergencyStop(listener.buttons.pressed || relays.buttons.pressed);
      throw held("not-at-rest");
    }
    listener.acknowledgeGone();
    relays.acknowledgeGone();
    this.latched = false;
    this.store();
    this.say();
    return "the emergency stop is reset";
  }

  /** One write at a time, off this thread: the next command must not wait for a disk. */
  private store(): void {
    const stored: StoredStop = { latched: this.latched, held: this.listener.buttons.held };
    const text = JSON.stringify(stored);
    if (this.latch === undefined) this.ready = true;
    if (this.latch === undefined || this.writing || text === this.written) return;
    this.writing = true;
    this.latch.write(stored).then(
      () => {
        [this.written, this.writing, this.failure] = [text, false, undefined];
        this.ready = true;
        this.store();
      },
      (error) => this.retry(error),
    );
  }

  private retry(error: RehearseError): void {
    this.endpoints.report(error, TOPICS.estop);
    this.failure = error;
    if (!this.ready) {
      this.ready = true;
      this.latched = true;
      this.guard.onEmergencyStop(true);
      this.guard.onEmergencyStop(this.listener.buttons.pressed);
      this.say();
    }
    setTimeout(() => {
      this.writing = false;
      this.store();
    }, AGAIN_MS).unref();
  }
}

/** @param heldBy whose button is pressed; none: it is not known that the robot is at rest */
const STAYS = {
  "not-at-rest": "the robot isn't known to be at rest",
  starting: "the guard has just begun, and may not know yet who holds it down",
} as const;

function held(why: readonly string[] | keyof typeof STAYS): RehearseError {
  const [reason, heldBy] = typeof why === "string" ? ([why, []] as const) : (["pressed", why] as const);
  return new RehearseError(
    "RH-ESTOP-HELD",
    `the emergency stop stays: ${reason === "pressed" ? `its button is pressed (by ${heldBy.join(", ")})` : STAYS[reason]}`,
    "release the button (estop: false), see that fresh odometry comes in, and ask again",
    { details: { reason, heldBy } },
  );
}
