import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard } from "../../src/control/guard.js";
import { TOPICS } from "../../src/messages/topics.js";
import { EmergencyStops, type StoredStop } from "../../src/ros/nodes/emergency-stops.js";
import type { Endpoints, Source } from "../../src/ros/rcl/endpoints.js";
import { DEPTH, explore, type Model } from "./exhaustive.js";

const ROBOT = readRobotFile("calibration/rooms/robot.yaml");
const BUTTONS = ["A", "B"] as const;
type Button = (typeof BUTTONS)[number];
/** A keeps its last message for who comes later; B does not. */
const LATCHED: readonly Button[] = ["A"];

type Event =
  | `press ${Button}`
  | `release ${Button}`
  | `lose ${Button}`
  | `join ${Button}`
  | "reset"
  | "restart"
  | "silence"
  | "rest"
  | "motion"
  | "settle";

const TICK_NS = 20_000_000n;
/** Longer than any age that is allowed. */
const SILENCE_NS = 400_000_000n;
/** Longer than the guard waits for buttons that were there before it. */
const SETTLE_NS = 12_000_000_000n;
/** How often the robot was let go: a guard that never lets it move would keep every promise. */
let moved = 0;
const EPOCH_NS = 1_000_000_000_000n;

/** What the emergency stop must do, said once more, without any of its code. */
interface Specification {
  latched: boolean;
  /** Held down by publishers: `A1` is the first that button A had. */
  readonly down: Set<string>;
}

/** The guard's stop with its real parts: guard, buttons, latch, service; only the middleware, the disk and the clock are stand-ins. */
class EmergencyStopModel implements Model<Event> {
  private nowNs = EPOCH_NS;
  private disk: StoredStop = { latched: false, held: [] };
  private guard!: Guard;
  private stops!: EmergencyStops;
  private hear!: (message: { data: boolean }, source: Source) => void;
  private reset!: () => string | undefined;
  private readonly present = new Map<Button, string>();
  private readonly last = new Map<string, { data: boolean; stampNs: bigint }>();
  private readonly generation: Record<Button, number> = { A: 0, B: 0 };
  private moving = false;
  /** The last command was not zero. */
  private commanded = false;
  private fresh = true;
  private settled = false;
  private readonly spec: Specification = { latched: false, down: new Set() };

  constructor() {
    for (const button of BUTTONS) this.join(button);
    this.start();
    this.settle();
  }

  get possible(): readonly Event[] {
    const buttons = BUTTONS.flatMap((button): Event[] =>
      this.present.has(button) ? [`press ${button}`, `release ${button}`, `lose ${button}`] : [`join ${button}`],
    );
    return [...buttons, "reset", "restart", "silence", "rest", "motion", "settle"];
  }

  /** Of the specification and of the objects themselves, what they keep to themselves too: nothing that decides the future is left out. */
  get state(): string {
    const { listener } = this.stops as unknown as {
      listener: { buttons: { buttons: Map<string, { pressed: boolean }> }; heard: Set<string> };
    };
    const { latched, held } = (this.guard as unknown as { gate: { emergencyStop: { latched: boolean; held: boolean } } }).gate
      .emergencyStop;
    const gidOf = (hex: string) => Buffer.from(hex, "hex").toString();
    const known = [...listener.buttons.buttons].map(([hex, { pressed }]) => `${this.nameOf(gidOf(hex))} ${pressed}`).sort();
    const heard = [...this.present.values()].filter((gid) => listener.heard.has(Buffer.from(gid).toString("hex"))).map((gid) => gid[0]);
    const names = (gids: Iterable<string>) => [...gids].map((gid) => this.nameOf(gid)).sort();
    const lasts = [...this.present.values()].map((gid) => `${gid[0]} ${this.last.get(gid)?.data ?? "silent"}`);
    return JSON.stringify([
      latched,
      held,
      known,
      heard,
      this.spec.latched,
      names(this.spec.down),
      this.disk.latched,
      names(this.disk.held),
      lasts,
      this.moving,
      this.commanded,
      this.fresh,
      this.settled,
    ]);
  }

  private nameOf(gid: string): string {
    return this.present.get(gid[0] as Button) === gid ? gid[0]! : `${gid[0]} gone`;
  }

  async apply(event: Event): Promise<void> {
    this.nowNs += TICK_NS;
    if (this.fresh) this.measure(this.moving);
    const [what, button] = event.split(" ") as [string, Button];
    switch (what) {
      case "press":
      case "release":
        this.send(button, what === "press");
        break;
      case "lose":
        this.last.delete(this.present.get(button)!);
        this.present.delete(button);
        break;
      case "join":
        this.join(button);
        break;
      case "reset":
        this.tryReset();
        break;
      case "restart":
        this.start();
        break;
      case "silence":
        this.nowNs += SILENCE_NS;
        this.fresh = false;
        break;
      case "settle":
        this.settle();
        break;
      default:
        this.measure(what === "motion");
    }
    // What is written to the disk is written a moment later.
    for (let i = 0; i < 8; i++) await Promise.resolve();
    this.check();
  }

  private join(button: Button): void {
    this.present.set(button, `${button}${++this.generation[button]}`);
  }

  private send(button: Button, data: boolean): void {
    const gid = this.present.get(button)!;
    this.last.set(gid, { data, stampNs: this.nowNs });
    this.hear({ data }, { gid, stampNs: this.nowNs });
    if (data) {
      this.spec.latched = true;
      this.spec.down.add(gid);
    } else this.spec.down.delete(gid);
  }

