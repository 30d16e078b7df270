import { type Command, sameCommand, valuesOf } from "../core/command.js";
import type { RobotDescription } from "../core/robot-description.js";
import { type Axis, axesOf, braked, restOf } from "../guardrails/axes.js";
import { fitted } from "../guardrails/rule.js";
import { isFiniteFor } from "../guardrails/rules/finite.js";

/** Silence of the guard after which the standby brakes: two of its commands are missing, and a third is due. */
export const SILENCE_NS = 50_000_000n;
/** The standby brakes until the guard has commanded for this long without a gap. */
const ALIVE_NS = 500_000_000n;
/** The guard's own time for a stop that both have heard of: its slowest ramp, and the message to it. */
const OWN_STOP_NS = 350_000_000n;

export type StandbyMode = "waiting" | "watching" | "braking";

/**
 * The standby without its process. It hears the commands that the guard sends to the robot. When they stop coming, it takes the last one down to zero
 * along its arc, as the gate's own stop does, and holds zero until the guard has been back for a while and commands rest. It knows no sensor and no
 * proposal, and every command of it is slower than the one before: it can stop a robot, and do nothing else.
 */
export class Standby {
  mode: StandbyMode = "waiting";
  /** How often it has begun to brake. */
  takeovers = 0;
  private readonly axes: readonly Axis[];
  private readonly rest: Command;
  private readonly isWhole: (values: readonly number[]) => boolean;
  private heard: Command;
  private heardNs: bigint | undefined;
  /** Since when the guard's commands have come without a gap. */
  private regularNs = 0n;
  private output: Command;
  private outputNs = 0n;
  private pressedNs: bigint | undefined;

  /** Throws RH-ROBOT-CEILING. */
  constructor(robot: RobotDescription) {
    this.axes = axesOf(robot);
    this.rest = restOf(robot);
    this.isWhole = isFiniteFor(robot);
    this.heard = this.rest;
    this.output = this.rest;
  }

  /** A command that the guard sent to the robot. @returns the time since the one before */
  onGuard(command: Command, steadyNs: bigint): bigint | undefined {
    const gapNs = this.heardNs === undefined ? undefined : steadyNs - this.heardNs;
    if (gapNs === undefined || gapNs > SILENCE_NS) this.regularNs = steadyNs;
    this.heard = this.withinLimits(command);
    this.heardNs = steadyNs;
    if (this.mode === "waiting") this.mode = "watching";
    return gapNs;
  }

  /** While it is pressed, the guard is given the time that its own stop takes. */
  onEmergencyStop(pressed: boolean, steadyNs: bigint): void {
    this.pressedNs = pressed ? (this.pressedNs ?? steadyNs) : undefined;
  }

  /** When the guard will have been silent for too long; undefined: it has not been heard. */
  get deadlineNs(): bigint | undefined {
    return this.heardNs === undefined ? undefined : this.heardNs + SILENCE_NS;
  }

  /** The command to send now; undefined: none, the guard commands. Call it at the deadline, and at the guard's rate while it brakes. */
  check(steadyNs: bigint): Command | undefined {
    if (this.mode === "watching" && this.mustBrake(steadyNs)) this.begin();
    else if (this.mode === "braking" && this.mayRelease(steadyNs)) this.mode = "watching";
    if (this.mode !== "braking") return undefined;
    this.output = braked({ lastOutput: this.output, lastOutputNs: this.outputNs, nowNs: steadyNs }, this.axes);
    this.outputNs = steadyNs;
    return this.output;
  }

  /** Whoever pretends to be the guard can't make the standby drive faster than the guard could. */
  private withinLimits(command: Command): Command {
    if (command.kind !== this.rest.kind || !this.isWhole(valuesOf(command))) return this.rest;
    return fitted("speed", this.axes, command, 1)?.allowed ?? command;
  }

  private begin(): void {
    this.mode = "braking";
    this.takeovers++;
    [this.output, this.outputNs] = [this.heard, this.heardNs!];
  }

  private mustBrake(steadyNs: bigint): boolean {
    if (this.isSilent(steadyNs)) return true;
    return this.pressedNs !== undefined && steadyNs - this.pressedNs > OWN_STOP_NS && !this.guardRests;
  }

  private mayRelease(steadyNs: bigint): boolean {
    return !this.isSilent(steadyNs) && this.guardRests && steadyNs - this.regularNs >= ALIVE_NS;
  }

  private isSilent(steadyNs: bigint): boolean {
    return steadyNs - this.heardNs! > SILENCE_NS;
  }

  private get guardRests(): boolean {
    return sameCommand(this.heard, this.rest);
  }
}
