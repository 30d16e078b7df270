import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard } from "../../src/control/guard.js";
import { DEPTH, explore, type Model } from "./exhaustive.js";

const ROBOT = readRobotFile("calibration/rooms/robot.yaml");
const STALE_NS = {
  command: BigInt(Math.round(ROBOT.staleness.commandS * 1e9)),
  odometry: BigInt(Math.round(ROBOT.staleness.odometryS * 1e9)),
  scan: BigInt(Math.round(ROBOT.staleness.scanS * 1e9)),
};
type Input = keyof typeof STALE_NS;
const INPUTS = Object.keys(STALE_NS) as Input[];

type Event = Input | `old ${Input}` | "time" | "press" | "release" | "reset" | "restart" | "clock back";
const EVENTS: readonly Event[] = [
  ...INPUTS,
  "old command",
  "old odometry",
  "old scan",
  "time",
  "press",
  "release",
  "reset",
  "restart",
  "clock back",
];

/** So long that one of them leaves nothing stale, two the scan alone fresh, three nothing. */
const STEP_NS = 110_000_000n;
/** Between two events otherwise. */
const MOMENT_NS = 1_000_000n;
const EPOCH_NS = 1_000_000_000_000n;
const FORGOTTEN = 4;

let moved = 0;

/** Guard and gate, whole, with a robot at rest that somebody wants to turn on the spot. */
class GateModel implements Model<Event> {
  readonly possible = EVENTS;
  private steadyNs = EPOCH_NS;
  private offsetNs = 0n;
  private guard!: Guard;
  /** When each input was given last, steady time; undefined: not since the start, the reset (of commands), or the clock's step back. */
  private given: Partial<Record<Input, bigint>> = {};
  private steps: Partial<Record<Input, number>> = {};
  private held = false;
  private latched = false;
  private commanded = 0;

  constructor() {
    this.start();
  }

  get state(): string {
    const { latched, held } = (this.guard as unknown as { gate: { emergencyStop: { latched: boolean; held: boolean } } }).gate
      .emergencyStop;
    const ages = INPUTS.map((input) => (this.steps[input] === undefined ? "none" : Math.min(FORGOTTEN, this.steps[input]!)));
    return JSON.stringify([ages, this.held, this.latched, latched, held, this.commanded.toFixed(3)]);
  }

  async apply(event: Event): Promise<void> {
    this.steadyNs += event === "time" ? STEP_NS : MOMENT_NS;
    if (event === "time") for (const input of INPUTS) if (this.steps[input] !== undefined) this.steps[input]!++;
    switch (event) {
      case "command":
      case "odometry":
      case "scan":
        this.give(event, 0n);
        this.given[event] = this.steadyNs;
        this.steps[event] = 0;
        break;
      case "old command":
      case "old odometry":
      case "old scan": {
        const input = event.slice(4) as Input;
        this.give(input, STALE_NS[input] + STEP_NS);
        break;
      }
      case "press":
      case "release":
        this.held = event === "press";
        this.latched ||= this.held;
        this.guard.onEmergencyStop(this.held);
        break;
      case "reset":
        this.reset();
        break;
      case "restart":
        this.start();
        break;
      case "clock back":
        this.offsetNs -= 5_000_000_000n;
        this.forget();
    }
    this.check();
  }

  private start(): void {
    this.guard = new Guard(ROBOT, { nowNs: () => this.steadyNs + this.offsetNs, steadyNs: () => this.steadyNs });
    this.forget();
    this.commanded = 0;
    // The node restores what is on the disk, and hears the buttons that are held, before anything else.
    if (this.latched) this.guard.onEmergencyStop(true);
    this.guard.onEmergencyStop(this.held);
  }

  private forget(): void {
    this.given = {};
    this.steps = {};
  }

  private give(input: Input, ageNs: bigint): void {
    const stampNs = this.steadyNs + this.offsetNs - ageNs;
    if (input === "command") this.guard.onCommand({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0.5 }, stampNs);
    if (input === "odometry")
      this.guard.onBody({ stampNs, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } });
    if (input === "scan")
      this.guard.onScan({
        stampNs,
        angleMinRad: -Math.PI,
        angleIncrementRad: Math.PI / 60,
        rangeMinM: 0.05,
        rangeMaxM: 10,
        rangesM: Float32Array.from({ length: 120 }, (_, i) => 5 + 0.001 * ((Number(this.steadyNs / MOMENT_NS) + i) % 7)),
      } as never);
  }

  private reset(): void {
    const allowed = !this.held && this.isFresh("odometry") && this.commanded === 0;
    if (this.guard.reset() !== allowed) throw new Error(`the reset is ${allowed ? "refused" : "granted"}`);
    if (!allowed) return;
    this.latched = false;
    delete this.given.command;
    delete this.steps.command;
  }

  private isFresh(input: Input): boolean {
    const given = this.given[input];
    return given !== undefined && this.steadyNs - given <= STALE_NS[input];
  }

  private check(): void {
    const { verdict, emergencyStopped } = this.guard.tick();
    const { command } = verdict;
    if (command.kind !== "twist") throw new Error(`a command of kind ${command.kind}`);
    const stale = INPUTS.filter((input) => !this.isFresh(input));
    // While it takes the last command down, which it does within 0.1 s, it only gets slower.
    const slower = command.yawRateRps >= 0 && command.yawRateRps < this.commanded;
    if (command.yawRateRps !== 0 && !slower && (this.latched || stale.length > 0))
      throw new Error(
        `turns at ${command.yawRateRps} rad/s with ${this.latched ? "the emergency stop pressed" : `no fresh ${stale.join(", ")}`}`,
      );
    if (command.yawRateRps < 0 || command.yawRateRps > 0.5) throw new Error(`nobody proposed ${command.yawRateRps} rad/s`);
    if (emergencyStopped !== this.latched) throw new Error(`the emergency stop is ${emergencyStopped ? "on" : "off"}`);
    this.commanded = command.yawRateRps;
    if (command.yawRateRps > 0) moved++;
  }
}

describe(`every interleaving of inputs, old inputs, silence, presses, resets, restarts and a clock set back, up to ${DEPTH} events`, () => {
  it("lets the robot move only with all inputs fresh and the emergency stop open", async () => {
    const explored = await explore<Event>(() => new GateModel(), DEPTH);
    console.log(`${explored.states} states, ${explored.transitions} transitions, for ${explored.sequences} sequences of ${DEPTH} events`);
    expect(explored.states).toBeGreaterThan(300);
    expect(moved).toBeGreaterThan(300);
  }, 1_200_000);
});