  /** The service, by an operator. */
  private tryReset(): void {
    const stands = this.settled && this.fresh && !this.moving && !this.commanded;
    const mayReset = stands && BUTTONS.every((button) => !this.spec.down.has(this.present.get(button) ?? ""));
    let reset = true;
    try {
      this.reset();
    } catch {
      reset = false;
    }
    if (reset !== mayReset) throw new Error(`the reset is ${reset ? "granted" : "refused"}`);
    if (!reset) return;
    this.spec.latched = false;
    this.spec.down.clear();
  }

  /** The process ends at any moment, and is started again; publishers that keep their last message send it again. */
  private start(): void {
    const clock = { nowNs: () => this.nowNs, steadyNs: () => this.nowNs };
    this.guard = new Guard(ROBOT, clock);
    const node = {
      errors: {
        contain: (error: unknown) => {
          throw error;
        },
      },
      resolveTopicName: (name: string) => name,
      getFullyQualifiedName: () => "/guard",
      getPublishersInfoByTopic: (topic: string) =>
        [...(topic === TOPICS.estop ? this.present : [])].map(([button, gid]) => ({
          endpoint_gid: [...Buffer.from(gid)],
          node_name: button,
          node_namespace: "/",
          qos_profile: { reliability: 1, durability: LATCHED.includes(button) ? 1 : 2 },
        })),
    };
    const endpoints = {
      node,
      log: { warn: () => undefined },
      report: (error: unknown) => {
        throw error;
      },
      publish: () => ({ send: () => undefined }),
      subscribeFrom: (_type: string, topic: string, _profiles: unknown, take: typeof this.hear) => {
        if (topic !== TOPICS.estop) return;
        // As of the middleware, ids of publishers are in hex.
        this.hear = (message, { gid, stampNs }) => take(message, { gid: Buffer.from(gid).toString("hex"), stampNs });
      },
      trigger: (_name: string, handler: typeof this.reset) => {
        this.reset = handler;
      },
    };
    const latch = {
      read: () => this.stored(),
      write: async (stored: StoredStop) => {
        this.disk = { latched: stored.latched, held: stored.held.map((gid) => Buffer.from(gid, "hex").toString()) };
      },
    };
    this.stops = new EmergencyStops(endpoints as unknown as Endpoints, this.guard, latch, () => undefined);
    this.stops.isSettled(this.nowNs);
    this.settled = false;
    this.fresh = false;
    this.commanded = false;
    for (const button of LATCHED) {
      const gid = this.present.get(button);
      const last = gid === undefined ? undefined : this.last.get(gid);
      if (gid !== undefined && last !== undefined) this.hear({ data: last.data }, { gid, stampNs: last.stampNs });
    }
  }

  private stored(): StoredStop {
    return { latched: this.disk.latched, held: this.disk.held.map((gid) => Buffer.from(gid).toString("hex")) };
  }

  private settle(): void {
    this.stops.isSettled(this.nowNs);
    this.nowNs += SETTLE_NS;
    // As often as the node asks.
    for (let tick = 0; tick < 2; tick++) this.stops.isSettled(this.nowNs);
    this.settled = true;
    this.measure(false);
  }

  /** Odometry and a scan of an open place; the robot turns on the spot, where it moves at all. */
  private measure(moving: boolean): void {
    this.moving = moving;
    this.fresh = true;
    const yawRateRps = moving ? 0.5 : 0;
    this.guard.onBody({ stampNs: this.nowNs, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps } });
    this.guard.onScan({
      stampNs: this.nowNs,
      angleMinRad: -Math.PI,
      angleIncrementRad: Math.PI / 60,
      rangeMinM: 0.05,
      rangeMaxM: 10,
      rangesM: Float32Array.from({ length: 120 }, (_, i) => 5 + 0.001 * ((Number(this.nowNs / TICK_NS) + i) % 7)),
    } as never);
  }

  /** After every event: somebody proposes to turn on the spot, and the guard decides, as its node makes it decide. */
  private check(): void {
    const held = this.stops.isSettled(this.nowNs) ? undefined : ({ id: "guard.starting", value: 1, limit: 0, unit: "1" } as const);
    this.guard.onCommand({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0.1 }, this.nowNs);
    const { verdict, emergencyStopped } = this.guard.tick(held);
    const { spec, disk } = this;
    const { command } = verdict;
    if (command.kind !== "twist") throw new Error(`a command of kind ${command.kind}`);
    const moves = command.vxMps !== 0 || command.vyMps !== 0 || command.yawRateRps !== 0;
    this.commanded = moves;
    if (moves) moved++;
    if (moves && (spec.latched || !this.settled || !this.fresh)) throw new Error(`the robot may move: ${JSON.stringify(command)}`);
    if (emergencyStopped !== spec.latched) throw new Error(`the emergency stop is ${emergencyStopped ? "on" : "off"}`);
    if (disk.latched !== spec.latched) throw new Error(`the disk says that it is ${disk.latched ? "on" : "off"}`);
    if (disk.held.toSorted().join() !== [...spec.down].sort().join())
      throw new Error(`the disk says that ${disk.held} hold it, not ${[...spec.down]}`);
    if (
      !spec.latched &&
      this.settled &&
      this.fresh &&
      !this.moving &&
      verdict.kind === "stop" &&
      verdict.because[0]?.id === "emergency-stop"
    )
      throw new Error("a stop is left that nobody asked for");
  }
}

describe(`every interleaving of presses, releases, lost publishers, resets, restarts and silence, up to ${DEPTH} events`, () => {
  it("ends with a robot that stands until a reset that was allowed, and the same on the disk", async () => {
    const explored = await explore<Event>(() => new EmergencyStopModel(), DEPTH);
    console.log(`${explored.states} states, ${explored.transitions} transitions, for ${explored.sequences} sequences of ${DEPTH} events`);
    expect(explored.states).toBeGreaterThan(300);
    expect(moved).toBeGreaterThan(300);
  }, 1_200_000);
});
