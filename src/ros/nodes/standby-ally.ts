import { type Command, sameCommand, slower, valuesOf } from "../../core/command.js";
import type { Violation } from "../../core/violation.js";
import { INTAKES } from "../../messages/intakes.js";
import { TOPICS } from "../../messages/topics.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { publishersOf } from "../rcl/graph.js";

/** A standby whose state has not been heard for this long is gone: it says it three times a second. */
const GONE_NS = 1_000_000_000n;
/** Its commands come every 20 ms while it brakes; it has released the robot when none has come for this long. */
const RELEASED_NS = 200_000_000n;
/** The guard's own commands, of which one is where the standby began to brake. */
const OWN_NS = 300_000_000n;
/** A braking stop is over by then. */
const RAMP_NS = 500_000_000n;
/** A guard held up for longer must expect that the standby has taken over. */
const LATE_NS = 50_000_000n;

/**
 * The guard's view of its standby: whether there is one, and whether it brakes. Who publishes `standby_state` counts as the standby as long as its
 * commands only brake: none is faster than what the guard sent or than the one before, and they reach zero. So a stranger who pretends to be it can
 * stop the robot, and not drive it: the guard commands a stop for as long as such commands come.
 */
export class StandbyAlly {
  private readonly own: { readonly command: Command; readonly atNs: bigint }[] = [];
  private stateNs: bigint | undefined;
  private brakesNs: bigint | undefined;
  private beganNs = 0n;
  private last: Command | undefined;
  private holding: Violation | undefined;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly steadyNs: () => bigint,
  ) {
    const qos = { depth: 1, reliability: "best_effort", durability: "volatile" } as const;
    const heard = () => {
      this.stateNs = this.steadyNs();
    };
    endpoints.subscribe("diagnostic_msgs/msg/DiagnosticStatus", TOPICS.standbyState, qos, heard, {
      intake: INTAKES.small,
      onRefused: () => {},
    });
  }

  /** Whether a node is the standby. */
  is(fullName: string): boolean {
    return publishersOf(this.endpoints.node, TOPICS.standbyState).some((info) => info.fullName === fullName);
  }

  /** A command that it sent to the robot. @returns false: it does more than brake */
  onCommand(command: Command): boolean {
    const nowNs = this.steadyNs();
    const isNew = this.brakesNs === undefined || nowNs - this.brakesNs > RELEASED_NS;
    if (isNew) [this.beganNs, this.last] = [nowNs, undefined];
    this.brakesNs = nowNs;
    const before = this.last === undefined ? this.own.map((each) => each.command) : [this.last];
    this.last = command;
    if (isRest(command)) return true;
    return nowNs - this.beganNs < RAMP_NS && before.some((faster) => sameCommand(slower(faster, command), command));
  }

  /** What the guard sent itself. */
  onOwn(command: Command, steadyNs: bigint): void {
    this.own.push({ command, atNs: steadyNs });
    while (this.own.length > 1 && steadyNs - this.own[0]!.atNs > OWN_NS) this.own.shift();
  }

  /**
   * Why the guard has to stop: the standby brakes, or the guard was held up so long that it may; and in either case until the guard's own command is at
   * rest. @param gapNs since the guard's last command
   */
  hold(steadyNs: bigint, gapNs: bigint): Violation | undefined {
    const brakesS = this.brakesNs === undefined ? Number.POSITIVE_INFINITY : Number(steadyNs - this.brakesNs) / 1e9;
    if (this.isPresent(steadyNs - gapNs) && gapNs > LATE_NS)
      this.holding = { id: "guard.late", value: Number(gapNs) / 1e9, limit: Number(LATE_NS) / 1e9, unit: "s" };
    else if (brakesS * 1e9 <= RELEASED_NS) this.holding = { id: "guard.overruled", value: 1, limit: 0, unit: "1" };
    else if (this.own.length === 0 || isRest(this.own.at(-1)!.command)) this.holding = undefined;
    return this.holding;
  }

  /** For guard_state and /diagnostics. */
  describe(steadyNs: bigint): string {
    if (this.stateNs === undefined) return "none";
    if (!this.isPresent(steadyNs)) return "gone";
    return this.brakesNs !== undefined && steadyNs - this.brakesNs <= RELEASED_NS ? "brakes" : "watches";
  }

  /** One was there, and is gone. */
  isLost(steadyNs: bigint): boolean {
    return this.stateNs !== undefined && !this.isPresent(steadyNs);
  }

  private isPresent(steadyNs: bigint): boolean {
    return this.stateNs !== undefined && steadyNs - this.stateNs <= GONE_NS;
  }
}

function isRest(command: Command): boolean {
  return valuesOf(command).every((value) => value === 0);
}
